"""The pictures of the study `privileged-basis`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.studies._neuron_stacks import stacks

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Neurons of the best networks as stacks; how restarts scatter; and what a price on activations does."""
    return [_stacks(tables), _scatter(tables["networks"]), *_priced(tables["priced"])]


def _stacks(tables: Mapping[str, polars.DataFrame]) -> Figure:
    restarts = tables["best"]["restarts"].max()
    return stacks(
        tables["drawn-stacks"],
        by="condition",
        columns=5,
        name="stacks",
        title="What each neuron listens to, in the best network at each density",
        alt="Ten panels of five stacked columns. With frequent features most columns are one block of one color, a "
        "feature each. As features become rarer, columns are made of more and more blocks of both signs, first for "
        "the less important features, and from .08 down in every neuron.",
        caption=f"The best of {restarts} networks a panel, by loss on 65,536 fresh examples. A segment is the weight "
        "between a neuron and a feature: above the line where the feature excites the neuron, below where it "
        "inhibits it. Numbers are features.",
        label="weight, stacked",
        numbered=True,
        size=(7.6, 5.6),
    )


def _scatter(networks: polars.DataFrame) -> Figure:
    import polars as pl

    from tropism.figures import strip

    return strip(
        networks.with_columns(pl.col("excess") * 100),
        "excess",
        by="condition",
        name="restarts",
        title="How far restarts are from the best of them",
        label="loss above the least of its density, percent",
        alt="Ten rows of dots, one a density. Restarts scatter over tens of percent at every density but the first, "
        "in clusters: training ends in many local minima.",
        caption="Loss on fresh examples, the same for all networks of a row.",
    )


def _priced(priced: polars.DataFrame) -> list[Figure]:
    from tropism.figures import strip

    return [
        strip(
            priced,
            "shared_features",
            by="condition",
            name="price-shared",
            title="Features that share neurons, by the price on activations",
            label="represented features in shared neurons",
            alt="Five rows of dots, one a price from nothing to .3. The higher the price, the fewer features share "
            "neurons.",
            caption="Density .15; the price is the weight of L1 on the hidden activations.",
        ),
        strip(
            priced,
            "loss",
            by="condition",
            name="price-loss",
            title="What the price on activations costs",
            label="error on fresh examples, without the price",
            alt="Five rows of dots, one a price. The higher the price, the higher the error.",
            caption="Density .15; the price is the weight of L1 on the hidden activations, and is not in the error.",
        ),
    ]

"""The pictures of the study `privileged-basis`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.studies._neuron_stacks import stacks

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Neurons of the best networks as stacks; how the best of ten scatters; and what a price on activations does."""
    return [_stacks(tables), _scatter(tables["tens"]), *_priced(tables["priced"])]


def _stacks(tables: Mapping[str, polars.DataFrame]) -> Figure:
    restarts = tables["best"]["restarts"].max()
    return stacks(
        tables["drawn-stacks"],
        by="condition",
        columns=5,
        name="stacks",
        title="What each neuron listens to, in the best network at each density",
        alt="Panels of five stacked columns, a panel a density, a column a neuron. A column that is one block of one "
        "color stands for one feature; one of several blocks, above the line and below it, is shared.",
        caption=f"The best of {restarts} networks a panel, by loss on 65,536 fresh examples. A segment is the weight "
        "between a neuron and a feature: above the line where the feature excites the neuron, below where it "
        "inhibits it. Numbers are features.",
        label="weight, stacked",
        numbered=True,
        size=(7.6, 5.6),
    )


def _scatter(tens: polars.DataFrame) -> Figure:
    import polars as pl

    from tropism.figures import strip

    return strip(
        tens.with_columns(excess=100 * (pl.col("loss") / pl.col("loss").min().over("condition") - 1)),
        "excess",
        by="condition",
        name="restarts",
        title="How far the best of ten is from the best of all",
        label="loss above the least of its density, percent",
        alt="Rows of dots, one a density, a dot the best of ten restarts: how far its loss is above the least of all. "
        "Dots that gather away from zero are local minima in which all ten ended.",
        caption="A member is the best of ten restarts, by its loss on fresh examples, the same for all of a row.",
    )


def _priced(priced: polars.DataFrame) -> list[Figure]:
    from tropism.figures import strip

    return [
        strip(
            priced,
            "shared_part",
            by="condition",
            name="price-shared",
            title="Features that share neurons, by the price on activations",
            label="part of the represented features that share neurons",
            alt="Five rows of dots, one a price from nothing to .3, a dot a network: the part of its represented "
            "features that share neurons.",
            caption="Density .15; the price is the weight of L1 on the hidden activations.",
        ),
        strip(
            priced,
            "loss",
            by="condition",
            name="price-loss",
            title="What the price on activations costs",
            label="error on fresh examples, without the price",
            alt="Five rows of dots, one a price from nothing to .3, a dot a network: its error on fresh examples.",
            caption="Density .15; the price is the weight of L1 on the hidden activations, and is not in the error.",
        ),
    ]

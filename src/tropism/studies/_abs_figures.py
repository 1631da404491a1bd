"""The pictures of the study `abs-circuits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.studies._neuron_stacks import stacks

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

_HEIGHT = (
    "A segment is an input weight over the neuron's strongest: above the line where the neuron answers to positive "
    "values, below where it answers to negative ones. A column one high, in all, hears one feature alone."
)


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Neurons as stacks, for three features and for a hundred; monosemantic neurons and halves by density."""
    return [_hundred(tables), _three(tables), *_strips(tables["hundred"])]


def _hundred(tables: Mapping[str, polars.DataFrame]) -> Figure:
    networks = tables["hundred"]["member"].n_unique()
    drawn = tables["drawn-hundred"]
    return stacks(
        drawn,
        by="condition",
        columns=1,
        name="stacks",
        title="What forty neurons hear of a hundred features",
        alt="Seven panels of forty stacked columns, a panel a density, a column a neuron. A column that is one block "
        "of one color, one high, hears one feature; a taller one, of several blocks or thin slices, hears as many.",
        caption=f"The best of {networks} networks a panel, by loss on fresh examples; neurons that hear few features "
        f"first. {_HEIGHT} Each panel has a scale of its own.",
        label="input weights, stacked",
        numbered=False,
        size=(7.2, 1.2 + 1.35 * drawn["condition"].n_unique()),
    )


def _three(tables: Mapping[str, polars.DataFrame]) -> Figure:
    return stacks(
        tables["drawn-three"],
        by="condition",
        columns=1,
        name="three",
        title="Six neurons for three magnitudes",
        alt="Six columns, one a neuron, their blocks colored by feature, above the line for positive values and below "
        "it for negative ones. Two columns a feature, one on each side, would be exact.",
        caption=f"The best of {tables['three'].height} networks. {_HEIGHT}",
        label="input weights, stacked",
        numbered=True,
        size=(5.0, 3.2),
    )


def _strips(hundred: polars.DataFrame) -> list[Figure]:
    from tropism.figures import strip

    return [
        strip(
            hundred,
            "mono",
            by="condition",
            name="monosemantic",
            title="Monosemantic neurons, by density",
            label="share of 40 neurons that hear one feature alone",
            alt="Seven rows of dots, one a density, a dot a network: the share of its neurons that hear one feature "
            "alone.",
            caption="A hundred features in forty neurons.",
        ),
        strip(
            hundred,
            "halves",
            by="condition",
            name="halves",
            title="What is given back, by density",
            label="halves of features, of 200",
            alt="Seven rows of dots, one a density, a dot a network: how many of the 200 halves are given back.",
            caption="Positive and negative values of a feature are its halves; one is given back if more than half of "
            "it comes out when it is alone, beyond what comes out of nothing.",
        ),
    ]

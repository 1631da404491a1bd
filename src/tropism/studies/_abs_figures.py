"""The pictures of the study `abs-circuits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures import Figure
from tropism.figures.marks import groups
from tropism.studies._abs_signs import KINDS
from tropism.studies._neuron_stacks import stacks
from tropism.subjects.superposition.measures.neurons import MILD

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from tropism.figures import Palette

_HEIGHT = (
    "A segment is an input weight over the neuron's strongest: above the line where the neuron answers to positive "
    "values, below where it answers to negative ones. A column one high, in all, hears one feature alone."
)


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Neurons as stacks, of three features and of a hundred; monosemantic neurons, halves and signs, by density."""
    return [_hundred(tables), _three(tables), *_strips(tables["hundred"]), _signs(tables["drawn-signs"])]


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


def _signs(drawn: polars.DataFrame) -> Figure:
    panels, columns = groups(drawn, "condition"), 4
    networks = drawn["member"].n_unique() // len(panels)

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.lines import Line2D

        rows = -(-len(panels) // columns)
        grid = canvas.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        for axes, (heading, part) in zip(grid.flat, panels, strict=False):
            axes.plot((0, 1), (0, 1), color=palette.muted, lw=0.8, ls=(0, (2, 2)), zorder=1)
            axes.axhline(MILD, color=palette.muted, lw=0.8, zorder=1)
            axes.axvline(MILD, color=palette.muted, lw=0.8, zorder=1)
            _marks(axes, part, palette)
            axes.set_title(heading, fontsize="medium")
        for axes in grid.ravel()[: len(panels)][-columns:]:  # nothing is drawn below these
            axes.set_xlabel("at +1 alone")
            axes.tick_params(labelbottom=True)
        canvas.supylabel("score when asked at +1 and at −1", color=palette.muted, fontsize="medium")
        keys = [Line2D([], [], ls="none", marker=_mark(each), ms=7, mfc=_color(each, palette), mec=palette.surface,
                       label=each) for each in KINDS]  # fmt: skip
        canvas.legend(handles=keys, loc="outside lower center", ncols=2)

    return Figure(
        "signs",
        "What asking at +1 alone makes of a neuron",
        "Seven panels of dots, one a density, a dot a neuron: its score when features are asked at +1 alone to the "
        "right, and when they are asked at both signs up. Dots at the lower right look monosemantic at +1 and are not; "
        "those at the upper left are, for a negative value, and do not look it.",
        "Across, the score as published, asked at +1 alone. A score is the largest answer over the sum of all; above "
        f"{MILD:g} (lines) a neuron counts here; the table of signs has the published .999, too, which hardly any "
        f"neuron reaches but at density .3. {networks} networks a panel, of forty neurons each. Dashed: both scores "
        "are the same.",
        draw,
        (7.2, 2.0 + 1.9 * -(-len(panels) // columns)),
    )


def _marks(axes: Axes, part: polars.DataFrame, palette: Palette) -> None:
    for kind in KINDS[::-1]:
        own = part.filter(part["kind"] == kind)
        axes.scatter(
            own["plus"].to_numpy(), own["both"].to_numpy(), s=22, marker=_mark(kind), color=_color(kind, palette),
            edgecolors=palette.surface, linewidths=0.4, alpha=0.8, clip_on=False, zorder=3,
        )  # fmt: skip
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks(np.linspace(0, 1, 3), ["0", ".5", "1"])
    axes.set_yticks(np.linspace(0, 1, 3), ["0", ".5", "1"])


def _mark(kind: str) -> str:
    return ("o", "X", "^", "o")[KINDS.index(kind)]


def _color(kind: str, palette: Palette) -> str:
    return (palette.accent(0), palette.accent(1), palette.accent(2), palette.muted)[KINDS.index(kind)]

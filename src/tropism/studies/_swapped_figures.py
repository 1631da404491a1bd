"""The pictures of the study `swapped-components`."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers
from tropism.figures.theme import Figure, Palette
from tropism.studies._retrain_parts import NEAR
from tropism.studies._swapped_tables import NEARER, RETRAINED
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BINS = (1.0, NEARER, 1.1, NEAR, 1.5, 2.0, 3.0, 6.0)
TICKS = (1.0, NEAR, 1.5, 2.0, 3.0, 5.0)


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Every component by how near in variance its neighbor is, and networks' means."""
    return [_nearness(tables["components"]), _means(tables["swaps"])]


def _nearness(components: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = components.filter((pl.col("pair") == RETRAINED) & (pl.col("nearest") < BINS[-1]))
    drawn = drawn.with_columns(gap=pl.col("best") - pl.col("own"))
    near = drawn.filter(pl.col("nearest") < NEAR)
    panels = groups(drawn, "model")
    many = ", ".join(f"{words} ({part['member'].n_unique()})" for words, part in panels)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (words, part) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.plot(part["nearest"], part["gap"], "o", ms=2.6, mew=0, alpha=0.45, color=palette.accent(0),
                      label="a component")  # fmt: skip
            _means_of_bins(axes, part, palette)
            axes.axvline(NEAR, color=palette.muted, lw=1, ls=":", label="bound of like variance")
            axes.set_xscale("log")
            axes.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
            axes.minorticks_off()
            axes.set_xlim(0.98, BINS[-1])
            axes.set_xlabel("factor to the nearer variance")
        grid[0].set_ylim(-0.03, 1.03)
        grid[0].set_ylabel("best partner − own place")
        handles, labels = grid[0].get_legend_handles_labels()
        canvas.legend(handles, labels, loc="outside upper left", ncols=3 if len(panels) > 1 else 2)

    return Figure(
        "nearness",
        "Components that are found again elsewhere, by how near in variance their neighbor is",
        "Panels of how much better a component correlates with its best partner than with that of its own place, "
        f"against the factor to the nearer neighbor's variance. Mean of components below a factor of {NEAR:g}: "
        f"{each_said(near, 'gap', 'model')}.",
        f"Each dot is a component of a network, after the layer was trained again: {many}; none where the "
        "gate is shut. A bar is the mean over the factors that it spans.",
        draw,
        (3.1 * len(panels) + 0.8, 3.4),
    )


def _means_of_bins(axes: Axes, part: polars.DataFrame, palette: Palette) -> None:
    nearest, gap = numbers(part, "nearest", "nearness"), numbers(part, "gap", "nearness")
    bins, words = np.digitize(nearest, BINS), "mean"
    for number, (low, high) in enumerate(itertools.pairwise(BINS), 1):
        own = gap[(bins == number) & np.isfinite(gap)]
        if len(own):
            axes.plot((low, high), (own.mean(),) * 2, color=palette.ink, lw=2, label=words, zorder=5)
            words = None


def _means(swaps: polars.DataFrame) -> Figure:
    quantities = {"alone": "alone", "crowded": "of like variance", "closest": "of all but the same"}
    return dots_figure(
        swaps,
        panel="model",
        row="pair",
        quantities=quantities,
        name="swaps",
        title="Networks: how far do components swap?",
        alt="A panel a model, a row for networks trained again, on the same examples or others, and for the same "
        "network on others; marks for components that stand alone in variance, that have a neighbor of like variance, "
        f"and of all but the same. From least to most: {spans_said(swaps, quantities, 'model')}.",
        caption="Mean over a network's components of how much better the best partner is than that of the same place. "
        "Networks without such components have no mark.",
        label="best partner − own place",
    )

"""The picture of what is found again: trained again, in other networks, and of the features; with chance beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


class Asked(NamedTuple):
    """A score and the levels that stand beside it, by column."""

    title: str
    column: str
    beside: Mapping[str, str]


ASKED = (
    Asked(
        "trained again: matched cosine of directions",
        "again",
        {"again_random_high": "random directions", "again_lot_high": "examples by lot"},
    ),
    Asked(
        "other networks: correlation of latents",
        "elsewhere",
        {"elsewhere_shuffled_high": "examples shuffled", "elsewhere_site": "the site's dimensions"},
    ),
    Asked(
        "the task's features: matched cosine",
        "matched",
        {"matched_random_high": "random directions", "matched_lot_high": "examples by lot"},
    ),
)
WORDS = {"network": "networks", "dictionary": "dictionaries"}
_MARKS = ("|", "x")


def again_figure(table: polars.DataFrame, *, networks: bool) -> Figure:
    """A panel a score, a row a size; a dot a network, or a dictionary where there is one network."""
    panels = [each for each in ASKED if each.column in table.columns]
    sizes = table.select("latents", "active").unique(maintain_order=True).rows()
    noun = "network" if networks else "dictionary"
    count = table["member"].n_unique()

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, asked in zip(grid, panels, strict=True):
            for place, size in enumerate(sizes):
                _row(axes, table, asked, size, -place, palette)
            _finish(axes, asked, palette)
        grid[0].set_yticks([-place for place in range(len(sizes))], [f"{a} latents,\n{b} active" for a, b in sizes])
        grid[0].set_ylim(0.6 - len(sizes), 0.6)

    return Figure(
        "again",
        "Are the same directions found again?",
        "Panels with a row for each size of dictionary: dots for the score, marks for chance. "
        + " ".join(_said(table, each) for each in panels),
        f"Each dot is a {noun}; {count} a row. Marks: upper ends of chance (97.5th of 100 draws), means over "
        f"{WORDS[noun]}; for the site's dimensions, their own mean.",
        draw,
        (max(4.2, 3.1 * len(panels) + 1.2), 1.9 + 0.55 * len(sizes)),
    )


def _row(
    axes: Axes, table: polars.DataFrame, asked: Asked, size: tuple[int, int], place: int, palette: Palette
) -> None:
    import polars as pl

    part = table.filter((pl.col("latents") == size[0]) & (pl.col("active") == size[1]))
    values = part[asked.column].cast(pl.Float64).drop_nulls().drop_nans().to_numpy()
    spots = place + np.linspace(-0.12, 0.12, max(2, len(values)))[: len(values)]
    axes.plot(values, spots, "o", ms=5, mew=0, alpha=0.75, color=palette.accent(0))
    for mark, column in zip(_MARKS, asked.beside, strict=False):
        level = part[column].cast(pl.Float64).drop_nulls().drop_nans().mean()
        if level is not None:
            axes.plot(
                np.array([level], float), [place], mark, ms=11 if mark == "|" else 7, mew=1.6, color=palette.accent(1)
            )


def _finish(axes: Axes, asked: Asked, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    axes.set_xlim(0, 1.03)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)
    axes.set_title(asked.title.replace(": ", ":\n"), fontsize="small", fontweight="normal", color=palette.ink)
    marks = [
        Line2D([], [], ls="", marker=mark, ms=8, mew=1.6, color=palette.accent(1), label=name)
        for mark, name in zip(_MARKS, asked.beside.values(), strict=False)
    ]
    axes.legend(handles=marks, loc="upper center", bbox_to_anchor=(0.5, -0.16), fontsize="x-small", ncols=1,
                labelcolor=palette.muted, handletextpad=0.3)  # fmt: skip


def _said(table: polars.DataFrame, asked: Asked) -> str:
    import polars as pl

    values = table[asked.column].cast(pl.Float64).drop_nulls().drop_nans()
    levels = pl.concat([table[each].cast(pl.Float64).drop_nulls().drop_nans() for each in asked.beside])
    if not len(values) or not len(levels):
        return f"{asked.title}: no number."
    return (
        f"{asked.title}: {values.min():.2f} to {values.max():.2f}; beside it {levels.min():.2f} to {levels.max():.2f}."
    )

"""Networks as dots: a panel a condition, a row a way, and several quantities told apart by shape and color."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.generalization.figures.spoken import NOTHING, finite

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SHAPES = ("o", "s", "^", "D")


def dots_figure(
    table: polars.DataFrame,
    *,
    panel: str,
    row: str,
    quantities: Mapping[str, str],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    label: str = "",
    across: int = 2,
    upto: float = 1.0,
) -> Figure:
    """A panel a condition, a row a way; each network a dot for every quantity.

    A panel without a finite number says so, and so does the key of a quantity that has none anywhere.

    Args:
        table: A row a network: the quantities' columns, and the columns `panel` and `row`.
        panel: The column that decides the panel; its words are the title.
        row: The column that decides the row; rows stand in the order of first appearance, the same in every panel.
        quantities: What is drawn, columns in [0, 1], and what each is called.
        across: Panels in a row.
        upto: Where the axis ends; it begins at 0.
    """
    require_columns(table, (panel, row, *quantities), "dots_figure")
    table = _with_numbers(table, quantities)
    panels, ways = groups(table, panel), list(dict.fromkeys(map(str, table[row].to_list())))
    across = min(across, len(panels))
    lines = math.ceil(len(panels) / across)
    named = [words if len(finite(table, column)) else f"{words}: {NOTHING}" for column, words in quantities.items()]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(lines, across, sharex=True, sharey=True, squeeze=False)
        for axes in grid.ravel()[len(panels) :]:
            axes.set_axis_off()
        for place, (words, part) in enumerate(panels):
            axes = grid.ravel()[place]
            axes.set_title(words, fontsize="small")
            _draw_panel(axes, part, row, ways, list(quantities), palette)
            if place + across >= len(panels):
                axes.set_xlabel(label)
        _name_rows(grid, ways, upto, palette)
        _draw_key(canvas, named, palette)

    high = (0.36 * len(ways) * (1 + 0.2 * len(quantities)) + 0.5) * lines + 0.9
    return Figure(name, title, alt, f"{caption} A mark a network.".strip(), draw, (3.0 * across + 1.2, high))


def _with_numbers(table: polars.DataFrame, columns: Iterable[str]) -> polars.DataFrame:
    """A column that holds nothing has no type of its own; it becomes one of numbers that are not there."""
    import polars as pl

    empty = [column for column in columns if table[column].dtype == pl.Null]
    return table.with_columns(pl.col(empty).cast(pl.Float64)) if empty else table


def _name_rows(grid: np.ndarray, ways: list[str], upto: float, palette: Palette) -> None:
    grid[0, 0].set_xlim(-0.04 * upto, 1.04 * upto)
    grid[0, 0].set_ylim(0.6 - len(ways), 0.6)
    grid[0, 0].set_yticks([-place for place in range(len(ways))], ways)
    for line in grid:
        line[0].tick_params(axis="y", labelcolor=palette.ink)


def _draw_panel(
    axes: Axes, part: polars.DataFrame, row: str, ways: list[str], columns: list[str], palette: Palette
) -> None:
    for way, own in groups(part, row):
        for place, column in enumerate(columns):
            height = -ways.index(way) + 0.62 * (0.5 - (place + 0.5) / len(columns))
            values = numbers(own, column, "dots_figure")
            values = values[np.isfinite(values)]
            if not len(values):  # no marks have no place, and a layout with them collapses
                continue
            axes.plot(values, np.full(len(values), height), ls="", marker=SHAPES[place % len(SHAPES)], ms=6,
                      color=palette.accent(place), alpha=0.75, mew=0, clip_on=False)  # fmt: skip
    if not any(len(finite(part, column)) for column in columns):
        axes.text(0.5, 0.5, NOTHING, color=palette.muted, ha="center", va="center", transform=axes.transAxes)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _draw_key(canvas: Canvas, words: list[str], palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker=SHAPES[place % len(SHAPES)], ms=6, color=palette.accent(place), label=each)
        for place, each in enumerate(words)
    ]
    canvas.legend(handles=marks, loc="outside upper left", ncols=min(len(marks), 2), handletextpad=0.4)

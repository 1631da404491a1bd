"""What several drawings need: columns that must be there, labels that keep apart, colors by name."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.figures.theme import Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes


def require_columns(table: polars.DataFrame, columns: Collection[str], drawing: str) -> None:
    """Refuse a table without these columns, or without rows, before anything is drawn."""
    for name in columns:
        if name not in table.columns:
            raise UnknownName("column", name, table.columns, drawing)
    if table.height == 0:
        raise DoesNotFit(f"{drawing}: the table has no rows.")


def numbers(table: polars.DataFrame, column: str, drawing: str) -> np.ndarray:
    """A column as float64, NaN where there is nothing."""
    import polars as pl

    if not (table[column].dtype.is_numeric() or table[column].dtype == pl.Boolean):
        raise BadValue(f"{drawing}: column {column!r}", str(table[column].dtype), "numbers")
    return table[column].cast(pl.Float64).fill_null(math.nan).to_numpy().astype(np.float64)


def groups(table: polars.DataFrame, by: str | None) -> list[tuple[str, polars.DataFrame]]:
    """The table's parts by a column, in the order of their first appearance; one unnamed part without a column."""
    if by is None:
        return [("", table)]
    return [(str(key[0]), part) for key, part in table.group_by(by, maintain_order=True)]


def counted(table: polars.DataFrame, by: Sequence[str]) -> str:
    """How many rows a kind has, as a caption says it: `5`, or `5 or 30` where kinds differ."""
    sizes = sorted(set(table.group_by(by).len()["len"].to_list()))
    return " or ".join(str(size) for size in sizes)


def spread_labels(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights for labels that want to stand at `places`: in the same order, `gap` apart, within bounds if they fit."""
    order = sorted(range(len(places)), key=lambda each: places[each])
    placed = [min(max(places[each], low), high) for each in order]
    for lower in range(len(placed) - 1):  # push up, then back down from the top
        placed[lower + 1] = max(placed[lower + 1], placed[lower] + gap)
    ceiling = max(high, low + gap * (len(placed) - 1))
    for upper in reversed(range(len(placed))):
        placed[upper] = min(placed[upper], ceiling)
        ceiling = placed[upper] - gap
    return [placed[order.index(each)] for each in range(len(places))]


def end_labels(axes: Axes, ends: Sequence[tuple[float, str, str]], palette: Palette, *, inches: float) -> None:
    """Names beside the right ends of curves, `(height, name, color)`, kept apart, each with a thin line to its end.

    Ends at one height keep the order they are given in, upward. Call it when the vertical limits are final; `inches` is
    about how high the axes will be.
    """
    to_axes, across = axes.transAxes.inverted(), axes.transAxes
    heights = [float(to_axes.transform(axes.transData.transform((axes.get_xlim()[1], each[0])))[1]) for each in ends]
    line = 14 / (72 * inches)  # one line of text, in heights of the axes
    for (_, name, color), at, spot in zip(ends, heights, spread_labels(heights, line, 0.02, 0.98), strict=True):
        axes.plot([1.006, 1.03], [at, spot], color=palette.muted, lw=0.6, transform=across, clip_on=False)
        axes.text(1.04, spot, name, color=color, va="center", ha="left", fontsize="small", transform=across)


def count_words(n: int, failed: int, noun: str = "member") -> str:
    """`60 members (2 failed)`."""
    return f"{n} {noun}{'' if n == 1 else 's'}" + (f" ({failed} failed)" if failed else "")

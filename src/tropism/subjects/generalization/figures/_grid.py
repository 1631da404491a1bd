"""Tables as grids of colored cells: which rows and columns, how high, which color, and numbers written short."""

from __future__ import annotations

import math
from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import UnknownName
from tropism.figures.theme import Palette
from tropism.subjects.generalization.examiner.cells import ENDS

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

APART = 0.3
"""The gap below the rows that every pair has, in heights of a row."""
WIDEST = 20
"""Letters of a row's name in one line."""

_ENDS = {
    "light": ("#0a4f8a", "#8fc1ea", "#f3f1ec", "#f3ab7c", "#9c3600"),
    "dark": ("#9ad4ff", "#2b6ca3", "#2a3038", "#a85420", "#ffba92"),
}
"""Colors below none, at none, halfway, at all, and above it: cool where Y is gone, warm where it is there."""
_PLACES = (-0.5, 0.0, 0.5, 1.0, 1.5)


def in_order(table: polars.DataFrame, by: str | None = "pair") -> list[str]:
    """The rows' names once each, in an order that no pair's contradicts; the two that every pair has first."""
    parts = [table] if by is None else table.partition_by(by, maintain_order=True)
    lists = sorted((list(dict.fromkeys(part["row"].to_list())) for part in parts), key=len, reverse=True)
    found = list(lists[0])
    for names in lists[1:]:
        for place, name in enumerate(names):
            if name not in found:
                found.insert(found.index(names[place - 1]) + 1 if place else 0, name)
    return [*(each for each in ENDS if each in found), *(each for each in found if each not in ENDS)]


def only(table: polars.DataFrame, column: str, value: object, drawing: str) -> polars.DataFrame:
    """The rows of a table that have this value in a column.

    Raises:
        UnknownName: None has; the message names those that there are.
    """
    found = table.filter(table[column] == value)
    if found.height == 0:
        raise UnknownName(
            column, f"{value}", [f"{each}" for each in table[column].unique(maintain_order=True)], drawing
        )
    return found


def heights(rows: Sequence[str]) -> dict[str, float]:
    """Where each row's middle is, downward, those that every pair has set apart."""
    gap, found = 0.0, {}
    for place, row in enumerate(rows):
        if place and row not in ENDS and rows[place - 1] in ENDS:
            gap = APART
        found[row] = place + gap
    return found


def wrapped(name: str, width: int = WIDEST) -> str:
    """A name in lines of at most so many letters, where it has places to break."""
    return fill(name, width, break_long_words=False)


def label_inches(names: Sequence[str], width: int = WIDEST) -> float:
    """About how much room names take beside a grid."""
    return 0.15 + 0.092 * max(len(line) for name in names for line in wrapped(name, width).splitlines())


def ruled(
    axes: Axes, rows: Sequence[str], columns: Sequence[str], palette: Palette, *, upright: bool = False
) -> dict[str, float]:
    """An empty grid with names at its left and on top; where its rows are."""
    places = heights(rows)
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(max(places.values()) + 0.5, -0.5)
    axes.set_yticks([*places.values()], [wrapped(row) for row in rows], color=palette.ink, linespacing=0.95)
    turned = {"rotation": 90, "va": "bottom"} if upright else {}
    axes.set_xticks(range(len(columns)), columns, color=palette.ink, linespacing=1.1, **turned)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, top=False, bottom=False)
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    return places


def cell(
    axes: Axes, x: float, y: float, color: str, *, edge: str = "none", hatch: str = "", width: float = 0.0
) -> None:
    """One colored cell, a little smaller than its place."""
    from matplotlib.patches import Rectangle

    box = Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=color, edgecolor=edge, hatch=hatch, lw=width)
    axes.add_patch(box)


def short(value: float | None, decimals: int = 2) -> str:
    """A number as it stands in a cell: `.93`, `−.12`, `1.40`; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    told = f"{value:.{decimals}f}"
    told = told.lstrip("-") if float(told) == 0 else told
    return told.replace("-", "−").replace("0.", ".", 1) if abs(float(told)) < 1 else told.replace("-", "−")


def seeds_words(*counts: int) -> str:
    """How many seeds, as `3 seeds` or `2 to 3 seeds`."""
    low, high = min(counts), max(counts)
    return f"{low} to {high} seeds" if low < high else f"{high} seed{'s' * (high != 1)}"


def shade(there: float, palette: Palette, ends: tuple[float, float] = (-0.5, 1.5)) -> str:
    """The color of how much of Y is there: 0 none, 1 all; beyond both it goes on, as far as `ends`."""
    from matplotlib.colors import to_hex, to_rgb

    places = (min(ends[0], _PLACES[0]), *_PLACES[1:4], max(ends[1], _PLACES[4]))
    colors = np.array([to_rgb(each) for each in _ENDS[palette.name]])
    red, green, blue = (float(np.interp(there, places, channel)) for channel in colors.T)
    return to_hex((red, green, blue))


def legible(ground: str) -> str:
    """Black or white, whichever is read better on a color; the contrast is 4.5 at least."""
    return max(("#000000", "#ffffff"), key=lambda each: contrast(each, ground))


def contrast(one: str, other: str) -> float:
    """The contrast of two colors, 1 to 21.

    Source: Web Content Accessibility Guidelines 2.2, success criterion 1.4.3.
    """
    low, high = sorted(map(_luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))

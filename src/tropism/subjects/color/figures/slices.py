"""Slices of the color cube: what a network gives back, with the truth inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import UnknownName
from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.panels import Letter, draw_slice
from tropism.subjects.color.figures.words import amount, fraction, one_member, worst_row

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

_WORDS = {"s": "saturation", "v": "value"}


def slice_figure(
    table: polars.DataFrame,
    *,
    cut: Letter = "s",
    name: str = "color-slices",
    title: str = "Colors given back",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """Panels of hue against value (or saturation), a column a condition and a row a slice.

    Args:
        table: `measures.color_slices` of one member.
        cut: What is constant in a slice: `s` or `v`.
    """
    require_columns(table, ("condition", "h", "s", "v", "hex", "answer", "mse"), "slice_figure")
    if cut not in _WORDS:
        raise UnknownName("cut", str(cut), _WORDS, "slice_figure")
    who = one_member(table, "slice_figure")
    upward: Letter = "v" if cut == "s" else "s"
    levels = np.unique(table[cut].to_numpy())[::-1]
    parts = groups(table, "condition")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(levels), len(parts), sharex=True, sharey=True, squeeze=False)
        for column, (condition, part) in enumerate(parts):
            for row, level in enumerate(levels):
                axes = grid[row, column]
                draw_slice(axes, part.filter(part[cut] == level), upward, palette)
                if column == 0:
                    axes.set_ylabel(_WORDS[upward], fontsize="small", labelpad=0)
                if column == len(parts) - 1:
                    axes.annotate(f"{cut} = {fraction(level)}", (1.02, 0.5), xycoords="axes fraction", va="center",
                                  rotation=-90, fontsize="small", color=palette.muted)  # fmt: skip
            grid[0, column].set_title(condition)

    said = f"{who}. Each cell: the color that came out; the square inside it: the color that went in."
    size = (7.0, 0.75 + (1.15 if len(parts) < 3 else 0.95) * len(levels))
    return Figure(name, title, alt or _alt(parts, cut), f"{caption} {said}".strip(), draw, size)


def _alt(parts: list[tuple[str, polars.DataFrame]], cut: str) -> str:
    worst = []
    for condition, part in parts:
        row = worst_row(part)
        worst.append(
            f"{condition}: largest error {amount(row['mse'])}, at hue {row['h'] * 360:.0f}°, where {row['hex']} comes "
            f"back as {row['answer']}"
        )
    return (
        f"Grids of cells, hue to the right and {_WORDS['v' if cut == 's' else 's']} upward, one for each "
        f"{_WORDS[cut]} and condition. Where the inner square stands out from its cell, the color is wrong. "
        f"{'; '.join(worst)}."
    )

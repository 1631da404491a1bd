"""Errors along hue, saturation and value, every piece of line in its own color."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, require_columns, spread_labels
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.panels import draw_lines, name_hues, same_top
from tropism.subjects.color.figures.words import amount, one_member, worst_row
from tropism.subjects.color.named import nearest_name

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

ALONG = ("hue", "saturation", "value")


def line_figure(
    table: polars.DataFrame,
    *,
    name: str = "error-lines",
    title: str = "Error along hue, saturation and value",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """Three panels a condition, on one scale of error.

    Args:
        table: `measures.error_lines` of one member.
    """
    require_columns(table, ("condition", "along", "line", "h", "s", "v", "hex", "mse"), "line_figure")
    who = one_member(table, "line_figure")
    parts = groups(table, "condition")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(parts), 3, sharey=True, squeeze=False, width_ratios=(2, 1, 1))
        tallest = 0.0
        for row, (condition, part) in zip(grid, parts, strict=True):
            for axes, along in zip(row, ALONG, strict=True):
                tallest = max(tallest, draw_lines(axes, part.filter(part["along"] == along), along, palette))
            row[0].set_title(condition)
            row[0].set_ylabel("squared error")
        same_top(list(grid.ravel()), tallest)
        for axes in grid[:, 0]:
            name_hues(axes, 2, upto=1, size="x-small")
        for axes in grid[:, 1:].ravel():
            axes.set_xticks([0, 0.5, 1], ["0", "½", "1"], fontsize="small")
        for axes, along in zip(grid[-1], ALONG, strict=True):
            axes.set_xlabel(along)
        _name_lines(grid, parts, palette)

    said = (
        f"{who}. Along hue: vivid colors, pale ones (saturation ½) and dark ones (value ½). Along saturation, at full "
        "value, and along value, at full saturation: twelve hues. Mean squared error over the three channels."
    )
    return Figure(name, title, alt or _alt(parts), f"{caption} {said}".strip(), draw, (7.0, 0.7 + 1.75 * len(parts)))


def _name_lines(grid: np.ndarray, parts: list[tuple[str, polars.DataFrame]], palette: Palette) -> None:
    """Name the lines along hue where they are highest, in the row with the largest errors."""
    heights = [float(part["mse"].max() or 0) for _, part in parts]  # type: ignore[arg-type]
    row = int(np.argmax(heights))
    part = parts[row][1]
    hue: Axes = grid[row, 0]
    at, ends = 0.05, {}
    for key, line in part.filter(part["along"] == "hue").group_by("line", maintain_order=True):
        ends[str(key[0])] = float(np.interp(at, line["h"].to_numpy(), line["mse"].to_numpy()))
    top = hue.get_ylim()[1]
    spots = spread_labels(list(ends.values()), 0.13 * top, 0.06 * top, 0.95 * top)
    for (word, height), spot in zip(ends.items(), spots, strict=True):
        hue.plot([at, 0.12], [height, spot], color=palette.muted, lw=0.6, zorder=4)
        hue.text(0.125, spot, word, fontsize="small", va="center", color=palette.ink)


def _alt(parts: list[tuple[str, polars.DataFrame]]) -> str:
    from tropism.subjects.color.figures.panels import rgb

    told = []
    for condition, part in parts:
        row = worst_row(part)
        told.append(f"{condition}: highest {amount(row['mse'])}, near {nearest_name(rgb(row['hex']))}")
    return (
        "Three panels a condition, the error upward and hue, saturation or value to the right; every piece of line has "
        f"the color that it tells of. {'; '.join(told)}."
    )

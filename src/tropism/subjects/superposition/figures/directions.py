"""Features as directions in a plane, a small drawing a network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

Paint = Callable[[Palette, int], str]
"""From a palette and a feature to its color."""


def direction_figure(
    table: polars.DataFrame,
    *,
    by: str,
    headings: Mapping[object, str],
    paint: Paint,
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    column: int = 5,
    labels: bool = False,
) -> Figure:
    """A panel for each value of `by`, in the table's order: lines from the center, on a circle of length 1.

    Args:
        table: A row a feature: the column of `by`, `feature`, `x`, `y`.
        headings: What stands above each panel.
        column: How many panels stand side by side.
        labels: Whether features are numbered, from 1.
    """
    require_columns(table, (by, "feature", "x", "y"), "direction_figure")
    parts = [part for _, part in groups(table, by)]
    across, reach = min(column, len(parts)), 1.12 * max(1.0, float(np.hypot(table["x"], table["y"]).max()))
    down = -(-len(parts) // across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(down, across, squeeze=False)
        for axes in grid.ravel()[len(parts) :]:
            axes.set_axis_off()
        for axes, part in zip(grid.ravel(), parts, strict=False):
            _draw_panel(axes, part, paint, palette, reach, labels)
            axes.set_title(headings[part[by][0]], fontsize="small", fontweight="normal", loc="center")

    return Figure(name, title, alt, caption or "One network a panel.", draw, (7.0, 0.35 + (7.0 / across + 0.3) * down))


def _draw_panel(axes: Axes, part: polars.DataFrame, paint: Paint, palette: Palette, reach: float, labels: bool) -> None:
    turn = np.linspace(0, 2 * np.pi, 181)
    axes.plot(np.cos(turn), np.sin(turn), color=palette.rule, lw=0.9, zorder=1)
    for feature, x, y in part.sort("feature").select("feature", "x", "y").rows():
        color, length = paint(palette, feature), float(np.hypot(x, y))
        axes.plot([0, x], [0, y], color=color, lw=1.8, zorder=3)
        axes.plot([x], [y], "o", color=color, ms=5, mec=palette.surface, mew=0.6, zorder=4)
        if labels and length > 0.2:
            place = (1 + 0.24 / length) * np.array([x, y])
            axes.text(place[0], place[1], str(feature + 1), ha="center", va="center", fontsize="x-small", color=color)
    reach = reach + 0.2 * labels
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    axes.set_axis_off()

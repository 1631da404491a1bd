"""One number against another, with a regression line and how much of the spread it explains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def scatter(
    table: polars.DataFrame,
    x: str,
    y: str,
    *,
    name: str,
    title: str,
    alt: str,
    x_label: str = "",
    y_label: str = "",
    by: str | None = None,
    color: str | None = None,
    caption: str = "",
    noun: str = "point",
    regression: bool = True,
) -> Figure:
    """Points with a dashed least-squares line and R², a panel for each value of `by`, on shared axes.

    Args:
        color: A column of colors (`#rrggbb`) for the points; the first accent otherwise.
        noun: What one point is, for the caption.
    """
    require_columns(table, (x, y, *(each for each in (by, color) if each)), "scatter")
    panels = [_panel(group, part, x, y, color) for group, part in groups(table, by)]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, panel in zip(grid, panels, strict=True):
            _draw_panel(axes, panel, palette, regression)
            axes.set_xlabel(x_label or x)
        grid[0].set_ylabel(y_label or y)

    said = _caption(panels, noun, regression)
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (max(4.6, 3.2 * len(panels)), 3.7))


@dataclass(frozen=True)
class _Panel:
    name: str
    x: np.ndarray
    y: np.ndarray
    colors: tuple[str, ...] | None
    missing: int
    slope: float
    intercept: float
    r2: float


def _panel(name: str, part: polars.DataFrame, x: str, y: str, color: str | None) -> _Panel:
    across, up = numbers(part, x, "scatter"), numbers(part, y, "scatter")
    kept = np.isfinite(across) & np.isfinite(up)
    colors = None if color is None else tuple(np.asarray(part[color].to_list(), dtype=object)[kept])
    missing = len(kept) - int(kept.sum())
    across, up = across[kept], up[kept]
    return _Panel(name, across, up, colors, missing, *_line(across, up))


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Slope, intercept and R² of the least-squares line; NaN where there is none."""
    spread_x, spread_y = (float(((each - each.mean()) ** 2).sum()) if len(each) > 1 else 0.0 for each in (x, y))
    if spread_x == 0 or spread_y == 0:
        return math.nan, math.nan, math.nan
    together = float(((x - x.mean()) * (y - y.mean())).sum())
    slope = together / spread_x
    return slope, float(y.mean() - slope * x.mean()), together**2 / (spread_x * spread_y)


def _draw_panel(axes: Axes, panel: _Panel, palette: Palette, regression: bool) -> None:
    fill = panel.colors if panel.colors is not None else palette.accent(0)
    size = 26 if len(panel.x) < 300 else 12
    # The edge keeps white points visible on a light surface, and black ones on a dark one.
    axes.scatter(panel.x, panel.y, s=size, c=fill, edgecolors=palette.muted, linewidths=0.5, zorder=3)
    if regression and math.isfinite(panel.slope):
        ends = np.array([panel.x.min(), panel.x.max()])
        axes.plot(ends, panel.intercept + panel.slope * ends, "--", color=palette.ink, lw=1.4, zorder=4)
        axes.set_title(f"R² = {panel.r2:.2f}", loc="right", fontweight="normal")
    if panel.name:
        axes.set_title(panel.name)


def _caption(panels: list[_Panel], noun: str, regression: bool) -> str:
    counts = {len(panel.x) for panel in panels}
    shown = "–".join(str(each) for each in (min(counts), max(counts))[: len(counts)])
    parts = [f"{shown} {noun}s{' a panel' if len(panels) > 1 else ''}."]
    missing = sum(panel.missing for panel in panels)
    if missing:
        parts.append(f"{missing} without a finite number {'is' if missing == 1 else 'are'} not drawn.")
    if regression:
        parts.append("Dashed: least squares; R² is the share of the variance that it explains.")
    return " ".join(parts)

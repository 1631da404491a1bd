"""Panels that the color figures share: a slice of the color cube, and lines of errors in their own colors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.errors import DoesNotFit
from tropism.figures.theme import Palette
from tropism.subjects.color.figures.words import hue_ticks

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes

Letter = Literal["s", "v"]
_INNER = 0.42  # the side of the true color's square, in cells


def draw_slice(axes: Axes, part: polars.DataFrame, upward: Letter, palette: Palette, *, every: int = 4) -> None:
    """Hue to the right, saturation or value upward: each cell what came out, with what went in inside it."""
    from matplotlib.collections import PolyCollection

    ordered = part.sort(upward, "h")
    hues, levels = np.unique(ordered["h"].to_numpy()), np.unique(ordered[upward].to_numpy())
    if len(hues) * len(levels) != part.height or min(len(hues), len(levels)) < 2:
        raise DoesNotFit(
            f"color_slices: a slice must be a whole grid of hues and {upward}; {part.height} rows are not."
        )
    wide, high = hues[1] - hues[0], levels[1] - levels[0]
    extent = (hues[0] - wide / 2, hues[-1] + wide / 2, levels[0] - high / 2, levels[-1] + high / 2)
    outer = np.array([rgb(code) for code in ordered["answer"]]).reshape(len(levels), len(hues), 3)
    axes.imshow(outer, extent=extent, origin="lower", aspect="auto", interpolation="nearest", zorder=1)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (wide, high) * (_INNER / 2)
    centers = ordered.select("h", upward).to_numpy()
    axes.add_collection(
        PolyCollection(list(centers[:, None] + corners), facecolors=ordered["hex"].to_list(), lw=0, zorder=2)
    )
    axes.set_xlim(extent[0], extent[1])
    axes.set_ylim(extent[2], extent[3])
    axes.grid(visible=False)
    name_hues(axes, every, upto=float(extent[1]))
    axes.set_yticks([levels[0], levels[-1]], ["0", "1"])
    for spine in axes.spines.values():  # a frame, or black cells would be lost on a dark page
        spine.set(visible=True, color=palette.rule, linewidth=0.6, zorder=3)
    axes.tick_params(length=0)


def draw_lines(axes: Axes, part: polars.DataFrame, along: str, palette: Palette, *, width: float = 2.2) -> float:
    """Errors along one axis, each piece in its own color on a thin casing; returns the largest error."""
    from matplotlib.collections import LineCollection

    letter = along[0]
    tallest = 0.0
    for _, line in part.group_by("line", maintain_order=True):
        x, y = line[letter].to_numpy(), line["mse"].to_numpy()
        kept = np.isfinite(y)
        if kept.sum() < 2:
            continue
        colors = [rgb(code) for code in line["hex"].filter(kept)]
        points = np.stack([x[kept], y[kept]], 1)
        # Each piece from one midpoint to the next, so that a color lies about the point that it belongs to.
        middle = np.concatenate([points[:1], (points[1:] + points[:-1]) / 2, points[-1:]])
        pieces = np.stack([middle[:-1], points, middle[1:]], 1)
        axes.plot(*points.T, color=palette.muted, lw=width + 1.3, zorder=2)  # keeps white and black to be seen
        axes.add_collection(LineCollection(list(pieces), colors=colors, lw=width, capstyle="round", zorder=3))
        tallest = max(tallest, float(y[kept].max()))
    axes.set_xlim(float(part[letter].min()), float(part[letter].max()))  # type: ignore[arg-type]
    return tallest


def name_hues(axes: Axes, every: int, *, upto: float, size: str = "small") -> None:
    """Names of hues below an axis; red comes back at the end where the axis reaches it."""
    places, names = hue_ticks(every)
    kept = [(place, name) for place, name in zip(places, names, strict=True) if place <= upto]
    axes.set_xticks([place for place, _ in kept], [name for _, name in kept], fontsize=size)


def rgb(code: str) -> tuple[float, float, float]:
    """`#rrggbb` as three numbers in [0, 1]."""
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def same_top(grid: Sequence[Axes], tallest: float) -> None:
    """One scale from zero for several axes."""
    top = tallest * 1.08 or 1.0
    for axes in grid:
        axes.set_ylim(-0.02 * top, top)

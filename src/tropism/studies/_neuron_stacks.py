"""Neurons as columns: what each listens to, stacked by feature and colored by it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures import Figure, Palette
from tropism.figures.marks import groups, require_columns

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap, Normalize
    from matplotlib.figure import Figure as Canvas

MANY = 20
"""With more features than this, colors are spread unevenly."""


def stacks(
    table: polars.DataFrame,
    *,
    by: str,
    columns: int,
    name: str,
    title: str,
    alt: str,
    caption: str,
    label: str,
    numbered: bool,
    size: tuple[float, float],
) -> Figure:
    """A panel a value of `by`, a column a neuron; segments above zero excite it, those below inhibit it.

    The table has `neuron`, `feature` and `weight`; neurons stand in the order of their numbers. Features are colored
    from the most important, number 0, to the least.

    Args:
        columns: Panels in a row.
        label: What the height is.
        numbered: Whether segments that are high enough bear their feature's number.
    """
    require_columns(table, (by, "neuron", "feature", "weight"), "stacks")
    panels = groups(table, by)
    features = int(table["feature"].max()) + 1  # type: ignore[arg-type]

    def draw(canvas: Canvas, palette: Palette) -> None:
        rows = -(-len(panels) // columns)
        grid = canvas.subplots(rows, columns, sharey=numbered, squeeze=False)
        for axes in grid.flat[len(panels) :]:
            axes.set_visible(False)
        shades = colors(palette)
        for axes, (heading, part) in zip(grid.flat, panels, strict=False):
            _stack(axes, part, features, shades, palette, numbered)
            axes.set_title(heading, fontsize="medium")
        canvas.supylabel(label, color=palette.muted, fontsize="medium")
        canvas.supxlabel("neurons", color=palette.muted, fontsize="medium")
        _key(canvas, grid.ravel().tolist(), features, shades)

    return Figure(name, title, alt, caption, draw, size)


def colors(palette: Palette) -> Colormap:
    """Colors from the most important feature to the least, each to be seen on the surface."""
    import matplotlib
    from matplotlib.colors import LinearSegmentedColormap

    low, high = (0.0, 0.86) if palette.name == "light" else (0.16, 1.0)
    return LinearSegmentedColormap.from_list("features", matplotlib.colormaps["plasma"](np.linspace(low, high, 64)))


def _stack(
    axes: Axes, part: polars.DataFrame, features: int, shades: Colormap, palette: Palette, numbered: bool
) -> None:
    neurons = sorted(part["neuron"].unique())
    heights = np.zeros((len(neurons), features))
    heights[part["neuron"].to_numpy(), part["feature"].to_numpy()] = part["weight"].to_numpy()
    for side in (1, -1):
        bottom = np.zeros(len(neurons))
        for feature in range(features):
            height = side * np.maximum(side * heights[:, feature], 0)
            color = shades(float(_norm(features)(feature)))
            axes.bar(range(len(neurons)), height, bottom=bottom, width=0.86, color=color,
                     edgecolor=palette.surface, linewidth=0.6 if numbered else 0.0)  # fmt: skip
            if numbered:
                _numbers(axes, feature, height, bottom, color)
            bottom = bottom + height
    axes.axhline(0, color=palette.muted, lw=0.7)
    axes.set_xticks([])
    axes.grid(axis="x", visible=False)
    axes.spines["bottom"].set_visible(False)


def _numbers(axes: Axes, feature: int, height: np.ndarray, bottom: np.ndarray, color: Sequence[float]) -> None:
    bright = float(np.dot(color[:3], (0.299, 0.587, 0.114)))
    for neuron in np.flatnonzero(np.abs(height) > 0.42).tolist():
        axes.text(neuron, bottom[neuron] + height[neuron] / 2, str(feature), ha="center", va="center", fontsize=7.5,
                  color="#000000" if bright > 0.45 else "#ffffff")  # fmt: skip


def _key(canvas: Canvas, grid: list[Axes], features: int, shades: Colormap) -> None:
    from matplotlib.cm import ScalarMappable

    bar = canvas.colorbar(
        ScalarMappable(_norm(features), shades), ax=grid, location="top", aspect=60, shrink=0.7, pad=0.02
    )
    bar.set_label("feature: 0 is the most important", fontsize="small")
    bar.set_ticks([0, features // 10, features // 3, features - 1] if features > MANY else list(range(features)))
    bar.minorticks_off()
    bar.outline.set_visible(False)  # type: ignore[operator]


def _norm(features: int) -> Normalize:
    """Evenly over few features; of many, the first are told apart better than the last, which count least."""
    from matplotlib.colors import PowerNorm

    return PowerNorm(0.5 if features > MANY else 1.0, 0, features - 1)

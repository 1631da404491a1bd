"""Geometry as a graph: features are nodes, joined where their directions interfere."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.figures.plateaus import fraction_words

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

Place = tuple[float, float]


def graph_figure(
    nodes: polars.DataFrame,
    edges: polars.DataFrame,
    *,
    by: str,
    headings: Mapping[object, str],
    name: str,
    title: str,
    alt: str,
    caption: str = "",
) -> Figure:
    """A panel for each value of `by`; each connected component is laid out on a circle of its own, the large first.

    Args:
        nodes: A row a feature: the column of `by`, `feature`, `dimensionality`.
        edges: A row a pair that is joined: the column of `by`, `left`, `right`, `product`.
    """
    require_columns(nodes, (by, "feature", "dimensionality"), "graph_figure")
    panels = [(value, nodes.filter(nodes[by] == value), edges.filter(edges[by] == value)) for value in headings]

    def draw(canvas: Canvas, palette: Palette) -> None:
        down = -(-len(panels) // 2)
        grid = canvas.subplots(down, 2, squeeze=False)
        for axes in grid.ravel()[len(panels) :]:
            axes.set_axis_off()
        shown: Any = None
        for axes, (value, part, joined) in zip(grid.ravel(), panels, strict=False):
            shown = _draw_panel(axes, part, joined, palette)
            axes.set_title(headings[value], fontsize="small", fontweight="normal")
        bar = canvas.colorbar(
            shown, ax=grid.ravel().tolist(), shrink=0.6, aspect=30, label="dimensionality", extend="both"
        )
        marks = [0.375, 0.5, 2 / 3, 0.75]
        bar.set_ticks(marks, labels=[fraction_words(each) for each in marks])

    size = (7.2, 0.4 + 3.5 * -(-len(panels) // 2))
    return Figure(name, title, alt, caption or "One network a panel.", draw, size)


def components(features: Sequence[int], pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """What is connected, the largest first, each in rising order."""
    root = {feature: feature for feature in features}

    def found(feature: int) -> int:
        while root[feature] != feature:
            root[feature] = root[root[feature]]
            feature = root[feature]
        return feature

    for left, right in pairs:
        root[found(left)] = found(right)
    members: dict[int, list[int]] = {}
    for feature in sorted(features):
        members.setdefault(found(feature), []).append(feature)
    return sorted(members.values(), key=lambda each: (-len(each), each))


def _draw_panel(axes: Axes, part: polars.DataFrame, joined: polars.DataFrame, palette: Palette) -> Any:
    from matplotlib.collections import LineCollection

    features = part["feature"].to_list()
    pairs = list(zip(joined["left"].to_list(), joined["right"].to_list(), strict=True))
    places = _laid_out(components(features, pairs))
    strength = np.abs(joined["product"].to_numpy())
    lines = [(places[left], places[right]) for left, right in pairs]
    axes.add_collection(
        LineCollection(lines, colors=palette.muted, linewidths=0.2 + 1.5 * strength, alpha=0.75, zorder=1)
    )
    low, high = (0.05, 0.85) if palette.name == "light" else (0.25, 1.0)
    at = np.array([places[feature] for feature in features])
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    ramp = ListedColormap(colormaps["viridis"](np.linspace(low, high, 128)))
    shown = axes.scatter(at[:, 0], at[:, 1], c=part["dimensionality"], cmap=ramp, vmin=0.3, vmax=0.75, s=17, zorder=2,
                         edgecolors=palette.surface, linewidths=0.4)  # fmt: skip
    axes.set_aspect("equal")
    axes.margins(0.03)
    axes.set_axis_off()
    return shown


def _laid_out(found: list[list[int]]) -> dict[int, Place]:
    """Components on circles, side by side in rows about as wide as all of them are high."""
    radii = [_radius(len(each)) for each in found]
    width = max(math.sqrt(sum((2 * radius + 0.7) ** 2 for radius in radii)) * 1.08, 2 * radii[0] + 0.7)
    places: dict[int, Place] = {}
    across, top, height = 0.0, 0.0, 2 * radii[0] + 0.7
    for each, radius in zip(found, radii, strict=True):
        if across + 2 * radius + 0.7 > width + 1e-9:
            across, top, height = 0.0, top + height, 2 * radius + 0.7
        center = across + radius + 0.35, -(top + height / 2)
        for place, feature in enumerate(each):
            turn = 2 * math.pi * (place / len(each) + 0.25)
            places[feature] = center[0] + radius * math.cos(turn), center[1] + radius * math.sin(turn)
        across += 2 * radius + 0.7
    return places


def _radius(count: int) -> float:
    return 0.0 if count == 1 else max(0.42, 0.13 * count)

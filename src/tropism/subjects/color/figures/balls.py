"""Latent space as balls: three dimensions at a time, seen straight on, in the colors' own colors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Float

from tropism.core.intervention import Cone
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.panels import rgb
from tropism.subjects.color.figures.words import one_member, subscript

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

View: TypeAlias = tuple[int, int, int]
"""Three dimensions: to the right, upward, and towards who looks."""

Cones: TypeAlias = Mapping[str, Sequence[Cone]]
"""What to draw of interventions, by condition."""

_LIMIT = 1.12


def latent_balls(
    table: polars.DataFrame,
    *,
    views: Sequence[View] | None = None,
    cones: Cones | None = None,
    anchor: str = "",
    name: str = "latent-balls",
    title: str = "Where colors live in latent space",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """A row of balls a condition: each dot is a color, its face the true one and its edge what is given back.

    Args:
        table: `measures.latent_cloud` of one member.
        views: Which dimensions each ball shows; dimensions that a condition lacks count as zero.
        cones: What to draw of interventions, by condition: `Intervention.cones()`.
        anchor: What is anchored on the first axis, for example `red`; named beside it.
    """
    require_columns(table, ("condition", "hex", "answer", "z0"), "latent_balls")
    who = one_member(table, "latent_balls")
    clouds = {condition: cloud_of(part) for condition, part in groups(table, "condition")}
    shown = views_of(width_of(table)) if views is None else tuple(views)
    check_cones(cones, clouds)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(clouds), len(shown), squeeze=False)
        for row, (condition, cloud) in zip(grid, clouds.items(), strict=True):
            for axes, view in zip(row, shown, strict=True):
                draw_ball(axes, cloud, view, palette, cones=(cones or {}).get(condition, ()), anchor=anchor)
            row[0].set_title(condition)

    count = next(iter(clouds.values())).size
    said = f"{who}; {count} colors of an even grid, each a dot: face, the color that went in; edge, what came out."
    told = alt or _alt(clouds, shown)
    side = 6.9 / len(shown)
    return Figure(name, title, told, f"{caption} {said}".strip(), draw, (7.0, 0.1 + len(clouds) * (side + 0.12)))


class Cloud:
    """Colors and their places, ready to draw."""

    def __init__(self, places: Float[np.ndarray, "n D"], faces: Sequence[str], edges: Sequence[str]) -> None:
        self.places, self.faces, self.edges = places, np.array(faces), np.array(edges)
        self.size = len(places)

    def along(self, dim: int) -> Float[np.ndarray, "n"]:
        """One coordinate; zero where there is no such dimension."""
        return self.places[:, dim] if dim < self.places.shape[1] else np.zeros(self.size)


def cloud_of(part: polars.DataFrame) -> Cloud:
    """The rows of one condition."""
    columns = [name for name in coordinate_columns(part) if part[name].null_count() < part.height]
    places = part.select(columns).fill_null(0).to_numpy().astype(float)
    return Cloud(places, part["hex"].to_list(), part["answer"].to_list())


def coordinate_columns(table: polars.DataFrame) -> list[str]:
    """`z0`, `z1`, … in order."""
    return sorted((name for name in table.columns if name[0] == "z" and name[1:].isdigit()), key=lambda n: int(n[1:]))


def width_of(table: polars.DataFrame) -> int:
    """How many coordinates a table has."""
    return len(coordinate_columns(table))


def views_of(width: int) -> tuple[View, ...]:
    """Three views of a latent space: twice with the first axis upward, once along it."""
    if width < 2:
        raise DoesNotFit("A latent space of one dimension has no ball.")
    if width == 2:
        return ((1, 0, 2),)
    return ((1, 0, 2), (width - 1, 0, 1), (1, 2, 0))


def check_cones(cones: Cones | None, known: Mapping[str, object]) -> None:
    """Refuse cones of a condition that is not drawn."""
    for condition in cones or {}:
        if condition not in known:
            raise UnknownName("condition", condition, known, "cones")


def draw_ball(
    axes: Axes,
    cloud: Cloud,
    view: View,
    palette: Palette,
    *,
    cones: Sequence[Cone] = (),
    anchor: str = "",
    dot: float | None = None,
    labels: bool = True,
) -> None:
    """One ball: a disc of radius one, the colors from the far to the near ones, and its two axes."""
    from matplotlib.patches import Circle

    if len(set(view)) != 3 or min(view) < 0:
        raise BadValue("view", view, "three different dimensions: rightward, upward, towards who looks")
    axes.add_patch(Circle((0, 0), 1, fc=palette.faint, ec=palette.rule, lw=0.8, zorder=0))
    for at in ((1, 0), (0, 1)):
        axes.plot([-at[0], at[0]], [-at[1], at[1]], color=palette.rule, lw=0.6, zorder=1)
    right, up, depth = (cloud.along(dim) for dim in view)
    order = np.argsort(depth, kind="stable")
    size = (14.0 if cloud.size > 600 else 24.0) if dot is None else dot
    near = size * (0.8 + 0.2 * np.clip(depth[order], -1, 1))  # what is near is drawn a little larger
    edge = 0.2 * np.sqrt(size)
    # A hair of gray around every dot keeps white and black ones in sight.
    axes.scatter(right, up, s=(np.sqrt(size) + edge + 0.7) ** 2, c=[_between(palette)], linewidths=0, zorder=2)
    axes.scatter(right[order], up[order], s=near, c=cloud.faces[order].tolist(),
                 edgecolors=cloud.edges[order].tolist(), linewidths=edge, zorder=3)  # fmt: skip
    for cone in cones:
        _draw_cone(axes, cone, view, palette)
    _finish(axes, view, palette, anchor, labels)


def _finish(axes: Axes, view: View, palette: Palette, anchor: str, labels: bool) -> None:
    axes.set_xlim(-_LIMIT, _LIMIT)
    axes.set_ylim(-_LIMIT, _LIMIT)
    axes.set_aspect("equal")
    axes.set_axis_off()
    if not labels:
        return
    for dim, at, place in ((view[0], (1.08, 0.0), ("left", "center")), (view[1], (0.0, 1.06), ("center", "bottom"))):
        word = f"z{subscript(dim)}" + (f" {anchor}" if anchor and dim == 0 else "")
        axes.text(*at, word, ha=place[0], va=place[1], color=palette.muted, fontsize="x-small", clip_on=False)


def _between(palette: Palette) -> tuple[float, float, float]:
    """Halfway between a disc and the words on it."""
    red, green, blue = ((a + b) / 2 for a, b in zip(rgb(palette.muted), rgb(palette.faint), strict=True))
    return red, green, blue


def _draw_cone(axes: Axes, cone: Cone, view: View, palette: Palette) -> None:
    """The cone's rim on the ball, and its sides, if its axis lies in what the view shows."""
    direction = np.array([cone.direction[dim] if dim < len(cone.direction) else 0.0 for dim in view])
    length = np.linalg.norm(direction)
    if length < 0.99 * np.linalg.norm(cone.direction):
        return
    direction = direction / length
    aside = np.linalg.svd(direction[None])[2][1:]  # two unit vectors across the axis
    turn = np.linspace(0, 2 * np.pi, 121)
    rim = np.cos(cone.angle) * direction + np.sin(cone.angle) * (
        np.cos(turn)[:, None] * aside[0] + np.sin(turn)[:, None] * aside[1]
    )
    style = {"color": palette.ink, "lw": 1.2, "ls": (0, (4, 3)) if cone.kind == "begins" else "-", "zorder": 5}
    flat = direction[:2]
    across = rim[:, :2] @ np.array([-flat[1], flat[0]])
    ends = [rim[across.argmax()], rim[across.argmin()]]
    if np.linalg.norm(flat) > 0.99:  # seen from the side: one stroke, or two dashed ones would make a solid one
        axes.plot(*np.array(ends)[:, :2].T, **style)
    else:
        axes.plot(rim[:, 0], rim[:, 1], **style)
    if np.linalg.norm(flat) > 0.1 and abs(np.cos(cone.angle)) > 0.01:
        for end in ends:
            axes.plot([0, end[0]], [0, end[1]], **style)


def _alt(clouds: Mapping[str, Cloud], views: Sequence[View]) -> str:
    seen = "; ".join(
        f"{condition}: longest {np.linalg.norm(cloud.places, axis=1).max():.2f}, "
        f"first coordinate from {cloud.along(0).min():.2f} to {cloud.along(0).max():.2f}"
        for condition, cloud in clouds.items()
    )
    return (
        f"{len(views)} discs of radius one a row, a row a condition, with a dot in its own color wherever a network "
        f"keeps one. {seen}. Where an edge differs from its face, the color comes back wrong."
    )

"""One picture of an edit: two balls, a slice of colors and the errors along hue, a column a condition."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.errors import UnknownName
from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.balls import (
    Cloud,
    Cones,
    View,
    check_cones,
    cloud_of,
    draw_ball,
    views_of,
    width_of,
)
from tropism.subjects.color.figures.panels import draw_lines, draw_slice, name_hues, same_top
from tropism.subjects.color.figures.words import amount, one_member

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def composite(
    cloud: polars.DataFrame,
    slices: polars.DataFrame,
    lines: polars.DataFrame,
    *,
    views: Sequence[View] | None = None,
    cones: Cones | None = None,
    anchor: str = "",
    name: str = "composite",
    title: str = "Before and after",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """A column a condition: two balls, the slice of full saturation, and errors along hue on one scale.

    Args:
        cloud: `measures.latent_cloud` of one member.
        slices: `measures.color_slices` of the same.
        lines: `measures.error_lines` of the same.
        views: Which dimensions the balls show; the first view and the one along the first axis by default.
        cones: What to draw of interventions, by condition.
        anchor: What is anchored on the first axis; named beside it.
    """
    require_columns(cloud, ("condition", "hex", "answer", "z0"), "composite.cloud")
    require_columns(slices, ("condition", "h", "s", "v", "hex", "answer"), "composite.slices")
    require_columns(lines, ("condition", "along", "line", "h", "hex", "mse"), "composite.lines")
    who = one_member(cloud, "composite")
    full = slices.filter(slices["s"] == slices["s"].max())
    hues = lines.filter(lines["along"] == "hue")
    clouds = {condition: cloud_of(part) for condition, part in groups(cloud, "condition")}
    cells, errors = dict(groups(full, "condition")), dict(groups(hues, "condition"))
    for condition in clouds:
        for known in (cells, errors):
            if condition not in known:
                raise UnknownName("condition", condition, known, "composite")
    known_views = views_of(width_of(cloud))
    shown = tuple(views) if views is not None else tuple(dict.fromkeys((known_views[0], known_views[-1])))
    check_cones(cones, clouds)

    drawn = functools.partial(_draw, clouds, cells, errors, shown, cones or {}, anchor)
    said = (
        f"{who}. Balls: a dot a color, face what went in, edge what came out. Cells: what came out, inside them what "
        "went in; full saturation. Lines: squared error along hue of vivid, pale and dark colors, on one scale."
    )
    side = 6.2 / max(2, len(clouds))
    size = (7.0, 0.4 + side * len(shown) + 2.5)
    return Figure(name, title, alt or _alt(errors), f"{caption} {said}".strip(), drawn, size)


def _draw(
    clouds: Mapping[str, Cloud],
    cells: Mapping[str, polars.DataFrame],
    errors: Mapping[str, polars.DataFrame],
    views: Sequence[View],
    cones: Cones,
    anchor: str,
    canvas: Canvas,
    palette: Palette,
) -> None:
    heights = [2] * len(views) + [0.8, 1.25]
    grid = canvas.subplots(len(heights), len(clouds), squeeze=False, height_ratios=heights)
    tallest = 0.0
    for column, (condition, points) in enumerate(clouds.items()):
        told = cones.get(condition, ())
        for row, view in enumerate(views):
            draw_ball(grid[row, column], points, view, palette, cones=told, anchor=anchor, dot=15.0)
        grid[0, column].set_title(condition)
        draw_slice(grid[-2, column], cells[condition], "v", palette)
        tallest = max(tallest, draw_lines(grid[-1, column], errors[condition], "hue", palette))
        name_hues(grid[-1, column], 4, upto=1)
        if column:
            grid[-2, column].set_yticklabels([])
            grid[-1, column].set_yticklabels([])
    same_top(list(grid[-1]), tallest)
    grid[-2, 0].set_ylabel("value", fontsize="small")
    grid[-1, 0].set_ylabel("squared error", fontsize="small")


def _alt(errors: dict[str, polars.DataFrame]) -> str:
    told = "; ".join(
        f"{condition}: largest error along hue {amount(part['mse'].max())}" for condition, part in errors.items()
    )
    return (
        "A column a condition. Above, latent space as balls of colored dots; below, a grid of colors given back "
        f"with the true ones inset; at the foot, the error along hue, drawn in the hues' own colors. {told}."
    )

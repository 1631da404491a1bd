"""How latent space came to be: the same balls at one step of training after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.balls import View, cloud_of, draw_ball, views_of, width_of
from tropism.subjects.color.figures.words import one_member

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

_PER_ROW = 5


def stage_grid(
    table: polars.DataFrame,
    *,
    views: Sequence[View] | None = None,
    anchor: str = "",
    name: str = "stages",
    title: str = "Latent space while it grows",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """A column a step, a row a view; more than five steps go on below.

    Args:
        table: `measures.latent_cloud` of one member, its conditions named after steps: `measures.stages`.
        anchor: What is anchored on the first axis; named beside it.
    """
    require_columns(table, ("condition", "hex", "answer", "z0"), "stage_grid")
    who = one_member(table, "stage_grid")
    clouds = [(step, cloud_of(part)) for step, part in groups(table, "condition")]
    known = views_of(width_of(table))
    shown = tuple(views) if views is not None else tuple(dict.fromkeys((known[0], known[-1])))
    columns = min(_PER_ROW, len(clouds))
    blocks = -(-len(clouds) // columns)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(blocks * len(shown), columns, squeeze=False)
        for axes in grid.ravel():
            axes.set_axis_off()
        for place, (step, cloud) in enumerate(clouds):
            block, column = divmod(place, columns)
            for row, view in enumerate(shown):
                axes = grid[block * len(shown) + row, column]
                draw_ball(axes, cloud, view, palette, anchor=anchor, dot=7.0, labels=column == 0)
                if row == 0:
                    axes.set_title(f"step {step}" if step.isdigit() else step, fontsize="medium", pad=14)

    said = f"{who}; {clouds[0][1].size} colors, each a dot: face, the color that went in; edge, what came out."
    side = 6.9 / columns
    size = (7.0, blocks * (len(shown) * side + 0.3) + 0.1)
    return Figure(name, title, alt or _alt(clouds), f"{caption} {said}".strip(), draw, size)


def _alt(clouds: list) -> str:
    told = "; ".join(f"{step}: up to {cloud.along(0).max():.2f}" for step, cloud in clouds)
    return (
        "Discs of radius one, a column a step of training, with a dot in its own color wherever the network keeps one. "
        f"The first coordinate reaches, by step, {told}."
    )

"""The pictures of the study `rotation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures import Figure
from tropism.figures.marks import groups
from tropism.figures.theme import Palette
from tropism.studies._rotation_ranges import OFF
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import SHAPES, dots_figure

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CHANCE = 1 / 7


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All of them."""
    return [
        _by_angle(tables["drawn-a1-angles"]),
        _by_range(tables["a1-ranges"]),
        _approach(tables["drawn-c3-looks"]),
        _likeness(tables["c3-alike"]),
    ]


def _by_angle(angles: polars.DataFrame) -> Figure:
    panels, ways = groups(angles, "upto"), list(dict.fromkeys(angles["network"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(3, 2, sharex=True, sharey=True, squeeze=False)
        for axes, (upto, part) in zip(grid.ravel(), panels, strict=False):
            _draw_angles(axes, float(upto), part, ways, palette)
        for axes in grid[-1]:
            axes.set_xlabel("turned clockwise by, in degrees")
        for line in grid:
            line[0].set_ylabel("held-out accuracy")
        _key(canvas, ways, palette)

    return Figure(
        "a1-angles",
        "Accuracy by angle, for each range that was trained on",
        "Six panels, a range of trained angles shaded in each. Over the shaded angles all networks are near one. "
        "Beyond them polar networks without a position stay there; dense and convolutional ones fall within some "
        "forty degrees to about a third, in every panel. Polar ones with a position fall more slowly, to a half, as "
        "long as half of the circle or less is trained on; with two thirds of it they hardly fall.",
        "Shaded: trained on. Thin: a network; thick: the mean over seeds. Dotted: one in seven. The last angle drawn, "
        "360°, is the first.",
        draw,
        (7.0, 7.6),
    )


def _draw_angles(axes: Axes, upto: float, part: polars.DataFrame, ways: list[str], palette: Palette) -> None:
    axes.axvspan(0, upto, color=palette.muted, alpha=0.14, lw=0)
    axes.axhline(CHANCE, color=palette.muted, lw=0.8, ls=":")
    for way, own in groups(part, "network"):
        color, lines, where = (
            palette.accent(ways.index(way)),
            [],
            np.append(own["angle"].unique().sort().to_numpy(), 360),
        )
        for _, line in own.sort("angle").group_by("member", maintain_order=True):
            values = line["accuracy"].to_numpy()
            lines.append(np.append(values, values[0]))
            axes.plot(where, lines[-1], color=color, lw=0.6, alpha=0.35)
        axes.plot(where, np.mean(lines, axis=0), color=color, lw=1.9)
    axes.set_title(f"trained on 0° to {upto:g}°", fontsize="small")
    axes.set_xlim(0, 360)
    axes.set_ylim(0, 1.02)
    axes.set_xticks(range(0, 361, 60))
    axes.tick_params(labelbottom=True)


def _by_range(ranges: polars.DataFrame) -> Figure:
    ways = list(dict.fromkeys(ranges["network"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharex=True, sharey=True)
        for axes, column, title in zip(grid, ("y", "far"), ("all of Y", f"Y at least {OFF:.0f}° from X"), strict=True):
            axes.set_title(title, fontsize="small")
            axes.axhline(CHANCE, color=palette.muted, lw=0.8, ls=":")
            for place, (_, part) in enumerate(groups(ranges, "network")):
                _draw_range(axes, part.drop_nulls(column), column, place, palette)
            axes.set_xlabel("D: trained on angles from 0° to here")
            axes.set_xticks([60, 120, 180, 240, 300, 330])
        grid[0].set_ylim(0, 1.02)
        grid[0].set_ylabel("held-out accuracy")
        _key(canvas, ways, palette, marked=True)

    return Figure(
        "a1-ranges",
        "Accuracy beyond the trained angles, by how many were trained",
        "Two panels of lines over D. On the left, all of Y: dense and convolutional networks climb with D. On the "
        "right, only angles far from the trained ones: they climb less. Polar networks with a position leap between "
        "180° and 240°, on both sides; those without are near one throughout.",
        "Marks: mean over seeds; bars: 95 % bootstrap interval. Dotted: one in seven. With D = 330° no angle is far.",
        draw,
        (7.0, 3.7),
    )


def _draw_range(axes: Axes, part: polars.DataFrame, column: str, place: int, palette: Palette) -> None:
    where, mean, low, high = (part[each].to_numpy() for each in ("upto", column, f"{column}_low", f"{column}_high"))
    color, shift = palette.accent(place), 2.5 * (place - 2)
    axes.errorbar(where + shift, mean, [mean - low, high - mean], color=color, marker=SHAPES[place % len(SHAPES)],
                  ms=4.5, lw=1.4, elinewidth=1.2, mew=0)  # fmt: skip


def _key(canvas: Canvas, ways: list[str], palette: Palette, *, marked: bool = False) -> None:
    from matplotlib.lines import Line2D

    marks = [SHAPES[place % len(SHAPES)] if marked else "" for place in range(len(ways))]
    lines = [Line2D([], [], color=palette.accent(place), lw=1.9, marker=marks[place], ms=4.5, label=way)
             for place, way in enumerate(ways)]  # fmt: skip
    canvas.legend(handles=lines, loc="outside upper left", ncols=3, labelcolor="linecolor")


def _approach(looks: polars.DataFrame) -> Figure:
    return approach_figure(
        looks,
        panel="network",
        by="method",
        name="c3-approach",
        title="Turned digits, by what is kept of a network that knows upright ones",
        alt="Two panels of curves that rise with the step. Fine-tuned networks begin at a third and rise no sooner "
        "than those from scratch. With frozen features the dense network stays near a half and the convolutional one "
        "just below the others; with a frozen head the dense one rises soonest, and the convolutional one stays near "
        "where it began.",
        caption="Held-out pictures, each at one angle.",
    )


def _likeness(alike: polars.DataFrame) -> Figure:
    import polars as pl

    return dots_figure(
        alike.filter(pl.col("method") != "upright").with_columns(panel=pl.format("{}, {}", "network", "site")),
        panel="panel",
        row="method",
        quantities={
            "peers": "with other seeds' networks of this row",
            "others_before": "with other seeds' upright networks",
            "before": "with its own seed's upright network",
        },
        name="c3-likeness",
        title="What networks' values have in common: linear CKA",
        alt="Three panels of marks, a row a way of learning. Networks of one row have nearly all in common, also "
        "untrained ones. Dense networks that learned turned digits have little in common with upright ones, and hardly "
        "more with the one that they began from than with those of other seeds. Of the convolutional network all marks "
        "lie near one.",
        caption="On turned pictures, the same for all.",
        label="linear CKA",
        across=3,
    )

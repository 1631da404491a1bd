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
from tropism.subjects.generalization.figures.spoken import each_said, spans_said, way_said

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
        f"{len(panels)} panels of held-out accuracy against the angle, with the trained angles shaded; a color an "
        f"architecture. The mean beyond the shaded angles: {_beyond(angles)}.",
        "Shaded: trained on. Thin: a network; thick: the mean over seeds. Dotted: one in seven. The last angle drawn, "
        "360°, is the first.",
        draw,
        (7.0, 7.6),
    )


def _beyond(angles: polars.DataFrame) -> str:
    """What architectures come to at angles that were not trained on, for the narrowest range and the widest."""
    import polars as pl

    off = angles.filter(pl.col("angle") > pl.col("upto"))
    ends = sorted(off["upto"].unique().to_list())
    return "; ".join(
        f"trained up to {upto}°: {each_said(off.filter(pl.col('upto') == upto), 'accuracy', 'network')}"
        for upto in (ends[0], ends[-1])
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
        "Two panels of accuracy over D, a color and shape an architecture. On the left, all of Y: "
        f"{_climb(ranges, 'y')}. "
        f"On the right, only angles at least {OFF:.0f}° from X: {_climb(ranges, 'far')}.",
        "Marks: mean over seeds; bars: 95 % bootstrap interval. Dotted: one in seven. With D = 330° no angle is far.",
        draw,
        (7.0, 3.7),
    )


def _climb(ranges: polars.DataFrame, column: str) -> str:
    """What architectures have right with the narrowest range and with the widest that has such angles."""
    import polars as pl

    there = ranges.drop_nulls(column)
    ends = sorted(there["upto"].unique().to_list())
    return "; ".join(
        f"D = {upto}°: {each_said(there.filter(pl.col('upto') == upto), column, 'network')}"
        for upto in (ends[0], ends[-1])
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
        alt="A panel an architecture: held-out accuracy against the step, a color a way of learning. Medians at the "
        f"first look and the last: {way_said(looks, panel='network', by='method')}.",
        caption="Held-out pictures, each at one angle.",
    )


def _likeness(alike: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = alike.filter(pl.col("method") != "upright").with_columns(panel=pl.format("{}, {}", "network", "site"))
    quantities = {
        "peers": "with other seeds' networks of this row",
        "others_before": "with other seeds' upright networks",
        "before": "with its own seed's upright network",
    }
    return dots_figure(
        drawn,
        panel="panel",
        row="method",
        quantities=quantities,
        name="c3-likeness",
        title="What networks' values have in common: linear CKA",
        alt="A panel an architecture and layer, a row a way of learning, three kinds of marks. Over all rows they "
        f"reach: {spans_said(drawn, quantities, 'panel')}.",
        caption="On turned pictures, the same for all.",
        label="linear CKA",
        across=3,
    )

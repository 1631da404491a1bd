"""How several ways of learning one thing approach it: accuracy against the step, a panel a condition."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

TICKS = (10, 30, 100, 300, 1000, 3000, 10_000)


def approach_figure(
    table: polars.DataFrame,
    *,
    panel: str,
    by: str,
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    label: str = "held-out accuracy",
    across: int = 2,
) -> Figure:
    """A panel a condition, a color a way: thin, a line a network; thick, the median. Steps on a logarithmic axis.

    Args:
        table: A row a network and look: `member`, `step`, `accuracy`, and the columns `panel` and `by`.
        panel: The column that decides the panel; its words are the title.
        by: The column that decides the color; colors stand in the order of first appearance, the same in every panel.
        across: Panels in a row.
    """
    require_columns(table, ("member", "step", "accuracy", panel, by), "approach_figure")
    panels, ways = groups(table, panel), list(dict.fromkeys(map(str, table[by].to_list())))
    across = min(across, len(panels))
    rows = math.ceil(len(panels) / across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(rows, across, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.ravel()):
            if place >= len(panels):
                axes.set_axis_off()
                continue
            _draw_panel(axes, *panels[place], by, ways, palette)
            if place + across >= len(panels):
                axes.set_xlabel("step")
                axes.tick_params(labelbottom=True)
        for line in grid:
            line[0].set_ylabel(label)
        _name_steps(grid[0, 0], table)
        _draw_key(canvas, ways, palette)

    said = "Thin: a network; thick: the median of a way's networks."
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (3.3 * across + 0.4, 2.3 * rows + 0.9))


def _draw_panel(axes: Axes, title: str, part: polars.DataFrame, by: str, ways: list[str], palette: Palette) -> None:
    axes.set_title(title, fontsize="small")
    for way, own in groups(part, by):
        color, lines, steps = palette.accent(ways.index(way)), [], np.zeros(0)
        for _, line in own.sort("step").group_by("member", maintain_order=True):
            steps, values = line["step"].to_numpy(), line["accuracy"].to_numpy()
            lines.append(values)
            axes.plot(np.maximum(steps, 5), values, color=color, lw=0.7, alpha=0.4)
        axes.plot(np.maximum(steps, 5), np.median(np.stack(lines), axis=0), color=color, lw=2.0)


def _name_steps(axes: Axes, table: polars.DataFrame) -> None:
    last = float(table["step"].max())  # type: ignore[arg-type]
    axes.set_xscale("log")
    axes.set_xlim(5, last)
    axes.set_ylim(-0.03, 1.03)
    ticks = [tick for tick in TICKS if tick <= last]
    axes.set_xticks([5, *ticks], ["0", *(f"{tick:,}" for tick in ticks)])
    axes.minorticks_off()


def _draw_key(canvas: Canvas, ways: list[str], palette: Palette) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=palette.accent(place), lw=2.0, label=way) for place, way in enumerate(ways)]
    columns = len(ways) if len(ways) <= 4 else math.ceil(len(ways) / 2)
    canvas.legend(handles=lines, loc="outside upper left", ncols=columns, labelcolor="linecolor")

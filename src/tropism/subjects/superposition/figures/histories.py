"""Training histories: loss, share of monosemantic neurons and mean bias against the step, colored by what is swept."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tropism.figures.marks import require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.superposition.figures.words import called, key, sequential, steps_axis, worded

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

PANELS = (("loss", "loss"), ("share", "monosemantic\nneurons / features"), ("bias", "mean bias"))

_WIDE = 12
"""A loss that falls by more than this needs a logarithmic axis."""


def history_figure(
    training: polars.DataFrame,
    loss: polars.DataFrame,
    by: str,
    *,
    across: str = "",
    name: str,
    title: str,
    alt: str,
    caption: str = "",
    panels: Sequence[tuple[str, str]] = PANELS,
    published: polars.DataFrame | None = None,
) -> Figure:
    """Panels above each other on one axis of steps, a thin line a network.

    Args:
        training: A row a network and snapshot: `member`, `step`, `share`, `bias` and the swept numbers.
        loss: A row a network and step: `member`, `step`, `loss` and the swept numbers.
        by: The swept number that colors tell.
        across: A second one, a column of panels for each of its numbers.
        panels: What is shown, columns of the tables with their labels; fewer where something is not known.
        published: A row a published number, drawn as an open circle: `what` (`share` or `bias`), `step`, `number` and
            the swept number that colors tell.
    """
    for table, columns in ((training, ("share", "bias")), (loss, ("loss",))):
        require_columns(table, ("member", "step", by, *columns, *([across] if across else [])), "history_figure")
    values = sorted(training[by].unique().to_list())
    found: list[Any] = sorted(training[across].unique().to_list()) if across else [None]
    titles = [f"{called(across)} {worded(across, value)}" if across else "" for value in found]
    last = int(training["step"].max())  # type: ignore[arg-type]
    wide = float(loss["loss"].max()) > _WIDE * float(loss["loss"].min())  # type: ignore[arg-type]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid, beside = _grid(canvas, len(panels), len(found))
        for line, (what, label) in zip(grid, panels, strict=True):
            line[0].set_ylabel(label)
            table = loss if what == "loss" else training
            for axes, value in zip(line, found, strict=True):
                part = table if value is None else table.filter(table[across] == value)
                _draw_cell(axes, part, what, by, values, published, palette)
                if what == "loss" and wide:
                    _spread_losses(axes)
                steps_axis(axes, last)
        _name_cells(grid, titles)
        _name_steps(grid[-1])
        key(beside, by, values, palette)

    said = _said(training["member"].n_unique(), published is not None)
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 5.4))


def _draw_cell(
    axes: Axes,
    part: polars.DataFrame,
    what: str,
    by: str,
    values: list[Any],
    published: polars.DataFrame | None,
    palette: Palette,
) -> None:
    _draw_lines(axes, part, what, by, values, palette)
    if published is not None:
        _draw_published(axes, published, what, by, values, palette)
    if what == "share":
        axes.axhline(1, color=palette.muted, lw=1.0, ls=":", zorder=1)


def _name_cells(grid: list[list[Axes]], titles: list[str]) -> None:
    """Numbers below the lowest row and beside the first column alone, and titles above the columns."""
    for row, line in enumerate(grid):
        for place, axes in enumerate(line):
            axes.tick_params(labelbottom=row == len(grid) - 1)
            if place:
                axes.tick_params(labelleft=False)
            if titles[place] and row == 0:
                axes.set_title(titles[place], fontsize="small")


def _grid(canvas: Canvas, rows: int, columns: int) -> tuple[list[list[Axes]], Axes]:
    """Panels by row and column, a row on one axis upward; and the narrow place beside them all."""
    widths = [*[1.0] * columns, 0.19 * columns]
    cells = canvas.add_gridspec(rows, len(widths), width_ratios=widths)
    grid = [[canvas.add_subplot(cells[row, 0])] for row in range(rows)]
    for row, place in itertools.product(range(rows), range(1, columns)):
        grid[row].append(canvas.add_subplot(cells[row, place], sharey=grid[row][0]))
    return grid, canvas.add_subplot(cells[:, -1])


def _said(seeds: int, published: bool) -> str:
    return (
        f"A line a network, {seeds} seed{'s' if seeds > 1 else ''} a setting. Loss: the batch's error, without L1, in "
        "means over stretches that are even on this axis; share and bias: at steps that are powers of two, and at the "
        f"end. Dotted: as many monosemantic neurons as features.{' Open circles: published numbers.' * published}"
    )


def _spread_losses(axes: Axes) -> None:
    """A logarithmic axis with plain numbers, at 1, 2 and 5."""
    from matplotlib.ticker import LogLocator, NullFormatter

    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(lambda number, place: f"{number:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())


def _draw_lines(axes: Axes, part: polars.DataFrame, what: str, by: str, values: list[float], palette: Palette) -> None:
    colors = dict(zip(values, sequential(palette, len(values)), strict=True))
    for (value, _), line in part.sort("step").group_by([by, "member"], maintain_order=True):
        axes.plot(line["step"], line[what], color=colors[value], lw=1.3, alpha=0.9)  # type: ignore[index]


def _draw_published(
    axes: Axes, published: polars.DataFrame, what: str, by: str, values: list[float], palette: Palette
) -> None:
    colors = dict(zip(values, sequential(palette, len(values)), strict=True))
    for each in published.filter(published["what"] == what).iter_rows(named=True):
        axes.plot(each["step"], each["number"], "o", ms=6.5, mfc=palette.surface, mec=colors[each[by]], mew=1.5,
                  zorder=4, clip_on=False)  # fmt: skip


def _name_steps(bottom: list[Axes]) -> None:
    for axes in bottom:
        axes.set_xlabel("step")
        if len(bottom) > 1:
            ticks = [each for each in axes.get_xticks()[::2] if each < axes.get_xlim()[1]]  # or they would touch
            axes.set_xticks(ticks, [f"{each:,.0f}" for each in ticks])

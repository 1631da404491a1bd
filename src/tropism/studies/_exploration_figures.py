"""The pictures of the study `exploration`: where each network ends in the plane, and how it got there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures import Figure, Palette
from tropism.studies._exploration_measures import MARGIN

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MARKS = {"Lamb": "o", "Adam": "s", "AdamW": "^", "SGD": "D"}
COLORS = {"cosine": 0, "annealed": 1, "constant": 2, "warm-up": 3}
OFFSETS = {"LR1": "LR1: no offset", "LR3": "LR3: offset −1, decays"}

UP = {"share": "share\n(duplicates count)", "covered": "coverage"}
WAY = {"train_loss": "training loss", **UP}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """The plane of loss and share, and of loss and coverage; each arm's way there, a figure a setting; and blocks."""
    ways = [_ways(str(setting), part) for (setting,), part in _by(tables["drawn-tracks"], "setting")]
    blocks = [_blocks(tables["drawn-blocks"])] if "drawn-blocks" in tables else []
    return [_plane(tables["networks"]), *ways, *blocks]


def _plane(networks: polars.DataFrame) -> Figure:
    settings = _names(networks, "setting")
    failed = int((~networks["held_out"].is_finite()).sum())

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2, len(settings), sharex=True, sharey="row", squeeze=False)
        for column, setting in enumerate(settings):
            part = networks.filter(networks["setting"] == setting)
            grid[0, column].set_title(OFFSETS.get(setting, setting))
            for row, what in enumerate(UP):
                _draw_marks(grid[row, column], part, what, palette)
        for row, words in enumerate(UP.values()):
            grid[row, 0].set_ylabel(words)
        for axes in grid[1]:
            _on_log_loss(axes, networks["held_out"].to_numpy())
            axes.set_xlabel("held-out loss")
        _ruler(grid[1, 0], palette)
        _legends(canvas, networks, palette)

    return Figure(
        "plane",
        "Same loss, different minima?",
        "Four panels of marks, one a network: held-out loss to the right; up, the share of monosemantic neurons above "
        "and coverage below; without an offset on the left, with one on the right. Marks one above the other have the "
        "same loss and different minima.",
        f"One mark a network, {networks.height - failed} networks"
        + (f", and {failed} that diverged" if failed else "")
        + ". Shape: optimizer; color: schedule. Share is monosemantic neurons over features, coverage the share of "
        f"features that have one; dashed: 1. The bar shows ±{100 * MARGIN:.0f} % of loss, on this axis the same "
        "everywhere. The table of networks has each one's 95 % interval of loss, over examples.",
        draw,
        (7.2, 6.8),
    )


def _draw_marks(axes: Axes, part: polars.DataFrame, what: str, palette: Palette) -> None:
    for (optimizer, schedule), own in part.group_by("optimizer", "schedule", maintain_order=True):
        axes.scatter(
            own["held_out"].to_numpy(), own[what].to_numpy(), s=34, marker=MARKS[str(optimizer)], zorder=3,
            facecolors=palette.accent(COLORS[str(schedule)]), edgecolors=palette.surface, linewidths=0.6, alpha=0.9,
        )  # fmt: skip
    axes.axhline(1, color=palette.muted, lw=0.8, ls=(0, (2, 2)), zorder=1)


def _on_log_loss(axes: Axes, losses: np.ndarray) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator, NullLocator

    finite = losses[np.isfinite(losses)]
    axes.set_xscale("log")
    if len(finite):
        axes.set_xlim(finite.min() * 0.95, finite.max() * 1.05)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _ruler(axes: Axes, palette: Palette) -> None:
    """A bar as wide as the margin within which losses are the same; the axis is logarithmic, so it fits everywhere."""
    middle = axes.get_xlim()[1] / (1 + MARGIN) ** 1.5
    ends = {"arrowstyle": "|-|, widthA=.3, widthB=.3", "color": palette.muted, "lw": 1.2}
    axes.annotate("", (middle * (1 - MARGIN), 0.5), (middle * (1 + MARGIN), 0.5), arrowprops=ends)
    axes.annotate(f"±{100 * MARGIN:.0f} %", (middle, 0.5), xytext=(0, 6), textcoords="offset points", ha="center",
                  color=palette.muted, fontsize="small")  # fmt: skip


def _legends(canvas: Canvas, networks: polars.DataFrame, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    def mark(shape: str, color: str, name: str) -> Line2D:
        return Line2D([], [], ls="none", marker=shape, ms=7, mfc=color, mec=palette.surface, label=name)

    shapes = [mark(MARKS[name], palette.muted, name) for name in _names(networks, "optimizer")]
    colors = [mark("o", palette.accent(COLORS[name]), name) for name in _names(networks, "schedule")]
    canvas.legend(handles=[each for pair in zip(shapes, colors, strict=False) for each in pair]
                  if len(shapes) == len(colors) else [*shapes, *colors],
                  loc="outside lower center", ncols=max(len(shapes), len(colors)))  # fmt: skip


def _ways(setting: str, tracks: polars.DataFrame) -> Figure:
    optimizers = _names(tracks, "optimizer")

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.lines import Line2D

        grid = canvas.subplots(len(WAY), len(optimizers), sharex=True, sharey="row", squeeze=False)
        for column, optimizer in enumerate(optimizers):
            own = tracks.filter(tracks["optimizer"] == optimizer)
            grid[0, column].set_title(optimizer)
            for row, what in enumerate(WAY):
                _draw_way(grid[row, column], own, what, palette)
            grid[-1, column].set_xlabel("step")
        for row, words in enumerate(WAY.values()):
            grid[row, 0].set_ylabel(words)
        names = _names(tracks, "schedule")
        lines = [Line2D([], [], color=palette.accent(COLORS[name]), label=name) for name in names]
        canvas.legend(handles=lines, loc="outside lower center", ncols=len(lines))

    seeds = tracks["member"].n_unique()
    return Figure(
        f"ways-{setting.lower()}",
        f"On the way: {OFFSETS.get(setting, setting)}",
        "Three rows of panels on a logarithmic axis of steps, a column an optimizer, a color a schedule: training "
        "loss, share of monosemantic neurons, and coverage.",
        f"Thin lines: {seeds} seeds an arm; thick: their mean. Looked at after every doubling of the steps and at the "
        "end; the training loss there is a mean over a few steps of 128 examples.",
        draw,
        (9.0, 6.4),
    )


def _draw_way(axes: Axes, own: polars.DataFrame, what: str, palette: Palette) -> None:
    import polars as pl

    for (schedule,), part in _by(own, "schedule"):
        color = palette.accent(COLORS[str(schedule)])
        for _, one in _by(part, "member"):
            axes.plot(one["step"], one[what], color=color, lw=0.6, alpha=0.35)
        mean = part.group_by("step", maintain_order=True).agg(pl.col(what).mean())
        axes.plot(mean["step"], mean[what], color=color, lw=1.8)
    axes.set_xscale("log", base=2)
    axes.margins(x=0.02)


def _blocks(drawn: polars.DataFrame) -> Figure:
    panels = list(_by(drawn, ["setting", "optimizer", "schedule"]))

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.lines import Line2D

        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (who, part) in zip(grid, panels, strict=True):
            for _, one in _by(part, "member"):
                axes.plot(one["number"] + 1, one["identity"], color=palette.muted, lw=1.0, ls=(0, (3, 2)))
                axes.plot(one["number"] + 1, one["singular"], color=palette.accent(0), lw=1.4, alpha=0.8)
            axes.set_title(f"{who[0]} {who[1]},\n{who[2]}")
            axes.set_xlabel("from the largest")
        grid[0].set_ylim(bottom=0)  # all panels share it
        grid[0].set_ylabel("singular value")
        lines = [
            Line2D([], [], color=palette.accent(0), label="polysemantic neurons"),
            Line2D([], [], color=palette.muted, ls=(0, (3, 2)), label="nearest multiple of PPᵀ"),
        ]
        canvas.legend(handles=lines, loc="outside lower center", ncols=2)

    return Figure(
        "blocks",
        "What neurons of many features do together",
        "A panel an arm: the singular values of what its polysemantic neurons do, from the largest, as lines, a line a "
        "network; dashed, those of a reading of all features alike. A line that falls early is of low rank.",
        f"{drawn['member'].n_unique()} networks an arm, those without polysemantic neurons left out.",
        draw,
        (9.0, 3.6),
    )


def _by(table: polars.DataFrame, column: str | list[str]) -> Iterator[tuple[tuple[object, ...], polars.DataFrame]]:
    return iter(table.group_by(column, maintain_order=True))


def _names(table: polars.DataFrame, column: str) -> list[str]:
    return [str(each) for each in table[column].unique(maintain_order=True)]

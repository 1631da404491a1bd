"""Pictures of the study `frames`: what frames are good for, and whether a first stage leaves room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._frames_runs import DIMS
from tropism.subjects.generalization.figures.spoken import each_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

FRAMES = ("homogeneous", "tegum, planes", "tegum, fours", "bases", "random", "learned")
"""Frames that are decoded with, in the order of their colors."""


def decoding_figure(table: polars.DataFrame, column: str, name: str, title: str) -> Figure:
    import polars as pl

    noises, coders = sorted(table["noise"].unique().to_list()), [each for each, _ in groups(table, "coder")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(len(coders), len(noises), sharex=True, sharey=True, squeeze=False)
        for line, coder in zip(grid, coders, strict=True):
            for axes, noise in zip(line, noises, strict=True):
                part = table.filter((pl.col("coder") == coder) & (pl.col("noise") == noise))
                _draw_found(axes, part, column, palette)
                axes.set_title(f"{coder}, noise {noise:g}", fontsize="small")
            line[0].set_ylabel("share found")
        for axes in grid[-1]:
            axes.set_xlabel("features that are on")
        _decoding_key(canvas, table, palette)

    two = table.filter((pl.col("active") == 2) & (pl.col("noise") == 0))
    said = "; ".join(f"{coder}: {each_said(part, column, 'kind')}" for coder, part in groups(two, "coder"))
    return Figure(
        name,
        title,
        f"Four panels, by how features are looked for and how much noise there is; a line a frame. Of two features, "
        f"without noise, on average: {said}.",
        f"Means of {table['member'].n_unique()} frames each, and their range; 60 directions in {DIMS} dimensions. "
        "Dashed: as many features by lot, on average over all sets.",
        draw,
        (7.4, 5.6),
    )


def room_figure(table: polars.DataFrame) -> Figure:
    """Where the first stage and its readers lie, beside chance."""
    import polars as pl

    asked = pl.col("asked").str.strip_prefix("the ")
    named = table.with_columns(row=pl.format("{} then {}, {}; {}", "first", pl.col("first") // 2, "writes", asked))
    rows = [name for name, _ in groups(named, "row")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(1, named["decay"].n_unique(), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (decay, half) in zip(panels, groups(named, "decay"), strict=True):
            axes.axvline(0, color=palette.muted, lw=0.8, ls="--")
            for row, part in groups(half, "row"):
                _draw_room(axes, part, -rows.index(row), palette)
            axes.set_title(decay, fontsize="small")
            axes.set_xlabel("share there, less chance")
            axes.grid(axis="y", visible=False)
        panels[0].set_yticks([-place for place in range(len(rows))], rows)
        panels[0].tick_params(axis="y", labelcolor=palette.ink)
        _room_key(canvas, palette, 3 if len(panels) > 1 else 1)

    said = "; ".join(f"{decay}: {each_said(part, 'beside_chance', 'row')}" for decay, part in groups(named, "decay"))
    return Figure(
        "room-shares",
        "Is room left where the second stage writes?",
        "Rows of marks, a row an arm, a panel without decay and, where there is, one with it; dots for what is "
        "embedded, squares for what reads it, left of the dashed line where less than by chance. Dots, on average, "
        f"{said}.",
        f"A mark a network, {table['member'].n_unique()} each: the share that lies in the space that is "
        "written to. Gray: 95 % of random subspaces.",
        draw,
        (3.6 + 2.9 * named["decay"].n_unique(), 0.42 * len(rows) + 1.5),
    )


def _draw_found(axes: Axes, part: polars.DataFrame, column: str, palette: Palette) -> None:
    import polars as pl

    for kind, own in groups(part, "kind"):
        spread = own.group_by("active").agg(pl.col(column).mean().alias("mean"), pl.col(column).min().alias("low"),
                                            pl.col(column).max().alias("high")).sort("active")  # fmt: skip
        color = palette.accent(FRAMES.index(kind))
        axes.fill_between(spread["active"], spread["low"], spread["high"], color=color, alpha=0.15, lw=0)
        axes.plot(spread["active"], spread["mean"], color=color, lw=1.7)
    chance = part.group_by("active").agg(pl.col("chance").first()).sort("active")
    axes.plot(chance["active"], chance["chance"], color=palette.muted, lw=1.2, ls="--")
    axes.set_xticks(chance["active"].to_list())
    axes.set_ylim(-0.02, 1.03)


def _decoding_key(canvas: Canvas, table: polars.DataFrame, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=palette.accent(FRAMES.index(kind)), lw=2, label=kind) for kind, _ in
             groups(table, "kind")]  # fmt: skip
    lines.append(Line2D([], [], color=palette.muted, lw=1.2, ls="--", label="chance"))
    canvas.legend(handles=lines, loc="outside upper left", ncols=4, labelcolor="linecolor")


def _draw_room(axes: Axes, part: polars.DataFrame, height: float, palette: Palette) -> None:
    chance = part["chance"].to_numpy()
    low, high = (float((part[f"chance_{end}"].to_numpy() - chance).mean()) for end in ("low", "high"))
    axes.plot([low, high], [height] * 2, color=palette.rule, lw=9, solid_capstyle="butt", zorder=0)
    axes.plot(
        part["beside_chance"], [height + 0.12] * part.height, "o", ms=5, mew=0, alpha=0.7, color=palette.accent(0)
    )
    axes.plot(
        part["read_beside"], [height - 0.16] * part.height, "s", ms=4.5, mew=0, alpha=0.7, color=palette.accent(1)
    )


def _room_key(canvas: Canvas, palette: Palette, columns: int) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker="o", ms=5, color=palette.accent(0), label="what the first stage embeds"),
        Line2D([], [], ls="", marker="s", ms=5, color=palette.accent(1), label="what reads its features"),
        Line2D([], [], color=palette.rule, lw=7, label="random subspaces"),
    ]
    canvas.legend(handles=marks, loc="outside upper left", ncols=columns)

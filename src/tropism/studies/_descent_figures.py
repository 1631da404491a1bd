"""The pictures of the study `double-descent`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures import Figure
from tropism.figures.marks import end_labels, groups

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

    from tropism.figures import Palette

FLOOR = 1e-3
"""Losses below are drawn here."""

_SIZE = "data points T"


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Losses, dimensionality, points and features, other networks, and norms, against the size of the data set."""
    networks = tables["drawn-networks"]
    return [
        _losses(networks),
        _dimensionality(tables["drawn-dimensionality"]),
        _directions(tables["drawn-directions"]),
        _others(networks),
        _norms(networks),
    ]


def _losses(networks: polars.DataFrame) -> Figure:
    import polars as pl

    two = networks.filter(pl.col("hidden") == 2).with_columns(pl.col("train").clip(FLOOR, None))
    parts = dict(groups(two, "length"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(2, 1, sharex=True)
        for axes, column, place, words in zip(
            panels, ("test", "train"), (0, 1), ("new points", "data points"), strict=True
        ):
            axes.axhline(1, color=palette.muted, lw=1, ls="--")
            _draw_family(axes, parts["short"], column, palette.accent(place))
            if "published" in parts:
                long = parts["published"]
                axes.plot(long["points"], long[column], "o", ms=7, mfc="none", mec=palette.ink, mew=0.9)
            _log_heights(axes)
            axes.set_ylabel(f"loss on {words}")
        panels[0].annotate("predicting nothing", (0.995, 1), xycoords=("axes fraction", "data"), xytext=(0, 5),
                           ha="right", textcoords="offset points", color=palette.muted, fontsize="small")  # fmt: skip
        panels[0].set_ylim(bottom=0.75)
        _on_sizes(panels[1])
        _seen_on_top(panels[0], two, palette)

    return Figure(
        "losses",
        "Test and training loss against the size of the data set",
        "Two panels on logarithmic axes over the size of the data set: above, the loss on new points; below, that on "
        "the data points; a dashed line at 1, what predicting nothing costs. A hump in the upper panel is where "
        "networks are worst at new points; where the curve stays below the dashed line they generalize.",
        f"Two hidden dimensions. Dot: a network, {_count(parts['short'])} a size; line: their median. Rings: networks "
        f"trained ten times as long, as published. Losses below {FLOOR:g} are drawn there.",
        draw,
        (6.4, 6.2),
    )  # fmt: skip


def _others(networks: polars.DataFrame) -> Figure:
    import polars as pl

    short = networks.filter(pl.col("length") == "short").sort("hidden", "decay", "points")
    families = {
        (hidden, decay): part
        for (hidden, decay), part in short.group_by("hidden", "decay", maintain_order=True)
    }  # fmt: skip

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.axhline(1, color=palette.muted, lw=1, ls="--")
        marks = []
        for place, ((hidden, decay), part) in enumerate(families.items()):
            color = palette.accent(place)
            _draw_family(axes, part, "test", color)
            marks.append((color, f"m = {hidden}, decay {decay:g}", "o-"))
        _log_heights(axes)
        axes.set_ylabel("loss on new points")
        _on_sizes(axes)
        _key(canvas, marks)

    return Figure(
        "bumps",
        "The bump, by hidden dimensions and weight decay",
        "Curves of the loss on new points on logarithmic axes over the size of the data set, a color a number of "
        "hidden dimensions and weight decay. How far a curve rises above the dashed 1 is its bump.",
        f"Dot: a network, {'; '.join(f'm = {m}, decay {d:g}: {_count(part)}' for (m, d), part in families.items())} a "
        "size. Line: their median. Dashed: predicting nothing. Four dimensions were trained on up to "
        f"{short.filter(pl.col('hidden') == 4)['points'].max() or 0:,} points only.",
        draw,
    )


def _norms(networks: polars.DataFrame) -> Figure:
    import polars as pl

    short = networks.filter((pl.col("hidden") == 2) & (pl.col("length") == "short"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        ends = []
        for place, (column, name) in enumerate((("weight_norm", "weights"), ("bias_norm", "biases"))):
            color = palette.accent(place)
            ends.append((_draw_family(axes, short, column, color), name, color))
        _log_heights(axes)
        axes.set_ylabel("norm")
        _on_sizes(axes)
        axes.set_xlim(axes.get_xlim()[0], float(short["points"].max()) * 1.1)  # type: ignore[arg-type]
        axes.set_ylim(axes.get_ylim())
        end_labels(axes, ends, palette, inches=3.3)

    return Figure(
        "norms",
        "How large weights and biases grow",
        "Two curves on logarithmic axes over the size of the data set: the norm of the weights and that of the biases. "
        "Where each is highest is what the claims are about.",
        f"Two hidden dimensions. Dot: a network, {_count(short)} a size; line: their median.",
        draw,
    )


def _dimensionality(table: polars.DataFrame) -> Figure:
    import polars as pl

    sizes = sorted(table["points"].unique().to_list())
    seeds = table["member"].n_unique()
    kinds = ("features", "points")
    spots = {
        kind: np.array([sizes.index(size) for size in table.filter(pl.col("kind") == kind)["points"]])
        for kind in kinds
    }  # fmt: skip

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        luck = np.random.default_rng(0)
        for place, kind in enumerate(kinds):
            side = -0.2 if place == 0 else 0.2
            part = table.filter(pl.col("kind") == kind)
            spread = luck.uniform(-0.13, 0.13, len(part))
            axes.plot(spots[kind] + side + spread, part["dimensionality"], "o", ms=2.8, mew=0, alpha=0.55,
                      color=palette.accent(place))  # fmt: skip
        for place, size in enumerate(sizes):
            axes.plot([place + 0.02, place + 0.4], [2 / size] * 2, color=palette.ink, lw=1.3)
        axes.axhline(0.4, color=palette.muted, lw=1, ls="--", zorder=0)
        axes.annotate("a pentagon's 2/5", (1, 0.4), xycoords=("axes fraction", "data"), xytext=(0, 4), ha="right",
                      textcoords="offset points", color=palette.muted, fontsize="small")  # fmt: skip
        axes.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes], rotation=45)
        axes.set_ylim(-0.02, 1.06 * float(np.nanmax([0.5, *table["dimensionality"]])))
        axes.grid(axis="x", visible=False)
        axes.set_xlabel(_SIZE)
        axes.set_ylabel("dimensionality")
        _key(
            canvas,
            [
                (palette.accent(0), "features", "o"),
                (palette.accent(1), "data points", "o"),
                (palette.ink, "m / T", "-"),
            ],
        )

    return Figure(
        "dimensionality",
        "Who has the two dimensions: points or features",
        "For each size of the data set a column of dots for features and one for data points, as high as their "
        "dimensionality. Dots of points on the short line at m / T share the plane evenly; dots of features near the "
        "dashed 2/5 form a pentagon; dots at zero have nothing to themselves.",
        f"Two hidden dimensions; {seeds} networks a size. Of each network the ten largest dimensionalities of either "
        f"kind, and of the others thirty, evenly by rank. Line: m / T, the share of a point in a regular polygon.",
        draw,
        (6.9, 4.4),
    )


def _directions(table: polars.DataFrame) -> Figure:
    panels = [(int(size), part) for size, part in groups(table, "points")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2, len(panels), squeeze=False)
        for column, (size, part) in enumerate(panels):
            for row, (kind, each) in enumerate(groups(part, "kind")):
                axes = grid[row, column]
                _draw_directions(axes, np.column_stack([each["x"], each["y"]]), kind, palette)
            grid[0, column].set_title(f"T = {size:,}" if column == 0 else f"{size:,}", loc="center")
        for row, words in enumerate(("features", "data points")):
            grid[row, 0].set_ylabel(words, color=palette.accent(row))

    return Figure(
        "directions",
        "The plane inside: where features and data points lie",
        "A row of small pictures of features as lines from a center, and below it one of data points as dots, "
        "from few points on the left to many on the right. Dots on a ring at even distances are a polygon of points; "
        "five long lines at even angles are a pentagon of features.",
        "The networks of the first seed, two hidden dimensions. Above: a line from the origin for each feature, a "
        "column of W. Below: each data point's Wx, at most 500 of them. Every picture has its own scale.",
        draw,
        (1.05 * max(4, len(panels)), 2.7),
    )


def _draw_directions(axes: Axes, ends: np.ndarray, kind: str, palette: Palette) -> None:
    from matplotlib.collections import LineCollection

    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if not np.isfinite(ends).all():
        return
    reach = 1.12 * np.abs(ends).max()
    axes.set_xlim(-reach, reach)
    axes.set_ylim(-reach, reach)
    axes.set_aspect("equal")
    if kind == "features":
        lines = [((0.0, 0.0), tuple(end)) for end in ends]
        axes.add_collection(LineCollection(lines, colors=palette.accent(0), linewidths=0.8, alpha=0.6))
    else:
        axes.plot([0], [0], "+", color=palette.muted, ms=5, mew=0.8)
        axes.plot(*ends.T, "o", ms=3 if len(ends) < 50 else 2, mew=0, color=palette.accent(1), alpha=0.8)


def _draw_family(axes: Axes, part: polars.DataFrame, column: str, color: str) -> float:
    """A dot a network and the median over sizes, whose last is given back."""
    import polars as pl

    middle = part.group_by("points").agg(pl.col(column).median()).sort("points")
    axes.plot(part["points"], part[column], "o", ms=4, mew=0, alpha=0.6, color=color)
    axes.plot(middle["points"], middle[column], color=color)
    return float(middle[column][-1])


def _on_sizes(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlabel(_SIZE)
    axes.set_xticks([3, 10, 30, 100, 300, 1000, 3000], ["3", "10", "30", "100", "300", "1,000", "3,000"])
    axes.minorticks_off()


def _seen_on_top(axes: Axes, table: polars.DataFrame, palette: Palette) -> None:
    """How often a feature was seen, above the axes."""
    share = float(table["seen"][0] / table["points"][0])
    above = axes.secondary_xaxis(
        "top", functions=(lambda size: np.multiply(size, share), lambda seen: np.divide(seen, share))
    )
    above.set_xlabel("times that a feature is seen, T · (1 − S)", color=palette.muted)
    above.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    above.minorticks_off()
    above.spines["top"].set_visible(False)


def _log_heights(axes: Axes) -> None:
    """A logarithmic axis with plain numbers, at 1, 2 and 5 where it spans little."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axes.set_yscale("log")
    low, high = axes.get_ylim()
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0,) if high > 200 * low else (1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.yaxis.set_minor_locator(NullLocator())


def _key(canvas: Canvas, marks: Sequence[tuple[str, str, str]]) -> None:
    """What each color is, drawn as dots (`o`), a line (`-`) or both."""
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=color, ls="-" if "-" in how else "", marker="o" if "o" in how else "", ms=4, mew=0,
               label=words)
        for color, words, how in marks
    ]  # fmt: skip
    canvas.legend(handles=handles, loc="outside upper left", ncols=len(handles), handletextpad=0.5, columnspacing=1.2)


def _count(part: polars.DataFrame) -> str:
    failed = int((~part["test"].is_finite()).sum())
    return f"{part['member'].n_unique()}{f' ({failed} failed in all)' if failed else ''}"

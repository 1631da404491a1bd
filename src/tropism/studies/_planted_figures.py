"""The pictures of the study `planted-features`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import counted, groups
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

MARKS = ("o", "s", "^")
LEAST = 1e-4
"""Where the axis of shares begins."""
MOVES: Mapping[str, str] = {
    "all": "all moves",
    "decoder within .8": "decoder within .8",
    "decoder held": "decoder held",
    "encoder held": "encoder held",
}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Plants by how many latents are free, biases, acceptance by cosine, and dictionaries that are held."""
    found = [
        _capacity(tables["plants"]),
        _biases(tables["drawn-biases"], tables["both"]),
        _acceptance(tables["acceptance"], tables["resolution"]),
    ]
    return [*found, _held(tables["held"])] if "held" in tables else found


def _capacity(plants: polars.DataFrame) -> Figure:
    import polars as pl

    random = plants.filter((pl.col("plants") == "random") & (pl.col("count") > 0)).sort(
        "code", "count", "free", "member"
    )
    codes = groups(random, "code")
    counts = sorted(set(random["count"].to_list()))
    rows = (("mass", "share of activation"), ("matched_free", "match of free latents"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(2, len(codes), sharex=True, sharey="row", squeeze=False)
        for across, (code, part) in enumerate(codes):
            grid[0, across].set_title(code)
            for line, (column, _) in enumerate(rows):
                for place, count in enumerate(counts):
                    own = part.filter(pl.col("count") == count)
                    _line(grid[line, across], own, "free", column, palette.accent(place), MARKS[place % 3])
                    _luck(grid[line, across], own, column, palette.accent(place))
            grid[1, across].set_xlabel("free latents")
        for line, (_, words) in enumerate(rows):
            grid[line, 0].set_ylabel(words)
        grid[0, 0].set_yscale("log")
        grid[0, 0].set_ylim(LEAST, 1.5)
        grid[1, 0].set_ylim(-0.04, 1.04)
        grid[0, 0].set_xticks(sorted(set(random["free"].to_list())))
        _key(canvas, palette, [f"{count} random plants" for count in counts])

    said = "; ".join(f"{code}: {_masses(part)}" for code, part in codes)
    return Figure(
        "capacity",
        "Random plants are used where too few latents are free",
        "For each code the share of activation that random plants take against the number of free latents, a line a "
        f"number of plants, and below it how the free latents match the truth. Shares of 16 plants: {said}.",
        f"Dots: networks, {counted(random, ['code', 'count', 'free'])} an arm; lines: their means. Dashed: the level "
        "by chance, above the plants' share of latents, below the match of as many random directions. Where none is "
        "free, plants have all of the activation by their making.",
        draw,
        (6.8, 5.2),
    )


def _luck(axes: Axes, part: polars.DataFrame, column: str, color: str) -> None:
    means = _means(part, "free").sort("free")
    axes.plot(means["free"], means[f"{column}_chance"], color=color, lw=1, ls=(0, (3, 2)), alpha=0.8)


def _line(axes: Axes, part: polars.DataFrame, x: str, y: str, color: str, mark: str) -> None:
    """Networks as dots, their means as a line."""
    kept = part.filter(part[y].is_finite())
    if not kept.height:
        return
    means = _means(kept, x).sort(x)
    axes.plot(kept[x], kept[y], ls="", marker=mark, ms=4.5, mew=0, alpha=0.55, color=color)
    axes.plot(means[x], means[y], color=color, lw=1.8)


def _masses(part: polars.DataFrame) -> str:
    means = _means(part.filter(part["count"] == 16), "free").sort("free")
    return ", ".join(f"{row['mass']:.3f} with {row['free']} free" for row in means.iter_rows(named=True))


def _biases(biases: polars.DataFrame, both: polars.DataFrame) -> Figure:
    codes = groups(biases, "code")
    kinds = list(dict.fromkeys(biases["group"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(codes), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (code, part) in zip(grid, codes, strict=True):
            axes.set_title(code)
            axes.set_xlabel("bias after training")
            for line, (_, own) in enumerate(groups(part, "group")):
                members = sorted(set(own["member"].to_list()))
                for place, member in enumerate(members):
                    values = own.filter(own["member"] == member)["bias"].to_numpy()
                    height = -line + 0.24 - 0.48 * (place + 0.5) / len(members)
                    axes.plot(values, np.full(len(values), height), "o", ms=4, mew=0, alpha=0.45,
                              color=palette.accent(line))  # fmt: skip
            axes.axvline(0, color=palette.muted, lw=0.8, ls=(0, (3, 2)))
            axes.grid(axis="y", visible=False)
            axes.spines["left"].set_visible(False)
        grid[0].set_yticks([-line for line in range(len(kinds))], kinds, color=palette.ink)
        grid[0].set_ylim(0.5 - len(kinds), 0.5)

    areas = {code: both.filter(both["code"] == code)["auroc"].to_numpy() for code, _ in codes}
    said = ", ".join(f"{code} {each.min():.2f} to {each.max():.2f}" for code, each in areas.items())
    return Figure(
        "biases",
        "The biases of planted and free latents of one dictionary",
        "For each code three rows of dots, a dot a latent: eight plants at random, eight true ones, and 64 free "
        f"latents. How often a true plant's bias is above a random one's: {said}.",
        f"A line of dots a network, {counted(both, ['code'])} a code. Dashed: where all biases begin. By chance a "
        f"true plant's bias is above a random one's half of the time; here {said}.",
        draw,
        (6.8, 2.7),
    )


def _acceptance(acceptance: polars.DataFrame, resolution: polars.DataFrame) -> Figure:
    codes = groups(acceptance, "code")
    rows = (("accepted", "share of what true plants take"), ("bias", "mean bias of plants"))
    halves = {code: resolution.filter(resolution["code"] == code)["half"].to_numpy() for code, _ in codes}

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharex=True)
        for axes, (column, words) in zip(grid, rows, strict=True):
            for place, (_, part) in enumerate(codes):
                _line(axes, part, "cosine", column, palette.accent(place), MARKS[place % 3])
            axes.set_title(words, fontsize="small")
            axes.set_xlabel("cosine with a feature")
        grid[0].axhline(0.5, color=palette.muted, lw=1, ls=(0, (3, 2)))
        for place, half in enumerate(halves.values()):
            middle = float(np.nanmean(half)) if np.isfinite(half).any() else np.nan
            grid[0].plot([middle], [0.5], "D", ms=7, mfc="none", mew=1.5, color=palette.accent(place))
        _key(canvas, palette, [code for code, _ in codes])

    said = ", ".join(
        f"{code} {np.nanmean(each):.2f}" if np.isfinite(each).any() else f"{code} nowhere"
        for code, each in halves.items()
    )
    return Figure(
        "acceptance",
        "How near to a feature must a planted direction be?",
        "Two panels against the cosine of 16 plants with features: what they take as a share of what true plants do, "
        f"and their mean bias. Half is reached at: {said}.",
        f"64 free latents. Dots: networks, {counted(acceptance, ['code', 'cosine'])} a cosine; lines: their means. "
        f"What true plants take is 1 by definition. Diamonds: where half of it is reached, mean over networks: {said}.",
        draw,
        (6.8, 3.4),
    )


def _held(held: polars.DataFrame) -> Figure:
    codes = groups(held, "code")
    starts = list(dict.fromkeys(held["start"].to_list()))
    rows = [(start, moves) for start in starts for moves in MOVES]
    quantities = (("matched", "matched with the truth"), ("explained", "variance explained"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(codes), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (code, part) in zip(grid, codes, strict=True):
            axes.set_title(code)
            for line, (start, moves) in enumerate(rows):
                own = part.filter((part["start"] == start) & (part["moves"] == moves))
                for place, (column, _) in enumerate(quantities):
                    height = np.full(own.height, -line + 0.14 - 0.28 * place)
                    axes.plot(own[column], height, ls="", marker=MARKS[place], ms=5, mew=0, alpha=0.75,
                              color=palette.accent(place), clip_on=False)  # fmt: skip
                luck = float(own["matched_chance"].mean())  # type: ignore[arg-type]
                axes.plot([luck], [-line + 0.14], "|", ms=10, mew=1.5, color=palette.ink)
            for edge in range(len(MOVES), len(rows), len(MOVES)):
                axes.axhline(0.5 - edge, color=palette.rule, lw=1)
            axes.set_xlabel("cosine, or share of variance")
            axes.grid(axis="y", visible=False)
            axes.spines["left"].set_visible(False)
        words = [f"{start}: {MOVES[moves]}" for start, moves in rows]
        grid[0].set_yticks([-line for line in range(len(rows))], words, color=palette.ink)
        grid[0].set_ylim(0.5 - len(rows), 0.5)
        grid[0].set_xlim(0, 1.02)
        _key(canvas, palette, [words for _, words in quantities], chance=True)

    said = "; ".join(f"{code}: {_both(part)}" for code, part in codes)
    return Figure(
        "held",
        "Dictionaries that may hardly turn, by where they begin",
        "For each code a row a start and what may move, with marks for the match with the truth and for the variance "
        f"explained. Means: {said}.",
        f"A mark a network, {counted(held, ['code', 'start', 'moves'])} a row. Strokes: the match of as many random "
        "directions. Half the truth: 32 latents.",
        draw,
        (7.6, 5.6),
    )


def _both(part: polars.DataFrame) -> str:
    means = _means(part, "start", "moves")
    return ", ".join(
        f"{row['start']}, {MOVES[row['moves']]} {row['matched']:.2f} and {row['explained']:.2f}"
        for row in means.iter_rows(named=True)
    )


def _means(table: polars.DataFrame, *by: str) -> polars.DataFrame:
    """The mean of every column of numbers, a row a group."""
    import polars as pl

    columns = [name for name, kind in table.schema.items() if kind.is_numeric() and name not in by]
    return table.group_by(by, maintain_order=True).agg(pl.col(columns).mean())


def _key(canvas: Canvas, palette: Palette, words: Sequence[str], *, chance: bool = False) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker=MARKS[place % 3], ms=6, mew=0, color=palette.accent(place), label=each)
        for place, each in enumerate(words)
    ]
    if chance:
        marks.append(Line2D([], [], ls="", marker="|", ms=10, mew=1.5, color=palette.ink, label="chance"))
    canvas.legend(handles=marks, loc="outside upper left", ncols=4, handletextpad=0.3, columnspacing=1.4)

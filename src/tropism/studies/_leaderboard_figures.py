"""The pictures of the leaderboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.theme import Figure, Palette
from tropism.studies._leaderboard_runs import DEFAULT, TRUTH

if TYPE_CHECKING:
    import polars
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure as Canvas


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All data sets at a glance, then the default data in full."""
    return [_ranks(tables["board"]), _default(tables["scores"])]


def _order(board: polars.DataFrame) -> list[str]:
    """Methods by their mean over data sets, the truth first."""
    import polars as pl

    means = board.group_by("method", maintain_order=True).agg(pl.col("corrected").mean())
    return means.sort("corrected", descending=True, maintain_order=True)["method"].to_list()


def _ranks(board: polars.DataFrame) -> Figure:
    names, data = _order(board), board["data"].unique(maintain_order=True).to_list()
    data = sorted(data, key=lambda name: (name != DEFAULT, name))
    cells = {(row["method"], row["data"]): row["corrected"] for row in board.iter_rows(named=True)}
    values = np.array([[cells.get((name, each), np.nan) for each in data] for name in names], float)
    worlds = {row["data"]: row["n"] for row in board.iter_rows(named=True)}
    best = {each: _best(board, each)[0] for each in data}
    said = ", ".join(f"{each}: {name}" for each, name in best.items())

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.add_subplot()
        shades = _shades(palette)
        axes.imshow(np.clip(values, 0, 1), cmap=shades, vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(len(data)), data)
        axes.set_yticks(range(len(names)), names)
        axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        axes.grid(visible=False)
        for side in axes.spines.values():
            side.set_visible(False)
        for row, line in enumerate(values):
            for column, value in enumerate(line):
                words = "–" if np.isnan(value) else f"{max(value, -0.99):z.2f}".replace("0.", ".").replace("-", "−")
                ink = palette.surface if value > 0.55 else palette.ink
                axes.text(column, row, words, ha="center", va="center", color=ink, fontsize=9.5)

    return Figure(
        name="ranks",
        title="How far each method comes from chance to the truth",
        alt="A grid of methods and data sets; in each cell how far the mean matched cosine lies between random "
        f"directions, 0, and the true dictionary, 1. The best of each, the truth aside: {said}.",
        caption="Corrected mean matched cosine of pruned dictionaries, mean over worlds ("
        + ", ".join(f"{each} {worlds[each]}" for each in data)
        + "). Methods in the order of their mean. Below 0: worse than random directions.",
        draw=draw,
        size=(max(4.0, 2.9 + 0.75 * len(data)), 1.0 + 0.3 * len(names)),
    )


def _best(board: polars.DataFrame, data: str) -> list[str]:
    import polars as pl

    own = board.filter((pl.col("data") == data) & (pl.col("method") != TRUTH))
    return own.sort("corrected", descending=True, nulls_last=True)["method"].to_list()


def _shades(palette: Palette) -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("found", [palette.faint, palette.accent(0)])


QUANTITIES = {
    "matched": ("matched cosine", "matched_chance"),
    "recall": ("features found", None),
    "consistency": ("found again", "consistency_chance"),
    "f1": ("F1 of pursued codes", None),
    "explained": ("variance explained", None),
    "seconds": ("seconds", None),
}
"""What is drawn of the default data, and the column with its level by chance."""


def _default(scores: polars.DataFrame) -> Figure:
    import polars as pl

    own = scores.filter(pl.col("data") == DEFAULT)
    names = own.group_by("method").agg(pl.col("corrected").mean()).sort("corrected")["method"].to_list()

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(1, len(QUANTITIES), sharey=True)
        for axes, (column, (label, luck)) in zip(panels, QUANTITIES.items(), strict=True):
            for place, name in enumerate(names):
                rows = own.filter(pl.col("method") == name)
                color = palette.muted if bool(rows["control"][0]) else palette.accent(0)
                numbers = rows[column].to_numpy()
                if column == "seconds":
                    numbers = np.where(numbers > 0, numbers, np.nan)
                axes.plot(numbers, np.full(len(numbers), place), "o", color=color, alpha=0.7, markersize=4.5)
                if luck:
                    level = float(rows[luck].mean())  # type: ignore[arg-type]
                    axes.plot([level], [place], "|", color=palette.ink, markersize=9, markeredgewidth=1.6)
            axes.set_xlabel(label)
            if column == "seconds":
                axes.set_xscale("log")
                axes.minorticks_off()
                axes.locator_params(axis="x", numticks=3)
            else:
                axes.set_xlim(-0.04, 1.04)
            axes.set_ylim(-0.6, len(names) - 0.4)
        panels[0].set_yticks(range(len(names)), names)

    counts = int(own["member"].n_unique())
    return Figure(
        name="default",
        title=f"{DEFAULT}: what each method reaches",
        alt="A row a method, panels of marks: matched cosine, share of features found, whether it is found again, F1 "
        f"of codes, variance explained, seconds. From the best: {', '.join(reversed(names[-4:]))}.",
        caption=f"A mark a world, n = {counts}; upright strokes: as many random directions. Gray: controls and the "
        "truth. Found: the share of features within a cosine of .9. Codes by orthogonal matching pursuit for all. "
        "Seconds of trained ones are of programs of many.",
        draw=draw,
        size=(12.5, 1.4 + 0.28 * len(names)),
    )

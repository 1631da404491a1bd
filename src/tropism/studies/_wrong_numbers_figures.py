"""The pictures of the study `wrong-numbers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.intervals import bootstrap
from tropism.figures.marks import numbers
from tropism.figures.theme import Figure, Palette
from tropism.studies._swept_figures import SHAPES, Line, Panel, line, swept_figure
from tropism.studies._wrong_numbers_runs import FEATURES

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SHORT: Mapping[str, str] = {
    "STB-32": "STB-32",
    "STB-32, skewed": "skewed",
    "STB-32, correlated": "correlated",
    "STB-32, clustered": "clustered",
    "STB-32, spread": "spread",
    "CORR": "CORR",
}
WORDS: Mapping[str, str] = {"latents": "latents", "k": "k", "price": "price"}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """What wrong numbers cost, what harder data cost, and what tells the right numbers."""
    varied = tables["varied"]
    found = [_latents(varied)] if _kinds(varied, "latents") else []
    found.append(_counts(varied))
    if len(varied.filter(varied["varied"] == "noise")["setting"].unique()) > 1:
        found.append(_data(varied))
    return [*found, _choices(tables["choices"])]


def _part(varied: polars.DataFrame, what: str, data: str, method: str) -> polars.DataFrame:
    return varied.filter(varied=what, data=data, method=method).sort("at")


def _kinds(varied: polars.DataFrame, what: str) -> list[tuple[str, polars.DataFrame]]:
    """The comparisons of one setting that have at least two of them: what each is called, and its dictionaries."""
    found = []
    for data in ("STB-32", "CORR"):
        for method in ("TopK", "L1"):
            part = _part(varied, what, data, method)
            if part["setting"].n_unique() > 1:
                found.append((f"{data}, {method}", part))
    return found


def _lines(kinds: Sequence[tuple[str, polars.DataFrame]], value: str) -> tuple[Line, ...]:
    return tuple(line(part, "setting", value, words) for words, part in kinds)


def _with_chance(kinds: Sequence[tuple[str, polars.DataFrame]], value: str) -> tuple[Line, ...]:
    return (*_lines(kinds, value), line(kinds[0][1], "setting", f"{value}_chance", "chance (STB-32)", plain=True))


def _latents(varied: polars.DataFrame) -> Figure:
    kinds = _kinds(varied, "latents")
    return swept_figure(
        [
            Panel("truth and live latents", _with_chance(kinds, "matched"), "mean matched cosine"),
            Panel("features found", _with_chance(kinds, "recall"), "recall at .9", share=True),
            Panel("live latents", _lines(kinds, "live"), "number", float(FEATURES)),
            Panel("which features are on", _with_chance(kinds, "f1_live"), "F1, live latents"),
            Panel("the same of all latents", _with_chance(kinds, "f1_all"), "F1, all latents"),
            Panel("explained variance", _lines(kinds, "explained"), "share"),
        ],
        name="latents",
        title=f"Too few latents, and too many: {FEATURES} features",
        alt="Six panels against the number of latents, a line for each kind of data and method: mean matched cosine of "
        "live latents, recall and F1 of the live latents and of all, each beside chance; how many live, explained "
        "variance.",
        caption=f"Live: on in more than one example of a thousand. Dotted: {FEATURES} features. TopK has three on, L1 "
        "a price of 0.3. Chance: as many random directions; for F1, codes of other examples.",
        x_label="latents",
    )


def _counts(varied: polars.DataFrame) -> Figure:
    counts, prices = _kinds(varied, "k"), _kinds(varied, "price")
    panels = []
    for what, kinds in (each for each in (("k", counts), ("price", prices)) if each[1]):
        panels += [
            Panel(f"{what}: truth", _with_chance(kinds, "matched"), "mean matched cosine"),
            Panel(f"{what}: features found", _with_chance(kinds, "recall"), "recall at .9", share=True),
            Panel(f"{what}: overlap of directions", _lines(kinds, "overlap"), "c_dec"),
            Panel(f"{what}: description length", _lines(kinds, "length"), "bits an example"),
        ]
    return swept_figure(
        panels,
        name="counts",
        title="k and the price, with the truth and without",
        alt="Four panels against k for TopK, where it is varied, and four against the price for L1, a line for each "
        "kind of data: mean matched cosine and recall beside chance, the mean overlap of two directions, and the "
        "description length.",
        caption="64 latents; three features are on. Panels of k are TopK's, those of the price L1's.",
        x_label="k, or price",
        apart=True,
    )


def _data(varied: polars.DataFrame) -> Figure:
    ways = ("TopK", "L1")

    def of(what: str, value: str) -> tuple[Line, ...]:
        parts = [(way, _part(varied, what, "STB-32", way)) for way in ways]
        return tuple(line(part, "setting", value, way) for way, part in parts if part["setting"].n_unique() > 1)

    def by_data(value: str) -> tuple[Line, ...]:
        import polars as pl

        short = varied.filter(varied="data").with_columns(pl.col("data").replace(SHORT))
        return tuple(line(short.filter(method=way), "data", value, way, joined=False) for way in ways)

    panels = [
        Panel(title, found(value), label, level, value == "recall")
        for title, found in (
            ("noise", lambda value: of("noise", value)),
            ("offset", lambda value: of("offset", value)),
            ("examples", lambda value: of("samples", value)),
            ("kind of data", by_data),
        )
        for value, label, level in (
            ("recall", "recall at .9", None),
            ("live", "live latents", float(FEATURES)),
        )
    ]
    return swept_figure(
        panels,
        name="data",
        title="What harder data do to a dictionary of 128 latents",
        alt="Eight panels, two for each of noise, offset, the number of examples and the kind of data: recall, and how "
        "many latents live, for TopK and L1.",
        caption="128 latents. Noise: deviation in each dimension; offset: length of what is added to all examples. "
        f"Examples: how many there were, of one world; of the most each is new. Dotted: {FEATURES} features. By chance "
        "no feature is found.",
        x_label="setting",
        apart=True,
    )


def _choices(table: polars.DataFrame) -> Figure:
    kinds = [(data, method, what) for what, method in (("latents", "TopK"), ("k", "TopK"), ("price", "L1"))
             for data in ("STB-32", "CORR") if len(table.filter(data=data, method=method, varied=what))]  # fmt: skip
    criteria = list(dict.fromkeys(table["criterion"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharey=True)
        for place, (data, method, what) in enumerate(kinds):
            part = table.filter(data=data, method=method, varied=what)
            _draw_kind(grid[0], part, "correlation", criteria, (place, len(kinds)), palette)
            _draw_kind(grid[1], part, "missed", criteria, (place, len(kinds)), palette)
            _draw_lot(grid[1], part, len(criteria), place, palette)
        grid[0].axvline(0, color=palette.ink, lw=1.0, ls=":")
        grid[0].set_xlabel("rank correlation with truth")
        grid[1].set_xlabel("matched cosine missed")
        grid[0].set_yticks([-place for place in range(len(criteria))], criteria, color=palette.ink)
        grid[0].set_ylim(0.6 - len(criteria), 0.6)
        _draw_choices_key(canvas, kinds, palette)

    seeds = table["seed"].n_unique()
    return Figure(
        "choices",
        "What tells the right number, without the truth?",
        "Two panels with a row for each criterion that needs no truth: how its ranks along a setting go with those of "
        "the matched cosine, with zero as the level by chance, and how far below the best the setting is that it "
        "chooses; a color for what is chosen and on which data.",
        f"{seeds} worlds; bars are 95 % bootstrap intervals over them, marks are means. By chance the correlation is "
        "0; dotted on the right: what a setting by lot misses. What is said of L1's number of latents, where it "
        "is varied, stands in the table.",
        draw,
        (8.6, 1.2 + 0.62 * len(criteria) + 0.25 * len(kinds)),
    )


def _draw_kind(
    axes: Axes, part: polars.DataFrame, value: str, criteria: list[str], place: tuple[int, int], palette: Palette
) -> None:
    color, mark = palette.accent(place[0]), SHAPES[place[0] % len(SHAPES)]
    for row, criterion in enumerate(criteria):
        found = numbers(part.filter(criterion=criterion), value, "choices")
        found = found[np.isfinite(found)]
        if not len(found):
            continue
        interval = bootstrap(found, seed=0)
        height = -row + 0.7 * (0.5 - (place[0] + 0.5) / place[1])
        axes.plot([interval.low, interval.high], [height] * 2, color=color, lw=2.4, alpha=0.5)
        axes.plot([interval.estimate], [height], marker=mark, ms=6, mew=0, color=color)
    axes.grid(axis="y", visible=False)


def _draw_lot(axes: Axes, part: polars.DataFrame, rows: int, place: int, palette: Palette) -> None:
    """What a setting by lot would miss, straight down."""
    missed = numbers(part, "missed_by_lot", "choices").mean()
    axes.plot([missed, missed], [0.5, 0.5 - rows], color=palette.accent(place), lw=1.1, ls=":")


def _draw_choices_key(canvas: Canvas, kinds: list[tuple[str, str, str]], palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker=SHAPES[place % len(SHAPES)], ms=6, mew=0, color=palette.accent(place),
               label=f"{WORDS[what]}, {method} on {data}")
        for place, (data, method, what) in enumerate(kinds)
    ]  # fmt: skip
    canvas.legend(handles=marks, loc="outside upper left", ncols=2, handletextpad=0.4)

"""The pictures of the study `same-dictionary-twice`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SHARED: Mapping[str, str] = {"examples": "same examples", "start": "same start", "nothing": "nothing shared"}
MEASURES: Mapping[str, str] = {
    "directions": "mean matched cosine",
    "partners": "share with one partner",
    "codes": "correlation of codes",
}
LATENTS: Mapping[str, str] = {"all": "all latents", "live": "live latents"}

Panel = tuple[str, str, "polars.DataFrame", "polars.DataFrame", str]
"""A title, a column, its rows of means, its rows of pairs, and what the axis measures."""


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Likeness by what is shared, by measure, beside the truth, and the latents that are stable or true."""
    stability, pairs = tables["stability"], tables["drawn-pairs"]
    return [
        _by_shared(stability, pairs),
        _by_measure(stability, pairs),
        _beside_truth(tables["dictionaries"]),
        _agreed(tables["consensus"]),
    ]


def _by_shared(stability: polars.DataFrame, pairs: polars.DataFrame) -> Figure:
    there = [name for name in SHARED if name in stability["shared"].to_list()]
    panels: list[Panel] = [
        (SHARED[name], "directions", _where(stability, shared=name), _where(pairs, shared=name), MEASURES["directions"])
        for name in there
    ]
    said = "; ".join(f"{SHARED[name]}: {_means(_where(stability, shared=name), 'directions')}" for name in there)
    return _likeness(
        "likeness",
        "How alike two dictionaries are, by what they share",
        f"A panel for pairs with {', '.join(SHARED[name] for name in there)}; a row a kind of dictionary, with the "
        f"mean matched cosine of all latents and of the live ones. Means: {said}.",
        panels,
    )


def _by_measure(stability: polars.DataFrame, pairs: polars.DataFrame) -> Figure:
    apart = _where(stability, shared="nothing")
    panels: list[Panel] = [
        (words, column, apart, _where(pairs, shared="nothing"), "") for column, words in MEASURES.items()
    ]
    said = "; ".join(f"{words}: {_means(apart, column)}" for column, words in MEASURES.items())
    return _likeness(
        "measures",
        "Three ways to ask how alike dictionaries are that share nothing but the truth",
        "Panels for the mean matched cosine of decoders, the share of latents with one partner by decoder and encoder, "
        f"and the correlation of codes on held-out examples; a row a kind of dictionary. Means: {said}.",
        panels,
    )


def _likeness(name: str, title: str, alt: str, panels: Sequence[Panel]) -> Figure:
    kinds = list(dict.fromkeys(kind for panel in reversed(panels) for kind in panel[2]["kind"].to_list()))
    sizes = sorted({int(n) for panel in panels for n in panel[2]["n"].to_list()})

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (words, column, means, pairs, label) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.set_xlabel(label)
            for place, latents in enumerate(LATENTS):
                for line, kind in enumerate(kinds):
                    height = -line + 0.17 - 0.34 * place
                    own = {"kind": kind, "latents": latents}
                    _row(
                        axes, _where(means, **own), _where(pairs, **own), column, height, palette, palette.accent(place)
                    )
            axes.grid(axis="y", visible=False)
            axes.spines["left"].set_visible(False)
        grid[0].set_xlim(-0.04, 1.04)
        grid[0].set_ylim(0.5 - len(kinds), 0.5)
        grid[0].set_yticks([-line for line in range(len(kinds))], kinds, color=palette.ink)
        _key(canvas, palette)

    caption = (
        f"Dots: pairs. Diamonds: their mean, with a 95 % interval by drawing dictionaries; {_counted(sizes)} a group. "
        "Strokes: the level by chance; crosses: the same dictionaries before training."
    )
    return Figure(name, title, alt, caption, draw, (2.5 * len(panels) + 1.9, 0.75 * len(kinds) + 1.5))


def _row(
    axes: Axes,
    means: polars.DataFrame,
    pairs: polars.DataFrame,
    column: str,
    height: float,
    palette: Palette,
    color: str,
) -> None:
    if not means.height:
        return
    told = means.row(0, named=True)
    values = pairs[column].to_numpy()
    values = values[np.isfinite(values)]
    axes.plot(values, np.full(len(values), height + 0.06), "o", ms=3.6, mew=0, alpha=0.5, color=color)
    axes.plot([told[f"{column}_low"], told[f"{column}_high"]], [height - 0.06] * 2, color=color, lw=2.2)
    axes.plot([told[column]], [height - 0.06], "D", ms=5.5, mew=0, color=color)
    axes.plot([told[f"{column}_chance"]], [height], "|", ms=11, mew=1.6, color=palette.ink)
    axes.plot([told[f"{column}_untrained"]], [height], "x", ms=5, mew=1.2, color=palette.muted)


def _key(canvas: Canvas, palette: Palette) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker="D", ms=5.5, mew=0, color=palette.accent(place), label=words)
        for place, words in enumerate(LATENTS.values())
    ]
    marks.append(Line2D([], [], ls="", marker="|", ms=11, mew=1.6, color=palette.ink, label="chance"))
    marks.append(Line2D([], [], ls="", marker="x", ms=5, mew=1.2, color=palette.muted, label="untrained"))
    canvas.legend(handles=marks, loc="outside upper left", ncols=4, handletextpad=0.3, columnspacing=1.4)


def _beside_truth(dictionaries: polars.DataFrame) -> Figure:
    kinds = groups(dictionaries, "kind")
    pairs = (("matched_all", "consistency_all", "o"), ("matched", "consistency_live", "D"))

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.lines import Line2D

        axes = canvas.subplots()
        axes.plot([0, 1], [0, 1], color=palette.rule, lw=1.2, zorder=0)
        for place, (_, part) in enumerate(kinds):
            for near, stable, mark in pairs:
                axes.plot(part[stable], part[near], mark, ms=6, mew=0, alpha=0.7, color=palette.accent(place))
        axes.set_xlabel("mean matched cosine with other dictionaries")
        axes.set_ylabel("with the truth")
        low = min(float(dictionaries[column].min()) for pair in pairs for column in pair[:2])  # type: ignore[arg-type]
        axes.set_xlim(low - 0.03, 1.015)
        axes.set_ylim(low - 0.03, 1.015)
        words = [(name, "s", palette.accent(place)) for place, (name, _) in enumerate(kinds)]
        words += [("all latents", "o", palette.muted), ("live latents", "D", palette.muted)]
        handles = [Line2D([], [], ls="", marker=mark, ms=6, mew=0, color=color, label=name)
                   for name, mark, color in words]  # fmt: skip
        canvas.legend(handles=handles, loc="outside right upper", handletextpad=0.3)

    luck = dictionaries["matched_all_chance"].to_numpy()
    return Figure(
        "truth",
        "Is a dictionary that is found again near the truth?",
        "Dots for dictionaries, their mean matched cosine with the truth against that with other dictionaries of the "
        f"same kind that share nothing with them. By kind, of the live latents: {_both_said(dictionaries)}.",
        f"A dot a dictionary, {_counted(sorted({part.height for _, part in kinds}))} a kind, each beside its mean over "
        f"the others. On the line the two are equal. By chance the truth is matched at {luck.min():.2f} to "
        f"{luck.max():.2f}, left of and below what is drawn. Where all latents live, the two marks of a dictionary are "
        "one.",
        draw,
        (6.4, 3.9),
    )


def _agreed(consensus: polars.DataFrame) -> Figure:
    kinds = list(consensus.iter_rows(named=True))
    parts = {
        "stable_true": "stable, true",
        "stable_false": "stable, not true",
        "unstable_true": "not stable, true",
        "unstable_false": "neither",
    }

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        looks = ((0, 1.0), (1, 1.0), (0, 0.4), (1, 0.4))
        for line, row in enumerate(kinds):
            left = 0.0
            for (column, words), (accent, alpha) in zip(parts.items(), looks, strict=True):
                width = row[column]
                axes.barh(-line, width, 0.62, left=left, color=palette.accent(accent), alpha=alpha,
                          label=None if line else words, lw=0)  # fmt: skip
                if width >= 2.5:
                    axes.text(left + width / 2, -line, f"{width:.0f}", ha="center", va="center",
                              color=palette.surface if alpha == 1 else palette.ink, fontsize="small")  # fmt: skip
                left += width
        axes.axvline(64, color=palette.muted, lw=1, ls=(0, (3, 2)))
        axes.set_yticks([-line for line in range(len(kinds))], [row["kind"] for row in kinds], color=palette.ink)
        axes.set_xlabel("live latents of a dictionary")
        axes.set_xlim(0, 67)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        canvas.legend(loc="outside upper left", ncols=4, handletextpad=0.5, columnspacing=1.2)

    said = "; ".join(
        f"{row['kind']}: " + ", ".join(f"{words} {row[column]:.0f}" for column, words in parts.items()) for row in kinds
    )
    return Figure(
        "agreed",
        "What four in five dictionaries have, and whether it is true",
        f"A bar a kind of dictionary, its live latents by whether they are stable and whether they are true. {said}.",
        f"Means over {_counted(sorted(set(consensus['n'].to_list())))}. Stable: at least four in five have it, "
        "within a cosine of .9; true: a feature is as near. Dashed: how many features there are.",
        draw,
        (6.4, 0.55 * len(kinds) + 1.4),
    )


def _where(table: polars.DataFrame, **wanted: str) -> polars.DataFrame:
    for column, value in wanted.items():
        table = table.filter(table[column] == value)
    return table


def _means(table: polars.DataFrame, column: str) -> str:
    return ", ".join(
        f"{row['kind']} {row[column]:.2f} of {row['latents']}" for row in table.iter_rows(named=True)
    )  # fmt: skip


def _both_said(dictionaries: polars.DataFrame) -> str:
    return ", ".join(
        f"{name} {float(part['matched'].mean()):.2f} with the truth and {float(part['consistency_live'].mean()):.2f} "  # type: ignore[arg-type]
        "with others"
        for name, part in groups(dictionaries, "kind")
    )


def _counted(sizes: Sequence[int]) -> str:
    return " or ".join(str(size) for size in sizes) + " dictionaries"

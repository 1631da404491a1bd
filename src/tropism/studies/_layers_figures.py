"""The pictures of the study `more-layers`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers
from tropism.figures.theme import Figure, Palette
from tropism.studies._layers_runs import OTHER_HALF, SHUFFLED, UNTRAINED
from tropism.studies._retrain_parts import SHOWN, TOP
from tropism.subjects.generalization.figures.dots import SHAPES, dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

LINES = ("2 layers", "4 layers", OTHER_HALF, SHUFFLED, UNTRAINED)
CHANCE = "by chance"


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Components one by one, what they say and do, stitching, and layers as a whole."""
    return [
        _places(tables["components"]),
        _identity(tables["pairs"]),
        _stitched(tables["layers"]),
        _whole(tables["layers"]),
    ]


def _places(table: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = table.filter(pl.col("pair").is_in(LINES))
    panels = groups(drawn, "model")
    chance = float(np.nanmean(numbers(drawn, "chance_matched", "places")))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (words, part) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.set_xlabel("place of the component")
            axes.set_xticks(range(1, SHOWN + 1))
            for number, (pair, own) in enumerate(groups(part, "pair")):
                _line(axes, own, number, pair, palette)
            axes.axhline(chance, color=palette.muted, lw=1, ls=":", label=CHANCE)
        grid[0].set_ylim(-0.03, 1.03)
        grid[0].set_ylabel("correlation with its partner")
        handles, labels = grid[0].get_legend_handles_labels()
        canvas.legend(handles, labels, loc="outside upper left", ncols=3)

    return Figure(
        "places",
        "Which components come back",
        "A panel a model: the correlation of a component with its partner in another network, against its place in the "
        "order of variance; a line for each pair of networks: layers trained again, and what they stand beside. Means "
        f"over places: {each_said(drawn, 'matched', 'pair')}.",
        "Each dot is a network, lines join means. Partners are chosen on one half of held-out digits, and correlations "
        "are those on the other. By chance: digits shuffled.",
        draw,
        (3.6 * len(panels) + 0.8, 3.9),
    )


def _line(axes: Axes, part: polars.DataFrame, number: int, words: str, palette: Palette) -> None:
    places, values = numbers(part, "place", "places"), numbers(part, "matched", "places")
    color = palette.accent(number)
    axes.plot(places + 0.09 * (number - 2), values, "o", ms=2.8, mew=0, color=color, alpha=0.55)
    steps = np.unique(places)
    seen = [values[(places == step) & np.isfinite(values)] for step in steps]
    axes.plot(steps, [each.mean() if len(each) else np.nan for each in seen], color=color, lw=1.6, label=words)


def _identity(table: polars.DataFrame) -> Figure:
    quantities = {"matched": "what they say", "causal": "what they do", "chance_causal": f"what they do, {CHANCE}"}
    panels, rows = groups(table, "model"), list(dict.fromkeys(table["pair"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (words, part) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.set_xlabel("correlation")
            axes.axvline(0, color=palette.muted, lw=0.8)
            axes.grid(axis="y", visible=False)
            for pair, own in groups(part, "pair"):
                for number, (column, said) in enumerate(quantities.items()):
                    values = numbers(own, column, "identity")
                    height = np.full(len(values), 0.25 * (1 - number) - rows.index(pair))
                    label = said if pair == rows[0] else None
                    axes.plot(values, height, ls="", marker=SHAPES[number], ms=5.5, mew=0, alpha=0.75,
                              color=palette.accent(number), label=label)  # fmt: skip
        grid[0].set_xlim(-0.25, 1.03)
        grid[0].set_yticks([-place for place in range(len(rows))], rows)
        grid[0].tick_params(axis="y", labelcolor=palette.ink)
        handles, labels = grid[0].get_legend_handles_labels()
        ncols = 3 if len(panels) > 1 else 2
        canvas.legend(handles, labels, loc="outside upper left", ncols=ncols, handletextpad=0.4)

    return Figure(
        "identity",
        "Components that say the same, and do they do the same?",
        "A panel a model, a row a pair of networks; marks for the correlation of their scores, for that of what "
        "examples lose without them, and for this by chance. Over all rows: "
        f"{spans_said(table, quantities, 'model')}.",
        f"The first {TOP} components, mean; a mark a network. What they do: the rise of each digit's loss "
        "where what lies along it is set to its mean, each in its own network. By chance: digits shuffled.",
        draw,
        (3.4 * len(panels) + 1.2, 4.4),
    )


def _stitched(table: polars.DataFrame) -> Figure:
    quantities = {"stitched": "free linear map", "turned": "a turn", "chance_stitched": f"free, {CHANCE}"}
    return dots_figure(
        table,
        panel="model",
        row="pair",
        quantities=quantities,
        name="stitched",
        title="What is lost where another network's layer stands in for a network's own",
        alt="A panel a model, a row a pair of networks; marks for the points that are lost where the other's values "
        "come in by a free linear map, by a turn, and by a map of shuffled examples: "
        f"{spans_said(table, quantities, 'model')}.",
        caption="Maps are fitted on digits that were trained on; points are of held-out digits. A turn has one scale "
        "besides. By chance: the map is fitted with one network's digits shuffled.",
        label="points lost",
        upto=100.0,
    )


def _whole(table: polars.DataFrame) -> Figure:
    quantities = {"cka": "CKA", "svcca": "SVCCA", "pwcca": "PWCCA", "chance_cka": f"CKA, {CHANCE}"}
    return dots_figure(
        table,
        panel="model",
        row="pair",
        quantities=quantities,
        name="whole",
        title="How alike layers are as a whole",
        alt="A panel a model, a row a pair of networks; marks for three measures of likeness and CKA by chance. From "
        f"least to most: {spans_said(table, quantities, 'model')}.",
        caption="On held-out digits; SVCCA and PWCCA within the directions that hold 99 % of the variance. By chance: "
        "digits shuffled.",
        label="likeness",
    )

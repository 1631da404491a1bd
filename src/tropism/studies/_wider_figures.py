"""The pictures of the study `wider-layer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers
from tropism.figures.theme import Figure, Palette
from tropism.studies._retrain_parts import SHOWN, TOP
from tropism.studies._wider_tables import NARROW, UNTRAINED, WELL
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

CHANCE = "by chance"
ENDS, WIDEST = (NARROW, UNTRAINED), "trained again, the widest"


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Containment, how many components, what they are worth, dictionaries, and features by importance."""
    found = [_contained(tables["contained"]), _real(tables["networks"]), _worth(tables["components"])]
    if "dictionaries" in tables:
        found.append(_dictionaries(tables["dictionaries"]))
    return found + ([_features(tables["features"])] if "features" in tables else [])


def _told(table: polars.DataFrame) -> polars.DataFrame:
    """The table with rows for drawings: how many times as wide a layer is that was trained again."""
    import polars as pl

    narrow = pl.col("width").min().over("model")
    times = pl.format(
        "trained again, {} ×", (pl.col("width") / narrow).round(1).cast(pl.String).str.replace(".0", "", literal=True)
    )
    again = pl.col("network").str.starts_with("trained again")
    return table.with_columns(row=pl.when(again).then(times).otherwise(pl.col("network")))


def _contained(table: polars.DataFrame) -> Figure:
    table = _told(table)
    quantities = {
        "contained": f"in its first {TOP}",
        "within_twice": f"in its first {2 * TOP}",
        "nested": "found one by one",
        "chance_contained": f"in its first {TOP}, {CHANCE}",
    }
    return dots_figure(
        table,
        panel="model",
        row="row",
        quantities=quantities,
        name="contained",
        title=f"The narrow layer's first {TOP} components: how much of them do other layers hold?",
        alt="A panel a model, a row a layer: trained again with more and more neurons, a new network's, an untrained "
        "one's; marks for how much of the narrow components' space lies in the other's, and how many are found one by "
        f"one. From least to most: {spans_said(table, quantities, 'model')}.",
        caption="Of scores on held-out examples: mean squared cosine of principal angles, and the share that "
        "correlates with one component by more than .9. By chance: examples shuffled. × is the narrow layer's width; a "
        "row is empty where none was trained, and where the gate is shut.",
        label="share",
        across=3,
    )


def _real(table: polars.DataFrame) -> Figure:
    table = _told(table)
    quantities = {"real": "real components", "rank": "dimensions filled"}
    most = float(np.ceil(max(numbers(table, name, "real").max() for name in quantities)))
    return dots_figure(
        table,
        panel="model",
        row="row",
        quantities=quantities,
        name="real",
        title="How many components there are",
        alt="A panel a model, a row a layer; marks for the components with more variance than shuffled neurons have, "
        f"and for the dimensions filled. From least to most: {spans_said(table, quantities, 'model')}.",
        caption="Real: the first that have more variance than 95 % of those of neurons that were shuffled each by "
        "itself; the more neurons there are to share it, the lower that is. Dimensions: the participation ratio of all "
        "variances. × is the narrow layer's width.",
        label="components, or dimensions",
        across=3,
        upto=most,
    )


def _worth(table: polars.DataFrame) -> Figure:
    import polars as pl

    again = pl.col("network").str.starts_with("trained again")
    widest = pl.col("width").filter(again).max().over("model")
    ends = pl.col("network").is_in(ENDS) | (again & (pl.col("width") == widest))
    kept = table.filter(ends)
    panels = groups(kept, "model")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), squeeze=False)[0]
        for axes, (words, part) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.set_xlabel("place by variance")
            axes.set_xticks(range(1, SHOWN + 1))
            for number, (network, own) in enumerate(groups(part, "network")):
                _line(axes, own, "place", "worth", number, network if network in ENDS else WIDEST, palette)
        grid[0].set_ylabel("rise of the loss without it")
        handles, labels = grid[0].get_legend_handles_labels()
        canvas.legend(handles, labels, loc="outside upper left", ncols=3 if len(panels) > 1 else 1)

    first = kept.filter((pl.col("network") == NARROW) & (pl.col("place") == 1))
    return Figure(
        "worth",
        "What components are worth, in the order of their variance",
        "A panel a model: the rise of the loss without a component, against its place in the order of variance; a line "
        "for the narrow layer, the widest and an untrained one. The narrow layer's first is worth, on average: "
        f"{each_said(first, 'worth', 'model')}.",
        "Each dot is a network, lines join means. What lies along the component is set to its mean; the loss is "
        "cross-entropy in nats on held-out digits, or the sum of squares.",
        draw,
        (3.3 * len(panels) + 0.6, 3.7),
    )


def _line(axes: Axes, part: polars.DataFrame, x: str, y: str, number: int, words: str, palette: Palette) -> None:
    places, values = numbers(part, x, "a line"), numbers(part, y, "a line")
    axes.plot(places + 0.12 * (number - 1), values, "o", ms=3.2, mew=0, color=palette.accent(number), alpha=0.6)
    steps = np.unique(places)
    axes.plot(steps, [values[places == step].mean() for step in steps], color=palette.accent(number), label=words)


def _dictionaries(table: polars.DataFrame) -> Figure:
    quantities = {"matched": "matched latents", "chance_matched": CHANCE}
    return dots_figure(
        table,
        panel="model",
        row="pair",
        quantities=quantities,
        name="dictionaries",
        title="Dictionaries of narrow and wide layers",
        alt="A row a pair of dictionaries: two of the narrow layer, two of the wide one, one of each; marks for the "
        f"correlation of matched latents, and by chance: {spans_said(table, quantities, 'model')}.",
        caption="All have as many latents, and as many are on. Live latents are matched on one half of held-out "
        "examples and scored on the other.",
        label="matched correlation",
        across=1,
    )


def _features(table: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = table.filter(pl.col("network") != UNTRAINED)

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for number, (network, own) in enumerate(groups(drawn, "network")):
            _line(axes, own, "feature", "back", number, network, palette)
        axes.axhline(WELL, color=palette.muted, lw=1, ls=":", label="counts as represented")
        axes.set_xlabel("feature, the most important first")
        axes.set_xticks(range(1, 1 + drawn["feature"].n_unique(), 3))
        axes.set_ylabel("share of its variance that comes back")
        axes.set_ylim(min(0.0, float(numbers(drawn, "back", "features").min())), 1.03)
        axes.legend(fontsize="small", loc="lower left")

    return Figure(
        "features",
        "Which features a layer has room for",
        "The share of each feature's variance that comes back, against its place in the order of importance; a line "
        "for the narrow layer, the same width trained again, twice the width, and a new network. Means over features: "
        f"{each_said(drawn, 'back', 'network')}.",
        "Each dot is a network, lines join means. Each feature is .9 times as important as the one before.",
        draw,
    )

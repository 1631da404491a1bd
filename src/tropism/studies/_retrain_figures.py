"""The pictures of the study `retrain-layer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers
from tropism.figures.theme import Figure, Palette
from tropism.studies._retrain_parts import TOP
from tropism.studies._retrain_tables import HALVES, RECALLED, SAME
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

BESIDE = ("retrained", "new", "untrained")
CHANCE = "by chance"


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Components one by one, systems of coordinates, both decompositions, and the truth."""
    found = [_components(tables), _systems(tables["narrow"]), _both(tables)]
    if tables["narrow"]["way"].n_unique() > 1:
        found.append(_ways(tables["narrow"]))
    return found + ([_truth(tables["truth"])] if "truth" in tables else [])


def _components(tables: Mapping[str, polars.DataFrame]) -> Figure:
    import polars as pl

    pca = tables["narrow"].filter((pl.col("way") == "PCA") & (pl.col("system") == "activation"))
    chance = float(pca["chance_diagonal"].drop_nans().mean() or 0.0)  # type: ignore[arg-type]
    drawn = tables["components"].filter(pl.col("pair").is_in(BESIDE))
    panels = groups(drawn, "model")
    trained = drawn.filter(pl.col("pair") == "retrained")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (words, part) in zip(grid, panels, strict=True):
            axes.set_title(words, fontsize="small")
            axes.set_xlabel("place of the component")
            axes.set_xticks(sorted(part["place"].unique()))
            for number, (pair, own) in enumerate(groups(part, "pair")):
                _line(axes, own, number, pair, palette)
            axes.axhline(chance, color=palette.muted, lw=1, ls=":", label=CHANCE)
        grid[0].set_ylim(-0.03, 1.03)
        grid[0].set_ylabel("correlation of scores")
        handles, labels = grid[0].get_legend_handles_labels()
        canvas.legend(handles, labels, loc="outside upper left", ncols=4 if len(panels) > 1 else 2)

    return Figure(
        "components",
        "Principal components, the first beside the first and so on",
        "Panels of the size of the correlation between two networks' principal components of the same place, against "
        "the place, for a layer trained again, a new network and an untrained one. Mean over the first "
        f"{TOP} places after training again: {each_said(trained.filter(pl.col('place') <= TOP), 'own', 'model')}.",
        f"Each dot is a network, {trained['member'].n_unique()} a place and color; lines join their means. Scores are "
        "on examples that no network was trained on; none where the gate is shut. By chance: examples shuffled.",
        draw,
        (3.1 * len(panels) + 0.8, 3.4),
    )


def _line(axes: Axes, part: polars.DataFrame, number: int, words: str, palette: Palette) -> None:
    places, values = numbers(part, "place", "components"), numbers(part, "own", "components")
    axes.plot(places + 0.16 * (number - 1), values, "o", ms=3.6, mew=0, color=palette.accent(number), alpha=0.7)
    steps = np.unique(places)
    seen = [values[(places == step) & np.isfinite(values)] for step in steps]
    means = [each.mean() if len(each) else np.nan for each in seen]
    axes.plot(steps, means, color=palette.accent(number), lw=1.6, label=words)


def _systems(table: polars.DataFrame) -> Figure:
    import polars as pl

    drawn = table.filter((pl.col("way") == "PCA") & (pl.col("pair") == "retrained"))
    quantities = {"diagonal": "same place", "matched": "matched", "block": "in blocks", "chance_matched": CHANCE}
    return dots_figure(
        drawn,
        panel="model",
        row="system",
        quantities=quantities,
        name="systems",
        title="The same components in four systems of coordinates, after the layer was trained again",
        alt="A panel a model, a row a system: raw neurons, pulled back, pushed forward, activations; marks for the "
        f"first {TOP} components by place, matched, in blocks, and matched by chance. From least to most: "
        f"{spans_said(drawn, quantities, 'model')}.",
        caption="Same place and matched: mean size of cosines, or correlations. In blocks: squared principal cosine. "
        "By chance: matched, with neurons or examples of one network shuffled.",
        label="likeness",
        across=3,
    )


def _both(tables: Mapping[str, polars.DataFrame]) -> Figure:
    import polars as pl

    active = pl.col("system") == "activation"
    narrow = tables["narrow"].filter(active & (pl.col("way") == "PCA"))
    narrow = narrow.with_columns(pair=pl.col("pair").replace({HALVES: SAME}))
    latents = tables["dictionaries"].filter(active)
    keys = ["model", "pair", "member"]
    drawn = latents.select(*keys, "matched", "chance_matched").join(
        narrow.select(*keys, narrow="matched", chance_narrow="chance_matched"), on=keys, how="left"
    )
    quantities = {"narrow": "principal components", "matched": "latents", "chance_matched": f"latents, {CHANCE}"}
    return dots_figure(
        drawn,
        panel="model",
        row="pair",
        quantities=quantities,
        name="both",
        title="Narrow and overcomplete: with whom do components, and with whom do latents agree?",
        alt="A panel a model, a row a pair of networks: the same one twice, its layer trained again, a new one, an "
        "untrained one; marks for matched principal components, matched latents, and these by chance. From least to "
        f"most: {spans_said(drawn, quantities, 'model')}.",
        caption=f"Mean correlation on held-out examples: pairs are chosen on one half and scored on the other; the "
        f"first {TOP} components, all live latents. The same network: components found on the other half of the "
        "examples, two dictionaries of other luck.",
        label="matched correlation",
        across=3,
    )


def _ways(table: polars.DataFrame) -> Figure:
    import polars as pl

    of_pairs = table.filter((pl.col("system") == "activation") & pl.col("pair").is_in(BESIDE))
    drawn = of_pairs.pivot(on="pair", index=["model", "way", "member"], values="matched")
    quantities = {pair: pair for pair in BESIDE}
    return dots_figure(
        drawn,
        panel="model",
        row="way",
        quantities=quantities,
        name="ways",
        title="Other narrow decompositions",
        alt="A panel a model, a row a decomposition; marks for the matched correlation with the layer trained again, "
        f"with a new network and with an untrained one. From least to most: {spans_said(drawn, quantities, 'model')}.",
        caption=f"The first {TOP} of each, matched on one half of the examples and scored on the other. By chance: "
        f"{float(of_pairs['chance_matched'].mean() or 0.0):.2f}.",  # type: ignore[arg-type]
        label="matched correlation",
        across=3,
    )


def _truth(table: polars.DataFrame) -> Figure:
    quantities = {"recall": f"found: above {RECALLED:g}", "matched": "mean correlation", "chance_matched": CHANCE}
    return dots_figure(
        table,
        panel="network",
        row="way",
        quantities=quantities,
        name="truth",
        title="Who finds the true features?",
        alt="A panel for base networks, layers trained again, new networks and untrained ones, a row a decomposition; "
        "marks for the share of the 20 true features that one component or latent follows, their mean correlation, and "
        f"that by chance. From least to most: {spans_said(table, quantities, 'network')}.",
        caption="Features and components, or latents, are paired one to one on one half of the examples and scored on "
        "the other; a feature without a partner counts as zero. By chance: of other examples.",
        label="share, or correlation",
    )

"""The pictures of the study `frames`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import counted, groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._frames_runs import DIMS, MANY
from tropism.studies._frames_used_figures import decoding_figure, room_figure
from tropism.subjects.generalization.figures.spoken import each_said

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

LOOKS = {"rms_over_welch": "rms over Welch", "mean": "mean |cos|", "most": "largest |cos|",
         "orthogonal": "orthogonal pairs"}  # fmt: skip


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Frames beside references, dimensionalities, components, sets, decoding, and the second stage."""
    found = [_looks(tables), _dimensionality(tables["drawn-dimensionality"]), _components(tables["thresholds"])]
    if "groups-overlaps" in tables:
        found.append(_groups(tables["groups-overlaps"]))
    decoded = tables["decoding-found"]
    return [
        *found,
        decoding_figure(decoded, "recall", "decoding-average", "How many of the features that are on are found again"),
        decoding_figure(decoded, "worst", "decoding-worst", "The same for the tenth of sets that fare worst"),
        *([room_figure(tables["room-shares"])] if "room-shares" in tables else []),
    ]


def _looks(tables: Mapping[str, polars.DataFrame]) -> Figure:
    """Every frame a dot: what is the same for all kinds, and what is not."""
    import polars as pl

    asked = list(LOOKS)
    references = tables["references"].filter(pl.col("count") == MANY).select("kind", *asked)
    learned = tables["frames"].filter(pl.col("of") == "independent").sort("density", descending=True)
    drawn = pl.concat([references, learned.select(pl.format("learned, p = {}", "density").alias("kind"), *asked)])
    rows = [name for name, _ in groups(drawn, "kind")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(1, len(asked), sharey=True)
        for axes, column in zip(panels, asked, strict=True):
            for place, (name, part) in enumerate(groups(drawn, "kind")):
                color = palette.accent(0) if name.startswith("learned") else palette.muted
                axes.plot(part[column], [-place] * part.height, "o", ms=5, mew=0, alpha=0.6, color=color)
            axes.set_title(LOOKS[column], fontsize="small")
            axes.set_xlim(*((0.95, None) if column == "rms_over_welch" else (-0.03, None)))
            axes.grid(axis="y", visible=False)
        panels[0].axvline(1, color=palette.muted, lw=0.8, ls="--")
        panels[0].set_yticks([-place for place in range(len(rows))], rows)
        panels[0].tick_params(axis="y", labelcolor=palette.ink)

    said = "; ".join(f"{words}: {each_said(drawn, column, 'kind')}" for column, words in LOOKS.items())
    return Figure(
        "looks",
        "What tells frames apart, and what does not",
        f"Four panels, a row a kind of frame, reference frames above learned ones. On average, {said}.",
        f"A dot a frame: reference frames of 60 directions in {DIMS} dimensions (gray), and networks "
        f"({counted(learned, ['density'])} of each density). Dashed: Welch's bound, the least there can be. Tegum "
        "products are of polygons, and of spread figures in three dimensions and in four. Orthogonal: |cos| below .05.",
        draw,
        (8.6, 0.33 * len(rows) + 1.2),
    )


def _dimensionality(table: polars.DataFrame) -> Figure:
    parts, networks = groups(table.sort("density", descending=True), "density"), table.unique(["density", "member"])

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(parts), sharey=True, squeeze=False)[0]
        for axes, (density, part) in zip(grid, parts, strict=True):
            axes.axhline(0.5, color=palette.muted, lw=0.8, ls="--")
            axes.axhline(DIMS / MANY, color=palette.muted, lw=0.8, ls=":")
            axes.hist(part["dimensionality"], bins=np.linspace(-0.01, 0.71, 37).tolist(),
                      orientation="horizontal", color=palette.accent(0))  # fmt: skip
            axes.set_xlabel("features", fontsize="small")
            axes.set_title(f"p = {density}", fontsize="small")
            axes.set_xticks([])
            axes.set_ylim(0, 0.7)
        grid[0].set_ylabel("dimensions a feature has")

    return Figure(
        "dimensionality",
        "How much of a dimension each feature has",
        "Sideways histograms, one for each probability of being on, with the heights 1/2 and 1/5 marked. On average: "
        f"{each_said(table.sort('density', descending=True), 'dimensionality', 'density')}.",
        f"Features that are kept, of {counted(networks, ['density'])} networks each. Dashed: 1/2, as of antipodal "
        f"pairs; dotted: {DIMS}/{MANY}, as where all {MANY} share alike.",
        draw,
        (1.15 * len(parts) + 1.0, 3.2),
    )


def _components(table: polars.DataFrame) -> Figure:
    ordered = table.sort("density", descending=True)

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.set_yscale("log")
        for place, (density, part) in enumerate(groups(ordered, "density")):
            shift = 1.03 ** (place - 2.5)
            axes.plot(part["threshold"] * shift, part["components"], "o", ms=5, mew=0, alpha=0.7,
                      color=palette.accent(place), label=f"p = {density}")  # fmt: skip
        axes.set_xscale("log")
        ticks = sorted(table["threshold"].unique().to_list())
        axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
        axes.set_yticks([1, 2, 6, 12, 24, 60], ["1", "2", "6", "12", "24", "60"])
        axes.minorticks_off()
        axes.set_xlabel("|cos| from which two hang together")
        axes.set_ylabel("components")
        canvas.legend(loc="outside right upper", labelcolor="linecolor")

    said = "; ".join(
        f"at {name}: {each_said(part, 'components', 'density')}" for name, part in groups(ordered, "threshold")
    )
    return Figure(
        "components",
        "In how many pieces learned frames fall, by threshold",
        f"Dots in columns, a column a threshold and a color a probability of being on. On average, {said}.",
        f"A dot a network, {counted(table, ['threshold', 'density'])} each; moved sideways a little, so that none "
        "hides another.",
        draw,
        (6.4, 3.4),
    )


def _groups(table: polars.DataFrame) -> Figure:
    import polars as pl

    asked = {"within_signed": "cosine within sets", "within": "|cos| within sets", "between": "|cos| between sets"}
    rows = [name for name, _ in groups(table, "of")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(1, len(asked), sharey=True)
        for axes, (column, words) in zip(panels, asked.items(), strict=True):
            for place, (_, part) in enumerate(groups(table, "of")):
                height = [-place] * part.height
                axes.plot(part[f"{column}_independent"], [each - 0.2 for each in height], "D", ms=5, mew=0, alpha=0.6,
                          color=palette.muted)  # fmt: skip
                axes.plot(part[column], height, "o", ms=6, mew=0, alpha=0.7, color=palette.accent(0))
            axes.set_title(words, fontsize="small")
            axes.set_xlim(*((-1.05, 0.4) if "signed" in column else (-0.03, 1.03)))
            axes.grid(axis="y", visible=False)
        panels[0].set_yticks([-place for place in range(len(rows))], rows)
        panels[0].tick_params(axis="y", labelcolor=palette.ink)

    told = table.with_columns(within_signed_independent=pl.col("within_signed_independent").cast(pl.Float64))
    said = "; ".join(f"{words}: {each_said(told, column, 'of')}" for column, words in asked.items())
    return Figure(
        "groups-overlaps",
        "How features of one set lie to each other",
        "Three panels, a row a kind of sets; dots for networks, diamonds for independent features. On average, "
        f"{said}.",
        f"{table['member'].n_unique()} networks each, 24 or 60 features in {DIMS} dimensions. Gray diamonds: "
        "independent features of the same frequency, asked for the same sets.",
        draw,
        (8.2, 0.5 * len(rows) + 1.2),
    )

"""The pictures of the study `narrow-methods`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._known_truth_marks import bands, key_below, tiles
from tropism.studies._narrow_layers import SHARED

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

METHODS = {
    "PCA": "PCA", "SVD": "SVD", "ICA": "ICA", "varimax": "varimax\nscores", "varimax of loadings": "varimax\nloadings",
    "quartimax of loadings": "quartimax\nloadings", "NMF": "NMF", "turned": "by lot:\nturned",
    "mixed": "by lot:\nmixed", "random": "by lot:\nrandom",
}  # fmt: skip
MEANS = {"none": "no mean added", "large": "mean of length 3 added"}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """All methods by all data; what a mean does; fewer of more; two layers; what is left."""
    return [
        _regimes(tables["matched"]),
        _means(tables["means"]),
        _layers(tables["layers"], tables["independent"]),
        *([_remaining(tables["remaining"])] if "remaining" in tables else []),
        _nested(tables["nested"]),
    ]


def _seeds(table: polars.DataFrame) -> str:
    return f"{table['member'].n_unique()} seeds"


def _regimes(table: polars.DataFrame) -> Figure:
    import polars as pl

    named = table.with_columns(row=pl.format("{}, {}, {}", "frame", "variances", "law"))
    rows = list(dict.fromkeys(named["row"].to_list()))
    present = [name for name in METHODS if name in table.columns]
    found = {
        words: np.array([[_mean_of(named, row, mean, name) for name in present] for row in rows])
        for mean, words in MEANS.items()
    }

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharey=True)
        for axes, (words, values) in zip(grid, found.items(), strict=True):
            tiles(axes, values, palette, low=0.2, high=1.0)
            axes.set_title(words)
            axes.set_xticks(range(len(present)), [METHODS[name] for name in present], rotation=90)
            for edge in (len(present) - 3.5,):
                axes.axvline(edge, color=palette.ink, lw=1.2)
            for edge in range(3, len(rows), 3):
                axes.axhline(edge - 0.5, color=palette.muted, lw=0.8)
        grid[0].set_yticks(range(len(rows)), rows)

    return Figure(
        "regimes",
        "How near each method comes to the features, by kinds of data",
        "Two tables of colored cells, without and with a mean; a row a kind of data, a column a method. "
        f"{_told(found)} Only cells near 1 mean that the features were found.",
        f"Mean matched cosine with the features over {_seeds(table)}. Right of the line stand levels by chance: turned "
        "by lot in the true subspace, mixed components, directions anywhere. Empty: NMF refuses negative numbers, and "
        "a mean is added to none of the data that have no negative ones.",
        draw,
        (11.5, 6.4),
    )


def _mean_of(table: polars.DataFrame, row: str, mean: str, column: str) -> float:
    part = table.filter(row=row, mean=mean)[column].drop_nulls()
    return float(np.mean(part.to_numpy())) if len(part) else float("nan")


def _told(found: Mapping[str, np.ndarray]) -> str:
    """From where to where each panel's methods reach, in words."""
    spans = [f"{words}: from {np.nanmin(each):.2f} to {np.nanmax(each):.2f}" for words, each in found.items()]
    return f"Cells reach, {'; '.join(spans)}."


def _means(table: polars.DataFrame) -> Figure:
    lines = {
        "svd_first": "SVD's first direction with the mean",
        "svd_place": "SVD's i-th with the i-th feature",
        "svd_later": "SVD's next with the i-th feature",
        "pca_place": "PCA's i-th with the i-th feature",
        "pca_first": "PCA's first direction with the mean",
    }

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        bands(axes, table, "length", lines, palette)
        chance = float(np.mean(table["random"].to_numpy()))
        axes.axhline(chance, color=palette.muted, ls=":", lw=1.4, label="any direction with the mean")
        axes.set_xscale("log")
        axes.set_xticks([0.25, 0.5, 1, 2, 3, 5, 10], [".25", ".5", "1", "2", "3", "5", "10"])
        axes.minorticks_off()
        axes.set_ylim(-0.02, 1.03)
        axes.set_xlabel("length of the mean; the strongest feature's deviation is 2")
        axes.set_ylabel("cosine")
        key_below(canvas, axes, 1)

    ends = ", ".join(f"{words}: {_ends(table, 'length', column)}" for column, words in lines.items())
    return Figure(
        "means",
        "What a mean does to the order of components",
        f"Five lines against the length of an added mean. From the shortest to the longest: {ends}. SVD's lines cross; "
        "PCA's do not move.",
        f"Orthonormal Gaussian features of distinct variances. Mean of {_seeds(table)}, with its 95 % bootstrap "
        "interval.",
        draw,
        (6.4, 5.4),
    )


def _ends(table: polars.DataFrame, across: str, column: str) -> str:
    """A column's mean at the first place and at the last."""
    ordered = table.sort(across)
    means = [float(np.mean(ordered.filter(ordered[across] == at)[column].to_numpy())) for at in
             (ordered[across][0], ordered[across][-1])]  # fmt: skip
    return f"{means[0]:.2f} to {means[1]:.2f}"


def _layers(layers: polars.DataFrame, independent: polars.DataFrame) -> Figure:
    import polars as pl

    counted = layers.with_columns(share=pl.col("sum") / SHARED, luck=pl.col("sum_luck") / SHARED)
    lines = {
        "share": f"Σρ / {SHARED} (SVCCA)", "cka": "linear CKA", "luck": f"Σρ / {SHARED}, rows shuffled",
        "cka_luck": "CKA, rows shuffled",
    }  # fmt: skip
    scores = {"mean": "SVCCA, mean ρ", "mean_luck": "SVCCA, rows shuffled", "cka": "CKA", "cka_luck": "CKA, shuffled"}

    def draw(canvas: Canvas, palette: Palette) -> None:
        left, right = canvas.subplots(1, 2, width_ratios=(3, 2))
        bands(left, counted, "private", lines, palette, styles=("-", "-", ":", ":"))
        left.set_xscale("log")
        ticks = sorted(set(layers["private"].to_list()))
        left.set_xticks(ticks, [f"{each:g}" for each in ticks])
        left.minorticks_off()
        left.set_xlabel("deviation of private dimensions (shared: 1)")
        left.set_ylabel("score")
        left.set_ylim(-0.03, 1.1)
        left.set_title("two layers that share six dimensions")
        _bars(right, independent, scores, palette)
        right.set_title("two that share nothing")
        key_below(canvas, left, 3, every=(right,))

    many = ", ".join(f"{words}: {_ends(counted, 'private', column)}" for column, words in lines.items())
    return Figure(
        "layers",
        "SVCCA counts shared dimensions, CKA measures shared variance",
        f"Left: lines against the deviation of what layers do not share. From least to most: {many}. Right: dots for "
        f"independent data of 200 and of 6,000 examples, {_told_luck(independent)}; shuffled rows lie beside them.",
        f"Mean of {_seeds(layers)}, with its 95 % bootstrap interval; right, a dot a seed. Each layer has four private "
        "dimensions; 99 % of the variance is kept, which at the right end leaves shared dimensions out.",
        draw,
        (9.6, 4.8),
    )


def _told_luck(table: polars.DataFrame) -> str:
    parts = groups(table, "examples")
    return ", ".join(f"mean correlation of {count} ({np.mean(part['mean'].to_numpy()):.2f})" for count, part in parts)


def _bars(axes: Axes, table: polars.DataFrame, scores: Mapping[str, str], palette: Palette) -> None:
    """Dots of independent data, a row a score; open ones for shuffled rows."""
    heights = {name: -place for place, name in enumerate(scores)}
    for place, (count, part) in enumerate(groups(table, "examples")):
        words = f"right: {int(count):,} examples"
        for name, height in heights.items():
            values, at = part[name].to_numpy(), height + 0.12 - 0.24 * place
            axes.plot(values, np.full(len(values), at), ls="", marker="os"[place], ms=6, color=palette.accent(place),
                      alpha=0.8, mew=0, label=words)  # fmt: skip
    axes.set_yticks(list(heights.values()), list(scores.values()))
    axes.set_ylim(-len(scores) + 0.5, 0.5)
    axes.set_xlim(-0.02, 0.45)
    axes.set_xlabel("score")
    axes.grid(axis="y", visible=False)


def _remaining(table: polars.DataFrame) -> Figure:
    ways = list(dict.fromkeys(table["way"].to_list()))
    kinds = groups(table, "kind")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(kinds), sharex=True, sharey=True)
        for axes, (words, part) in zip(grid, kinds, strict=True):
            axes.set_title(words)
            for place, way in enumerate(ways):
                own = part.filter(way=way)
                for column, mark, color in (("lot", "|", palette.muted), ("matched", "o", palette.accent(0))):
                    values = own[column].to_numpy()
                    axes.plot(values, np.full(len(values), -place), ls="", marker=mark, ms=11 if mark == "|" else 6.5,
                              mew=1.6 if mark == "|" else 0, color=color, alpha=0.8, clip_on=False,
                              label="as many directions by lot" if column == "lot" else "found")  # fmt: skip
            axes.set_xlim(0.35, 1.0)
            axes.grid(axis="y", visible=False)
            axes.set_xlabel("matched cosine")
        grid[0].set_yticks([-place for place in range(len(ways))], ways)
        grid[0].set_ylim(0.5 - len(ways), 0.5)
        key_below(canvas, grid[0], 2)

    said = "; ".join(f"{words}: {_means_said(part)}" for words, part in kinds)
    return Figure(
        "remaining",
        "Directions in the subspace that the strongest components leave",
        f"Three panels, by what the weaker features are; a row a way to choose directions, dots for seeds, bars for "
        f"chance. Mean matched cosines: {said}.",
        f"A dot a seed of {_seeds(table)}; bars: as many directions by lot. Four strong features were taken off by "
        "PCA; cosines are with what features have in the subspace that is left.",
        draw,
        (10.2, 3.8),
    )


def _means_said(table: polars.DataFrame) -> str:
    means = ((way, *(float(np.mean(part[name].to_numpy())) for name in ("matched", "lot"))) for way, part in
             groups(table, "way"))  # fmt: skip
    return ", ".join(f"{way} ({found:.2f}, lot {by_lot:.2f})" for way, found, by_lot in means)


def _nested(table: polars.DataFrame) -> Figure:
    import polars as pl

    kinds = groups(table, "data")
    ways = list(dict.fromkeys(table["method"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(kinds), sharex=True, sharey=True)
        ranks = sorted(set(table["rank"].to_list()))
        for axes, (words, part) in zip(grid, kinds, strict=True):
            axes.set_title(words)
            for place, way in enumerate(ways):
                own = part.filter(method=way)
                if own.height:
                    bands(axes, own.with_columns(pl.col("first").alias(way)), "rank", {way: way}, palette, first=place)
            lots = [float(np.mean(part.filter(rank=rank)["lot"].to_numpy())) for rank in ranks]
            axes.plot(ranks, lots, ls=":", color=palette.muted, marker="_", label="by lot")
            axes.set_xticks(ranks, list(map(str, ranks)))
            axes.set_xlabel("components of the smaller fit")
            axes.set_ylim(0.2, 1.03)
        grid[0].set_ylabel("cosine with the first of eight")
        key_below(canvas, grid[-1], 6, every=grid)

    said = "; ".join(
        f"{words}: "
        + ", ".join(f"{way} ({np.mean(own['first'].to_numpy()):.2f})" for way, own in groups(part, "method"))
        for words, part in kinds
    )
    return Figure(
        "nested",
        "Whether fewer components are the first of more",
        f"Three panels, by kinds of data; a line a method against the number of components. Means: {said}. One means "
        "that the smaller fit is contained in the larger.",
        f"Matched cosine of a smaller fit's components with as many first ones of a fit of eight; mean of "
        f"{_seeds(table)}, with its 95 % bootstrap interval. PCA and SVD lie on one line. Dotted: as many of "
        "eight by lot.",
        draw,
        (9.6, 3.9),
    )

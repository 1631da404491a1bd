"""The pictures of the study `causal-features`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._causal_features_cases import FAMILIES
from tropism.studies._causal_features_tables import DESTROYED, QUIET, TWO_MODES
from tropism.subjects.generalization.figures.spoken import spoken

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Effects, families, classes, and the toy networks."""
    directions = tables["drawn-directions"]
    return [
        _effects(tables["drawn-effects"]),
        _modes(directions),
        _quiet(directions),
        _classes(tables["drawn-classes"]),
        _toy(tables["drawn-toy"]),
        _overlap(tables["drawn-toy"]),
    ]


def _effects(table: polars.DataFrame) -> Figure:
    panels = groups(table, "direction")
    edges = np.linspace(-2, 20, 45)
    lines = 1 if len(panels) < 4 else 2
    across = len(panels) // lines

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(lines, across, sharex=True, sharey=True, squeeze=False)
        for axes, (words, part) in zip(grid.ravel(), panels, strict=True):
            held = np.clip(part["effect"].to_numpy(), edges[0], edges[-1])
            axes.hist(held, edges, color=palette.accent(0))
            axes.axvline(DESTROYED, color=palette.ink, lw=1, ls="--")
            axes.set_yscale("log")
            axes.set_title(words, fontsize="small")
        for axes in grid[-1]:
            axes.set_xlabel("effect, nats")
        for axes in grid[:, 0]:
            axes.set_ylabel("digits")

    said = "; ".join(f"{words} {spoken(float((part['effect'] > DESTROYED).mean()))}" for words, part in panels)  # type: ignore[arg-type]
    return Figure(
        "effects",
        "What each digit loses when a direction is ablated",
        "Histograms with logarithmic counts of what digits lose, with a dashed line at one nat. Shares of digits "
        f"beyond it: {said}.",
        f"One network, {panels[0][1].height} digits that were not trained on, mean-ablation. Of the classes' means "
        "the one whose effects are most bimodal. Dashed: destroyed beyond. The first and the last bar hold what lies "
        "beyond them.",
        draw,
        (3.4 * across, 2.4 * lines),
    )


def _of_means(directions: polars.DataFrame, data: str) -> list[tuple[str, polars.DataFrame]]:
    """The directions of one kind of network, mean-ablated, by family in their order."""
    import polars as pl

    own = directions.filter((pl.col("data") == data) & (pl.col("ablation") == "mean"))
    found = dict(groups(own, "family"))
    return [(family, found[family]) for family in FAMILIES if family in found]


def _modes(directions: polars.DataFrame) -> Figure:
    kinds = [data for data in ("digits", "recall") if data in directions["data"].to_list()]
    families = {data: _of_means(directions, data) for data in kinds}
    rows = [(data, family, part) for data in kinds for family, part in families[data]]

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, (_, _, part) in enumerate(rows):
            values = part["bimodality"].to_numpy()
            called = part["called"].to_numpy() > 0
            jitter = np.random.default_rng(place).uniform(-0.28, 0.28, len(values))
            for chosen, fill in ((called, palette.accent(0)), (~called, "none")):
                axes.scatter(values[chosen], jitter[chosen] - place, s=14, facecolors=fill,
                             edgecolors=palette.accent(0), linewidths=0.7, alpha=0.8)  # fmt: skip
        axes.axvline(TWO_MODES, color=palette.ink, lw=1, ls="--")
        axes.set_yticks([-place for place in range(len(rows))], [f"{data}: {family}" for data, family, _ in rows])
        axes.tick_params(axis="y", labelcolor=palette.ink)
        axes.set_xlim(0, 1)
        axes.set_xlabel("bimodality of effects")
        axes.grid(axis="y", visible=False)

    said = "; ".join(
        f"{data}, {family} {spoken(_mean(part, 'bimodality'))}, {spoken(_mean(part, 'called'))}"
        for data, family, part in rows
    )
    return Figure(
        "modes",
        "Which directions cut the examples in two?",
        "A row of dots for each family of directions, between 0 and 1, with a dashed line at five ninths; dots of "
        f"directions that are called a feature are filled. Mean bimodality, and share called a feature: {said}.",
        f"A dot a direction, of {_counted(directions)}; mean-ablation. Filled: called a feature, for which .02 to .5 "
        "of the examples must also be destroyed and others be left alone. Dashed: 5/9. By lot is the level by chance.",
        draw,
        (6.8, 1.2 + 0.5 * len(rows)),
    )


def _mean(part: polars.DataFrame, column: str) -> float:
    return float(np.nanmean(part[column].to_numpy()))


def _counted(directions: polars.DataFrame) -> str:
    return " and ".join(f"{part['member'].n_unique()} networks of {data}" for data, part in groups(directions, "data"))


def _quiet(directions: polars.DataFrame) -> Figure:
    families = _of_means(directions, "digits")

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, (family, part) in enumerate(families):
            axes.scatter(part["share"].to_numpy(), part["outside"].to_numpy(), s=20, marker="os^Dv"[place],
                         color=palette.accent(place), alpha=0.65, linewidths=0, label=family)  # fmt: skip
        axes.axhline(QUIET, color=palette.ink, lw=1, ls="--")
        axes.axvline(0.02, color=palette.ink, lw=1, ls=":")
        axes.set_xscale("symlog", linthresh=0.01)
        axes.set_xticks([0, 0.01, 0.1, 0.5], ["0", ".01", ".1", ".5"])
        axes.minorticks_off()
        axes.set_xlim(-0.001, 0.6)
        axes.set_xlabel("share of digits destroyed")
        axes.set_ylabel("mean effect on the others, nats")
        canvas.legend(loc="outside upper left", ncols=3, handletextpad=0.3)

    said = "; ".join(
        f"{family} {spoken(_mean(part, 'share'))}, {spoken(_mean(part, 'outside'))}" for family, part in families
    )
    return Figure(
        "quiet",
        "How much a direction destroys, and how well it leaves others alone",
        "Dots by family: the share of digits destroyed against the mean effect on the others, with a dashed line at "
        f".05 nats and a dotted one at .02 of the digits. Means: {said}.",
        f"A dot a direction, of {families[0][1]['member'].n_unique()} networks of digits; mean-ablation. What is "
        "called a feature lies right of the dotted line and below the dashed one, and its effects have two modes.",
        draw,
        (6.4, 4.4),
    )


def _classes(table: polars.DataFrame) -> Figure:
    import polars as pl

    first = table.filter(pl.col("member") == 0)
    panels = [(family, _square(part)) for family, part in groups(first, "family")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        from matplotlib.colors import LinearSegmentedColormap

        colors = LinearSegmentedColormap.from_list("share", [palette.surface, palette.accent(0)])
        grid = canvas.subplots(1, len(panels), squeeze=False)[0]
        drawn = None
        for axes, (family, square) in zip(grid, panels, strict=True):
            drawn = axes.imshow(square, cmap=colors, vmin=0, vmax=1, aspect="equal")
            axes.set_title(family, fontsize="small")
            axes.set_xticks(range(square.shape[1]))
            axes.set_yticks(range(square.shape[0]))
            axes.set_xlabel("digit")
            axes.grid(visible=False)
        grid[0].set_ylabel("direction")
        assert drawn is not None, "there are two families"
        canvas.colorbar(drawn, ax=list(grid), shrink=0.8, label="share destroyed")

    said = "; ".join(
        f"{family}: " + ", ".join(str(int((row > 0.5).sum())) for row in square) for family, square in panels
    )
    return Figure(
        "classes",
        "Which digits each direction destroys",
        "Two maps of shares from 0 to 1, a row a direction and a column a digit. How many digits lose more than half "
        f"of their pictures, row by row: {said}.",
        "One network, mean-ablation; pictures that were not trained on. Components are numbered from the first, class "
        "means by their class.",
        draw,
        (6.8, 3.6),
    )


def _square(part: polars.DataFrame) -> np.ndarray:
    return part.sort("number", "label")["destroyed"].to_numpy().reshape(part["number"].n_unique(), -1)


def _toy(table: polars.DataFrame) -> Figure:
    import polars as pl

    means = table.group_by("density", "member", "family").agg(pl.col("bimodality").fill_nan(None).mean())
    kinds = ("true feature", "by lot")

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, family in enumerate(kinds):
            own = means.filter(pl.col("family") == family)
            x = own["density"].to_numpy() * (1.06 if place else 0.94)
            axes.scatter(x, own["bimodality"].to_numpy(), s=26, marker="os"[place], color=palette.accent(place),
                         linewidths=0, alpha=0.8, label=family)  # fmt: skip
        axes.axhline(TWO_MODES, color=palette.ink, lw=1, ls="--")
        axes.set_xscale("log")
        densities = sorted(set(means["density"].to_list()))
        axes.set_xticks(densities, [f"{each:g}" for each in densities])
        axes.minorticks_off()
        axes.set_ylim(0, 1)
        axes.set_xlabel("how often a feature was on in training")
        axes.set_ylabel("bimodality of effects")
        axes.legend(loc="lower right")

    said = _by_density(means, "bimodality", kinds)
    return Figure(
        "toy",
        "Where features share dimensions, does ablation tell true ones?",
        "Dots against the density of features in training, on a logarithmic axis: true features and directions by lot, "
        f"with a dashed line at five ninths. Means, from rare to frequent: {said}.",
        f"A dot a network, the mean over its directions; {_seeds(table)} a density. Dashed: 5/9.",
        draw,
        (6.4, 3.8),
    )


def _seeds(table: polars.DataFrame) -> str:
    return f"{table['seed'].n_unique()} networks"


def _by_density(table: polars.DataFrame, column: str, families: Sequence[str]) -> str:
    import polars as pl

    said = []
    for family in families:
        own = table.filter(pl.col("family") == family).group_by("density").agg(pl.col(column).mean()).sort("density")
        numbers = ", ".join(f"{spoken(value)} at {density:g}" for density, value in own.iter_rows())
        said.append(f"{family} {numbers}")
    return "; ".join(said)


def _overlap(table: polars.DataFrame) -> Figure:
    import polars as pl

    known = table.filter(pl.col("family") == "true feature")
    densities = sorted(set(known["density"].to_list()), reverse=True)

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, density in enumerate(densities):
            _dots(axes, known.filter(pl.col("density") == density), f"{density:g}", place, palette)
        axes.set_xlabel("overlap with other features, sum of squared cosines")
        axes.set_ylabel("damage: loss of others, over own")
        axes.legend(title="density", loc="upper left")

    means = known.group_by("density", "family").agg(pl.col("damage").fill_nan(None).mean())
    return Figure(
        "overlap",
        "What ablating a feature costs others, by its overlap with them",
        "Dots by the density of features in training: the sum of squared cosines with other features, against what "
        "examples without the feature lose over what those with it lose. Mean damage: "
        f"{_by_density(means, 'damage', ('true feature',))}.",
        f"A dot a feature of length above .5, of {_seeds(table)} a density; all are asked the same examples.",
        draw,
        (6.4, 4.0),
    )


def _dots(axes: Axes, part: polars.DataFrame, words: str, place: int, palette: Palette) -> None:
    axes.scatter(part["overlap"].to_numpy(), part["damage"].to_numpy(), s=18, marker="os^Dv"[place],
                 color=palette.accent(place), alpha=0.65, linewidths=0, label=words)  # fmt: skip

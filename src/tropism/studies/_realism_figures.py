"""The pictures of the study `realism`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._realism_measures import VIEWS
from tropism.studies._realism_runs import SLIDERS
from tropism.studies._swept_figures import Line, Panel, line, swept_figure

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas

WORDS = {name: f"by {name}" for name in VIEWS}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Spectra, numbers of each source, who is told from whom, and what sliders do."""
    return [
        _spectra(tables["drawn-spectra"]),
        _numbers(tables["statistics"]),
        _areas(tables["classifier"]),
        *(_sliders(tables["sliders"], tables["classifier"], view) for view in ("spectrum", "shape")),
    ]


def _spectra(drawn: polars.DataFrame) -> Figure:
    found = [(kind, groups(part, "source")) for kind, part in groups(drawn, "kind")]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharey=True)
        for axes, (kind, parts) in zip(grid, found, strict=True):
            for place, (name, part) in enumerate(parts):
                shape = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))[place % 5]
                axes.plot(part["component"], part["held"], color=palette.accent(place), ls=shape, lw=1.8, label=name)
            axes.set_title("trained networks" if kind == "network" else "data of known truth", fontsize="small")
            axes.set_xlabel("principal components, largest first")
            axes.set_ylim(0, 1.02)
            axes.legend(loc="lower right", fontsize="small")
        grid[0].set_ylabel("share of the variance held")

    return Figure(
        "spectra",
        "How much of the variance the largest principal components hold",
        "Two panels of the share of variance against the number of components, a line for each kind of network on the "
        "left and each data set on the right.",
        f"Means over networks, or worlds; {len(found[0][1])} kinds of networks of width 32.",
        draw,
        (7.4, 3.4),
    )


def _numbers(statistics: polars.DataFrame) -> Figure:
    def one(column: str, words: str) -> Line:
        return line(statistics, "source", column, words, joined=False)

    panels = [
        Panel("effective rank", (one("rank", "networks and data"),), "share of the width"),
        Panel("largest component", (one("first", "networks and data"),), "share of the variance"),
        Panel("tails of principal scores", (one("kurtosis_scores", "networks and data"),
              line(statistics, "source", "kurtosis_scores_gaussian", "Gaussian, same covariance", plain=True)),
              "excess kurtosis"),
        Panel("tails of coordinates", (one("kurtosis_coordinates", "networks and data"),
              line(statistics, "source", "kurtosis_random", "random directions", joined=False)), "excess kurtosis"),
        Panel("mean", (one("mean", "networks and data"),), "length over spread", 0.0),
        Panel("lengths about the mean", (one("norms", "networks and data"),
              line(statistics, "source", "norms_gaussian", "Gaussian, same covariance", plain=True)),
              "deviation over mean"),
    ]  # fmt: skip
    return swept_figure(
        panels,
        name="statistics",
        title="Spectrum, tails, mean and lengths of each source",
        alt="Six panels with a column of marks for each kind of network and each data set: effective rank, the largest "
        "component's share of the variance, excess kurtosis of principal scores and of coordinates, the mean's length "
        "over the spread, and how lengths vary; dashed, Gaussian examples of the same covariance.",
        caption="Kurtosis: the median over directions; of principal scores those that hold the first 95 %.",
        x_label="",
        across=3,
    )


def _areas(areas: polars.DataFrame) -> Figure:
    panels = []
    for network, part in groups(areas, "network"):
        lines = tuple(line(part.filter(view=view), "other", "area", WORDS[view], joined=False) for view in VIEWS)
        panels.append(Panel(network, lines, "area under the curve", 0.5))
    return swept_figure(
        panels,
        name="classifier",
        title="How well a classifier tells activations of a network from others",
        alt="A panel a kind of network: the cross-validated area under the curve against each data set, a Gaussian "
        "twin, another network of the kind, and the other half of the same sample, by what the classifier sees; "
        "dotted, chance at one half.",
        caption="Dotted: chance, .5. Gaussian twin: Gaussian with the network's mean and covariance.",
        x_label="told from",
    )


def _sliders(moved: polars.DataFrame, areas: polars.DataFrame, view: str) -> Figure:
    import polars as pl

    panels = []
    for network, part in groups(moved.filter(view=view), "network"):
        first = part.row(0, named=True)
        start = part.filter(slider=first["slider"], level=first["level"])
        begun = start.with_columns(area=pl.col("base"), level=pl.lit(0))
        lines = []
        for slider in SLIDERS:
            if len(each := part.filter(slider=slider).sort("level")):
                both = pl.concat([one.select("level", "area") for one in (begun.cast({"level": pl.Int64}), each)])
                lines.append(line(both, "level", "area", slider))
        lines.append(line(part.filter(slider="all together"), "level", "area", "all together", joined=False))
        same = areas.filter(network=network, view=view, other="another network")
        level = float(same["area"].to_numpy().mean())
        at = tuple(dict.fromkeys(place for each in lines for place in each.at))
        flat = line(same, "other", "area", "another network of the kind", plain=True)
        lines.append(Line(flat.words, at, flat.values * len(at), plain=True))
        panels.append(Panel(f"{network} (another: {level:.2f})", tuple(lines), "area under the curve", 0.5))
    return swept_figure(
        panels,
        name="sliders-" + view.replace(" ", "-"),
        title=f"What sliders of synthetic data do to the classifier, by {view}",
        alt=f"A panel a kind of network: the area under the curve, by {view}, against how far a slider is moved from "
        "SL-32, a line a slider, one mark for all of them together; dashed, another network of the kind; dotted, "
        "chance.",
        caption="Levels 1 to 3: offset .75, 1.5, 3; correlations' scale .2, .35, .5; 2, 4, 8 dense directions; "
        "frequencies as i^−.4, −.8, −1.2; noise .05, .1, .3 a dimension. Level 0 is SL-32. The mean is "
        "taken off here, so that an offset changes nothing.",
        x_label="level",
    )

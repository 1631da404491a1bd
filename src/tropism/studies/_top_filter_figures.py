"""The pictures of the study `top-filter`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import end_labels, groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._top_filter_runs import FEATURES
from tropism.studies._top_filter_tables import CLOSED
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import each_said, spans_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

STARTS = {"aligned": "aligned start: what can be expressed", "random": "random start: what is found"}
ORDER = ("ReLU", "top 1", "top 3", "top 4", "top 6")
"""Filters in the order of their colors, the same in every picture."""
LEAST = 1e-4
"""Gaps below this are drawn at it: the axis is logarithmic."""


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """R², gaps, neurons, other ways to the filter of four, and the linear control."""
    networks = tables["networks"]
    found = [_r2(networks), _gaps(networks), _neurons(networks)]
    if "narrowed" in tables:
        found.append(_ways(tables))
    if "linear" in tables:
        found.append(_linear(tables["linear"]))
    return found


def _r2(networks: polars.DataFrame) -> Figure:
    def draw(canvas: Canvas, palette: Palette) -> None:
        for axes, (start, part) in zip(_panels(canvas, networks), groups(networks, "start"), strict=True):
            _lines(axes, part, "r2", palette)
            for name, own in groups(part, "filter"):
                axes.axhline(float(own["cap"][0]), color=_color(name, palette), lw=1.0, ls=":")
            _finish(axes, part, palette, STARTS[start], "R² on held-out examples")
        _key(canvas, networks, palette, ("cap", ":"))

    last = networks.filter(networks["width"] == networks["width"].max())
    said = "; ".join(f"{start}: {each_said(part, 'r2', 'filter')}" for start, part in groups(last, "start"))
    return Figure(
        "r2",
        "How much of 24 features comes back, by number of neurons",
        f"Two panels, by start; a line a filter. At the largest width R² is on average: {said}.",
        f"{_counted(networks)}. Dots: networks; lines: their means. Dotted, in the filter's color: the cap, what is "
        "left if the largest features come back as they are. Vertical: as many neurons as features. Giving back the "
        "mean of each feature has an R² of 0.",
        draw,
        (7.4, 3.9),
    )


def _gaps(networks: polars.DataFrame) -> Figure:
    import polars as pl

    filtered = networks.filter(pl.col("filter") != "ReLU").with_columns(drawn=pl.col("gap").clip(lower_bound=LEAST))

    def draw(canvas: Canvas, palette: Palette) -> None:
        for axes, (start, part) in zip(_panels(canvas, filtered), groups(filtered, "start"), strict=True):
            axes.set_yscale("log")
            axes.axhline(CLOSED, color=palette.muted, lw=1.0, ls="--")
            _lines(axes, part, "drawn", palette)
            _finish(axes, part, palette, STARTS[start], "what the filter costs, R²")
        _key(canvas, filtered, palette, ("closed below", "--"))

    said = "; ".join(
        f"{start}: {each_said(part.filter(pl.col('width') == FEATURES), 'gap', 'filter')}"
        for start, part in groups(filtered, "start")
    )
    return Figure(
        "gaps",
        "What a filter costs, by number of neurons",
        f"Two panels, by start, with a logarithmic axis; a line a filter. At {FEATURES} neurons the gap is on average: "
        f"{said}.",
        f"{_counted(networks)}. R² without the filter less R² with it, the same start, width and seed; below "
        f"{LEAST:g} drawn there. Dashed: {CLOSED:g}, below which it counts as closed.",
        draw,
        (7.4, 3.9),
    )


def _neurons(networks: polars.DataFrame) -> Figure:
    import polars as pl

    random = networks.filter(pl.col("start") == "random")
    asked = {"alignment": "basis alignment of features", "mono": "share of a neuron's largest answer"}

    def draw(canvas: Canvas, palette: Palette) -> None:
        panels = canvas.subplots(1, 2, sharex=True)
        for axes, (column, words) in zip(panels, asked.items(), strict=True):
            _lines(axes, random, column, palette)
            for name, own in groups(random, "filter"):
                fresh = own.group_by("width").agg(pl.col(f"{column}_fresh").mean()).sort("width")
                axes.plot(fresh["width"], fresh[f"{column}_fresh"], color=_color(name, palette), ls="--", lw=1.2)
            axes.set_ylim(0, 1.02)
            _finish(axes, random, palette, "", words)
        _key(canvas, random, palette, ("fresh", "--"))

    at = random.filter(pl.col("width") == FEATURES)
    said = "; ".join(
        f"{words}: {each_said(at, column, 'filter')}, of fresh ones {each_said(at, f'{column}_fresh', 'filter')}"
        for column, words in asked.items()
    )
    return Figure(
        "neurons",
        "How neurons stand to features after a random start",
        f"Two panels; a line a filter, and a dashed one for fresh networks behind it. At {FEATURES} neurons, on "
        f"average: {said}.",
        f"{_counted(networks)}. Left: how much of what a feature does to the layer it does to one neuron; right: how "
        "much of what a neuron answers it answers to one feature. Dashed: fresh networks behind the same filter, mean.",
        draw,
        (7.4, 3.9),
    )


def _ways(tables: Mapping[str, polars.DataFrame]) -> Figure:
    import polars as pl

    usual = tables["networks"].filter(pl.col("filter") == "top 4").select("start", "width", "gap")
    words = {"random": "random start", "aligned": "aligned start"}
    parts = [usual.with_columns(way=pl.col("start").replace_strict(words)).drop("start")]
    for name, way in (("narrowed", "narrowed from 12 to 4"), ("patience", "more steps")):
        if name in tables:
            parts.append(tables[name].select("width", "gap", way=pl.lit(way)))
    order = ["random start", "narrowed from 12 to 4", "more steps", "aligned start"]
    drawn = pl.concat([each.select("width", "way", "gap") for each in parts])
    drawn = drawn.sort(pl.col("way").replace_strict({way: place for place, way in enumerate(order)}), "width")
    drawn = drawn.with_columns(panel=pl.format("{} neurons", "width"))
    quantities = {"gap": "what a filter of four costs"}
    both = drawn.with_columns(both=pl.format("{}, {}", "panel", "way"))
    upto = float(np.ceil(20 * drawn["gap"].max()) / 20)  # type: ignore[arg-type]
    return dots_figure(
        drawn,
        panel="panel",
        row="way",
        quantities=quantities,
        name="ways",
        title="Other ways to a filter of four",
        alt="A panel a number of neurons, a row a way, a dot a network, further right where the filter costs more. "
        f"From where to where they lie: {spans_said(both, quantities, 'both')}.",
        caption="Beside the network without a filter of a random start (of an aligned one for the aligned), the same "
        "width and seed. More steps are tried from 24 neurons on.",
        label="what the filter costs, R²",
        upto=upto,
    )


def _linear(table: polars.DataFrame) -> Figure:
    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        ends = np.array([0, 1.1 * float(table["width"].max())])  # type: ignore[arg-type]
        axes.plot(ends, ends / FEATURES, color=palette.muted, lw=1.2, ls="--")
        axes.plot(table["width"], table["r2"], "o", ms=6, mew=0, alpha=0.75, color=palette.accent(0))
        axes.set_xlim(*ends)
        axes.set_ylim(0, 1)
        axes.set_xlabel("neurons")
        axes.set_ylabel("R² on held-out examples")
        end_labels(axes, [(float(ends[1] / FEATURES), "d / 24", palette.muted)], palette, inches=3.2)

    return Figure(
        "linear",
        "The control: a linear output",
        "Dots near a rising dashed line, R² against the number of neurons. On average: "
        f"{each_said(table, 'r2', 'width')}.",
        f"{table['seed'].n_unique()} networks a width, no filter. Dashed: what as many principal components have.",
        draw,
        (4.6, 3.6),
    )


def _panels(canvas: Canvas, table: polars.DataFrame) -> list[Axes]:
    return list(np.atleast_1d(canvas.subplots(1, table["start"].n_unique(), sharex=True, sharey=True)))


def _lines(axes: Axes, part: polars.DataFrame, column: str, palette: Palette) -> None:
    """A dot a network, a line through the means of each filter."""
    import polars as pl

    for name, own in groups(part, "filter"):
        means = own.group_by("width").agg(pl.col(column).mean()).sort("width")
        axes.plot(own["width"], own[column], "o", ms=4, mew=0, alpha=0.55, color=_color(name, palette))
        axes.plot(means["width"], means[column], color=_color(name, palette), lw=1.8)


def _finish(axes: Axes, part: polars.DataFrame, palette: Palette, words: str, label: str) -> None:
    axes.axvline(FEATURES, color=palette.muted, lw=0.8, zorder=0)
    axes.set_xticks(sorted(part["width"].unique().to_list()))
    axes.set_xlabel("neurons")
    axes.set_ylabel(label)
    axes.set_title(words, fontsize="small")


def _key(canvas: Canvas, table: polars.DataFrame, palette: Palette, *more: tuple[str, str]) -> None:
    """A line a filter, and further ones, each with its style."""
    from matplotlib.lines import Line2D

    lines = [Line2D([], [], color=_color(name, palette), lw=2, label=name) for name, _ in groups(table, "filter")]
    lines += [Line2D([], [], color=palette.muted, lw=1.2, ls=style, label=words) for words, style in more]
    canvas.legend(handles=lines, loc="outside upper left", ncols=min(len(lines), 6), labelcolor="linecolor")


def _color(name: str, palette: Palette) -> str:
    return palette.accent(ORDER.index(name))


def _counted(networks: polars.DataFrame) -> str:
    return f"{networks['seed'].n_unique()} networks each"

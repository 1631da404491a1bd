"""The figures of the study `circuits`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.strip import strip
from tropism.figures.theme import Figure, Palette
from tropism.studies._circuits_moduli import USUAL
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import NOTHING, each_said, finite, spans_said, spoken, way_said

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

SIDES = {"own": "the modulus itself", "others": "other moduli", "lot": "neurons by lot instead"}
LOSSES = {"seen": "pairs trained on", "held": "pairs held out", "restricted": "key frequencies alone (all pairs)",
          "excluded": "without them (pairs trained on)"}  # fmt: skip


def figures(tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """What the tables allow."""
    return [
        _lines(tables["drawn-one-lines"]),
        _sharing(tables["one-networks"]),
        _controls(tables["one-controls"]),
        _made_up(tables["one-made-up"]),
        _looks(tables["drawn-two-looks"]),
        _forming(tables["drawn-three-parts"], tables["three-networks"]),
        _costs(tables["four-beside"]),
    ]


def _lines(lines: polars.DataFrame) -> Figure:
    import polars as pl

    chosen = lines.filter((pl.col("decay") == USUAL) & (pl.col("moduli") == 30))
    panels = [(int(key[0]), part) for key, part in chosen.group_by("width", maintain_order=True)]

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, (width, part) in zip(grid, panels, strict=True):
            axes.set_title(f"width {width}", fontsize="small")
            for place, side in enumerate(SIDES):
                _families(axes, part, "neurons", side, palette.accent(place))
            axes.set_xscale("log", base=2)
            ticks = [tick for tick in (1, 8, 64, 512) if tick <= 2 * width]
            axes.set_xticks(ticks, [str(tick) for tick in ticks])
            axes.minorticks_off()
            axes.set_ylim(-0.03, 1.03)
        canvas.supxlabel("neurons silenced, of both layers", color=palette.muted, fontsize="medium")
        grid[0].set_ylabel("accuracy left")
        _key(canvas, SIDES.values(), palette)

    return Figure(
        "one-lines",
        "What is left of a modulus, and of others, without the neurons it needs most",
        "Panels by width: the accuracy left against how many of a modulus' neurons are silenced, a color each for the "
        "modulus itself, for other moduli, and for as many neurons by lot instead. The count from which on the median "
        f"network has less than half left: {_halved(chosen)}.",
        f"30 moduli, decay {USUAL:g}; accuracy as a part of that before, the mean over ten moduli. Thin: a network; "
        "thick: their median.",
        draw,
        (2.2 * len(panels) + 0.8, 3.4),
    )


def _halved(lines: polars.DataFrame) -> str:
    """By width, how many neurons must be silenced until the median network has less than half left, for each side."""
    import polars as pl

    found = []
    for width, part in groups(lines, "width"):
        median = part.group_by("neurons").agg(pl.col(*SIDES).median()).sort("neurons")
        counts = {side: median.filter(pl.col(side) < 0.5)["neurons"].to_list() for side in SIDES}
        said = ", ".join(f"{words} ({counts[side][0] if counts[side] else 'none'})" for side, words in SIDES.items())
        found.append(f"width {width}: {said}")
    return "; ".join(found)


def _families(axes: Axes, part: polars.DataFrame, across: str, column: str, color: str) -> None:
    """A thin line a network and their median."""
    lines, places = [], np.zeros(0)
    for _, line in part.sort(across).group_by("member", maintain_order=True):
        places, values = line[across].to_numpy(), line[column].to_numpy()
        lines.append(values)
        axes.plot(places, values, color=color, lw=0.7, alpha=0.4)
    axes.plot(places, np.median(np.stack(lines), axis=0), color=color, lw=2.0)


def _key(canvas: Canvas, words: Iterable[str], palette: Palette, shapes: str = "") -> None:
    """Lines, or marks where there are shapes, with their words."""
    from matplotlib.lines import Line2D

    named = list(words)
    looks = [{"marker": shape, "ls": "", "mew": 0, "ms": 6.5} for shape in shapes] or [{"lw": 2.0}] * len(named)
    lines = [
        Line2D([], [], color=palette.accent(place), label=word, **look)
        for place, (word, look) in enumerate(zip(named, looks, strict=True))
    ]
    canvas.legend(handles=lines, loc="outside upper left", ncols=2 if len(named) == 4 else 3, labelcolor="linecolor")


def _sharing(networks: polars.DataFrame) -> Figure:
    import polars as pl

    table = networks.with_columns(
        panel=pl.format("{} moduli, width {}", "moduli", "width"), row=pl.format("decay {}", "decay")
    )
    quantities = {
        "shared": "shared with other moduli",
        "wrapped": "new moduli right (a + b ≥ p)",
        "unseen": "other pairs right",
    }
    return dots_figure(
        table,
        panel="panel",
        row="row",
        quantities=quantities,
        name="one-sharing",
        title="How much moduli share, and what is known of new ones, by width and decay",
        alt="Panels of marks by how many moduli are trained on and width, a row a decay. Marks tell how much other "
        "moduli lose with the neurons of one, and how many sums of new moduli and of other pairs are right. Over all "
        f"rows the marks reach: {spans_said(table, quantities, 'panel')}.",
        caption="Networks with fewer than 90 % of other pairs right are not asked what they share.",
        label="share",
        across=3,
    )  # fmt: skip


def _controls(table: polars.DataFrame) -> Figure:
    import polars as pl

    words = {"both": "neurons of both layers", "first": "of the first layer", "second": "of the second layer"}
    table = table.with_columns(panel=pl.col("layers").replace_strict(words))
    means = "; ".join(f"{words}: {each_said(part, 'shared', 'solution')}" for words, part in groups(table, "panel"))
    drawn = dots_figure(
        table,
        panel="panel",
        row="solution",
        quantities={"shared": "shared with other moduli"},
        name="one-controls",
        title="The measure on networks that were written down",
        alt="A panel for the neurons that are silenced, a row a solution, a mark a modulus: how much is shared. Means: "
        f"{means}.",
        label="share",
        across=3,
    )
    return drawn.retitled(drawn.title, caption="A mark a modulus, the mean over the nine others.")


def _looks(looks: polars.DataFrame) -> Figure:
    return approach_figure(
        looks,
        panel="setting",
        by="what",
        name="two-looks",
        title="Three curves: pairs trained on, other pairs, new moduli",
        alt="Three panels of three curves each: accuracy on pairs trained on, on other pairs of the same moduli, and "
        "on new moduli, against the step. Medians at the first look and the last: "
        f"{way_said(looks, panel='setting', by='what')}.",
        caption="Sums modulo 30 numbers, width 128.",
        label="accuracy",
        across=3,
    )


def _forming(parts: polars.DataFrame, wandered: polars.DataFrame) -> Figure:
    def draw(canvas: Canvas, palette: Palette) -> None:
        top, middle, low = canvas.subplots(3, 1, sharex=True, height_ratios=(2, 1, 1))
        for place, column in enumerate(LOSSES):
            _families(top, parts, "step", column, palette.accent(place))
        top.set_yscale("log")
        top.set_ylabel("loss (nats)")
        _families(middle, parts, "step", "key", palette.accent(4))
        middle.set_ylabel("key share")
        middle.set_ylim(0, 1.03)
        _families(low, wandered, "step", "coefficient", palette.accent(5))
        low.set_yscale("log")
        low.set_ylabel("coefficient")
        low.set_xlabel("step")
        low.set_xlim(0, float(parts["step"].to_numpy().max()))
        _key(canvas, LOSSES.values(), palette)

    return Figure(
        "three-forming",
        "While a circuit forms: losses, key frequencies, and the learning coefficient",
        f"Three panels over steps. Above, losses, a color each: {_bends(parts, LOSSES)}. In the middle, "
        f"{_bends(parts, {'key': 'the share of key frequencies'})}. Below, "
        f"{_bends(wandered, {'coefficient': 'the learning coefficient'})}.",
        "The preset C31. Thin: a network; thick: their median. Losses and the coefficient on logarithmic axes. Where a "
        "line jumps up late, a network slipped off its solution for a while.",
        draw,
        (6.4, 6.4),
    )


def _bends(table: polars.DataFrame, quantities: Mapping[str, str]) -> str:
    """How the median of networks goes, a quantity after the other: its beginning, its most, its least and its end."""
    import polars as pl

    found = []
    for column, words in quantities.items():
        median = table.group_by("step").agg(pl.col(column).median()).sort("step").drop_nulls()
        median = median.filter(pl.col(column).is_finite())
        if not median.height:
            found.append(f"{words} ({NOTHING})")
            continue
        steps, values = median["step"].to_list(), median[column].to_list()
        places = {"first": 0, "most": int(np.argmax(values)), "least": int(np.argmin(values)), "last": len(values) - 1}
        told = ", ".join(f"{what} {spoken(values[place])} at step {steps[place]}" for what, place in places.items())
        found.append(f"{words} ({told})")
    return "; ".join(found)


def _made_up(table: polars.DataFrame) -> Figure:
    return strip(
        table,
        "shared",
        by="what",
        name="one-made-up",
        title="A control that was trained: answers by lot",
        alt="Two rows of dots: what networks share that learned sums modulo six numbers, and what those do that "
        f"learned as many answers by lot. Means: {each_said(table, 'shared', 'what')}.",
        label="shared with other moduli",
        caption="Six moduli, width 128, the least decay; answers by lot are asked of pairs that were trained on.",
    )


def _costs(beside: polars.DataFrame) -> Figure:
    """What two circuits cost, in units of one, a row a width and decay."""
    import polars as pl

    rows = [f"width {width}, decay {decay:g}" for width, decay in beside.select("width", "decay").iter_rows()]
    beside = beside.with_columns(pl.Series("row", rows))
    ways = groups(beside, "row")
    costs = {"parameters_ratio": "needed parameters", "coefficient_ratio": "learning coefficient",
             "squares_ratio": "sum of squares"}  # fmt: skip
    found = np.concatenate([[1.0], *(finite(beside, name) for name in costs)])

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.axvline(1.0, color=palette.muted, lw=1.0)
        for row, (_, part) in enumerate(ways):
            for place, name in enumerate(costs):
                height = -row + 0.24 * (1 - place)
                axes.plot(part[name], np.full(part.height, height), ls="", marker="os^"[place], ms=6.5, mew=0,
                          color=palette.accent(place), alpha=0.8)  # fmt: skip
        axes.set_yticks([-row for row in range(len(ways))], [words for words, _ in ways], color=palette.ink)
        axes.set_ylim(0.6 - len(ways), 0.6)
        axes.set_xlim(min(0.8, float(found.min())) - 0.05, float(found.max()) + 0.08)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("two circuits over one with second names")
        _key(canvas, costs.values(), palette, "os^")

    return Figure(
        "four-costs",
        "What a second circuit costs, in units of one with second names",
        "A row a width and decay, three kinds of marks, and a line at one, where there is no difference. Over networks "
        f"the marks reach: {spans_said(beside, costs, 'row')}.",
        "New tokens answer; a trained network over the one that was built with a single circuit, both trained as "
        "long. A mark a network; the line: no difference.",
        draw,
        (6.4, 3.8),
    )

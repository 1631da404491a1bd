"""The figures of the study `circuits`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.strip import strip
from tropism.figures.theme import Figure, Palette
from tropism.studies._circuits_moduli import USUAL
from tropism.subjects.generalization.figures.approach import approach_figure
from tropism.subjects.generalization.figures.dots import dots_figure

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
        "Panels by width. Accuracy falls as more of a modulus' neurons are silenced; that on other moduli is drawn "
        "beside it, and that without as many neurons by lot, which falls much later.",
        f"30 moduli, decay {USUAL:g}; accuracy as a part of that before, the mean over ten moduli. Thin: a network; "
        "thick: their median.",
        draw,
        (2.2 * len(panels) + 0.8, 3.4),
    )


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
    return dots_figure(
        table,
        panel="panel",
        row="row",
        quantities={"shared": "shared with other moduli", "wrapped": "new moduli right (a + b ≥ p)",
                    "unseen": "other pairs right"},
        name="one-sharing",
        title="How much moduli share, and what is known of new ones, by width and decay",
        alt="Six panels of marks, a row a decay: four widths trained on thirty moduli, two trained on six. Marks tell "
        "how much other moduli lose with the neurons of one, and how many sums of new moduli and of other pairs are "
        "right.",
        caption="Networks with fewer than 90 % of other pairs right are not asked what they share.",
        label="share",
        across=3,
    )  # fmt: skip


def _controls(table: polars.DataFrame) -> Figure:
    import polars as pl

    words = {"both": "neurons of both layers", "first": "of the first layer", "second": "of the second layer"}
    drawn = dots_figure(
        table.with_columns(panel=pl.col("layers").replace_strict(words)),
        panel="panel",
        row="solution",
        quantities={"shared": "shared with other moduli"},
        name="one-controls",
        title="The measure on networks that were written down",
        alt="Three panels of marks, a row a solution. One for all has marks near one; one each has them at zero; one "
        "sum that is reduced apart has them at zero in the first layer, and at one in the second.",
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
        "on new moduli, against the step.",
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
        "Three panels over steps. Above, the loss on pairs trained on falls at once, that on held-out pairs rises and "
        "then falls, with key frequencies alone it falls in between, and without them it turns and rises again. In the "
        "middle, the share of key frequencies rises to nearly one. Below, the learning coefficient falls all the "
        "while.",
        "The preset C31. Thin: a network; thick: their median. Losses and the coefficient on logarithmic axes. A line "
        "that jumps up late is a network that slipped off its solution for a while.",
        draw,
        (6.4, 6.4),
    )


def _made_up(table: polars.DataFrame) -> Figure:
    return strip(
        table,
        "shared",
        by="what",
        name="one-made-up",
        title="A control that was trained: answers by lot",
        alt="Two rows of dots: what networks share that learned sums modulo six numbers, and what those do that "
        "learned as many answers by lot.",
        label="shared with other moduli",
        caption="Six moduli, width 128, the least decay; answers by lot are asked of pairs that were trained on.",
    )


def _costs(beside: polars.DataFrame) -> Figure:
    """What two circuits cost, in units of one, a row a width and decay."""
    import polars as pl

    ways = [(f"width {width}, decay {decay:g}", part)
            for (width, decay), part in beside.group_by("width", "decay", maintain_order=True)]  # fmt: skip
    costs = {"parameters_ratio": "needed parameters", "coefficient_ratio": "learning coefficient",
             "squares_ratio": "sum of squares"}  # fmt: skip
    most = float(max(beside[name].to_numpy().max() for name in costs))

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
        axes.set_xlim(min(0.8, float(beside.select(pl.min_horizontal(*costs).min()).item())) - 0.05, most + 0.08)
        axes.grid(axis="y", visible=False)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("two circuits over one with second names")
        _key(canvas, costs.values(), palette, "os^")

    return Figure(
        "four-costs",
        "What a second circuit costs, in units of one with second names",
        "Four rows, a width and decay each. The count of needed parameters lies near one and a half, the learning "
        "coefficient between one and that or about one, and the sum of squares a little above one.",
        "New tokens answer; the trained network has two circuits, the built one has one, and both were trained as "
        "long. A mark a network; the line: no difference.",
        draw,
        (6.4, 3.8),
    )

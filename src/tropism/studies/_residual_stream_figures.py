"""The pictures of the study `residual-stream`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._residual_stream_runs import PARTS, SITES
from tropism.studies._residual_stream_scores import SCORES
from tropism.studies._residual_stream_tables import BASES
from tropism.subjects.generalization.figures.dots import dots_figure
from tropism.subjects.generalization.figures.spoken import spoken

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

WIDTH = 32
"""Of the stream: as many directions as there are."""


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Effects along the stream, directions that are needed, what parts cost, and how they are named."""
    several = tables["needed"]["task"].n_unique() > 1
    return [
        _effects(tables["drawn-effects"]),
        _along(tables["needed"]),
        *([_embedded(tables["needed"])] if several else []),
        _parts(tables["parts"]),
        _named(tables["localization"], tables["luck"]),
    ]


def _effects(table: polars.DataFrame) -> Figure:
    panels = groups(table, "task")
    networks = _networks(table)
    across = min(2, len(panels))
    lines = math.ceil(len(panels) / across)

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(lines, across, sharex=True, squeeze=False)
        for axes in grid.ravel()[len(panels) :]:
            axes.set_axis_off()
        for place, (task, part) in enumerate(panels):
            axes = grid.ravel()[place]
            _draw_effects(axes, part, palette)
            axes.set_title(task, fontsize="small")
            axes.set_xticks(range(len(SITES)), _after(), rotation=30, ha="right", fontsize="small")
            axes.tick_params(labelbottom=place + across >= len(panels))
            if place % across == 0:
                axes.set_ylabel("nats")

    return Figure(
        "effects",
        "What it costs to cut a position, along the stream",
        "A panel a task, with a line a position over five sites: the embedding and what comes after each attention and "
        f"each layer of neurons. Medians over positions of a role, from the embedding on: {_effects_said(table)}.",
        f"Thick: the median over {networks} networks a task, one line a position, colored by what stands there; thin: "
        "networks.",
        draw,
        (3.4 * across + 0.4, 2.5 * lines + 0.8),
    )


def _networks(table: polars.DataFrame) -> str:
    counts = sorted({part["member"].n_unique() for _, part in groups(table, "task")})
    return "–".join(str(each) for each in counts)


def _after() -> list[str]:
    return [words if site == "embedding" else f"after {words}" for site, words in SITES.items()]


def _draw_effects(axes: Axes, part: polars.DataFrame, palette: Palette) -> None:
    roles = list(dict.fromkeys(part["role"].to_list()))
    for _, own in groups(part, "position"):
        color = palette.accent(roles.index(own["role"][0]))
        values = np.array([each.sort("after")["effect"].to_numpy() for _, each in groups(own, "member")])
        for line in values:
            axes.plot(line, color=color, lw=0.6, alpha=0.25)
        axes.plot(np.median(values, axis=0), color=color, lw=2)
    for role in roles:
        axes.plot([], [], color=palette.accent(roles.index(role)), label=role)
    axes.legend(fontsize="x-small", loc="best")


def _effects_said(table: polars.DataFrame) -> str:
    import polars as pl

    said = []
    for task, part in groups(table, "task"):
        median = part.group_by("role", "after", maintain_order=True).agg(pl.col("effect").median()).sort("after")
        roles = [
            f"{role} {', '.join(spoken(each) for each in own['effect'].to_list())}"
            for role, own in groups(median, "role")
        ]
        said.append(f"{task}: {'; '.join(roles)}")
    return ". ".join(said)


def _both(table: polars.DataFrame) -> polars.DataFrame:
    """A panel for what must be cut and one for what is enough; a column a basis."""
    import polars as pl

    parts = []
    for column, words in (("cut", "must be cut"), ("kept", "are enough")):
        index = ["task", "member", "site", "role"]
        wide = table.pivot(on="basis", index=index, values=column).with_columns(panel=pl.lit(words))
        parts.append(wide)
    found = pl.concat(parts)
    return found.filter(pl.any_horizontal(pl.col(BASES).is_finite()))


def _along(table: polars.DataFrame) -> Figure:
    import polars as pl

    own = table.filter(pl.col("task") == "recall")
    drawn = _both(own).with_columns(
        row=pl.format("{}, {}", pl.col("site").replace_strict(dict(zip(SITES, _after(), strict=True))), pl.col("role"))
    )
    return _dots(
        drawn,
        "along",
        "How many directions recall needs, along the stream",
        "A row for each site and role at which something matters.",
    )


def _embedded(table: polars.DataFrame) -> Figure:
    import polars as pl

    own = table.filter(pl.col("site") == "embedding")
    drawn = _both(own).with_columns(row=pl.format("{}: {}", "task", "role"))
    return _dots(
        drawn,
        "embedded",
        "How many directions tokens need at the embedding, by task",
        "A row for each task and role that matters. With two keys and two values there is one direction by "
        "construction.",
    )


def _dots(drawn: polars.DataFrame, name: str, title: str, caption: str) -> Figure:
    quantities = {basis: basis for basis in BASES}
    return dots_figure(
        drawn,
        panel="panel",
        row="row",
        quantities=quantities,
        name=name,
        title=title,
        alt="Two panels, how many directions must be cut to lose the answer and how many are enough to keep it, from 0 "
        f"to {WIDTH}, with three marks a row: {', '.join(BASES)}. Means: {_means_said(drawn)}.",
        caption=f"{caption} Directions by lot are the level by chance.",
        label=f"directions, of {WIDTH}",
        upto=float(WIDTH),
    )


def _means_said(drawn: polars.DataFrame) -> str:
    said = []
    for panel, part in groups(drawn, "panel"):
        rows = [
            f"{row} {', '.join(spoken(float(np.nanmean(own[basis].to_numpy()))) for basis in BASES)}"
            for row, own in groups(part, "row")
        ]
        said.append(f"{panel}: {'; '.join(rows)}")
    return ". ".join(said)


SHOWN: Mapping[str, str] = {
    "direct": "cost of cutting what the part writes",
    "moved": "change of effects over it",
    "left": "effects that leave earlier positions",
}


def _parts(table: polars.DataFrame) -> Figure:
    panels, parts = groups(table, "task"), list(PARTS.values())
    across = min(2, len(panels))
    lines = math.ceil(len(panels) / across)
    shares = {task: _shares(part) for task, part in panels}

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(lines, across, sharex=True, sharey=True, squeeze=False)
        for axes in grid.ravel()[len(panels) :]:
            axes.set_axis_off()
        for place, (task, _) in enumerate(panels):
            axes = grid.ravel()[place]
            for number, column in enumerate(SHOWN):
                values = shares[task][column]
                at = np.arange(len(parts)) + 0.16 * (number - 1)
                axes.plot(np.broadcast_to(at, values.shape), values, ls="", marker="os^"[number], ms=4.5, mew=0,
                          alpha=0.7, color=palette.accent(number))  # fmt: skip
            axes.set_title(task, fontsize="small")
            axes.set_xticks(range(len(parts)), parts, rotation=30, ha="right", fontsize="small")
            axes.tick_params(labelbottom=place + across >= len(panels))
            if place % across == 0:
                axes.set_ylabel("share")
        from matplotlib.lines import Line2D

        marks = [Line2D([], [], ls="", marker="os^"[number], color=palette.accent(number), label=words)
                 for number, words in enumerate(SHOWN.values())]  # fmt: skip
        canvas.legend(handles=marks, loc="outside upper left", ncols=1, handletextpad=0.4)

    return Figure(
        "parts",
        "Which parts matter, and over which parts the stream changes",
        "A panel a task, with four parts in a row and three marks for each network: the part's share of what cutting "
        f"parts costs, of all changes of effects, and of all effects that leave. Means: {_shares_said(shares, parts)}.",
        f"Each mark a network, {_networks(table)} a task; shares of the sum over the four parts.",
        draw,
        (3.4 * across + 0.4, 2.2 * lines + 1.7),
    )


def _shares(part: polars.DataFrame) -> dict[str, np.ndarray]:
    """Each network's parts by what is shown, as shares, `[E, P]`; none is below zero."""
    found = {}
    for column in SHOWN:
        values = np.array([np.maximum(own[column].to_numpy(), 0) for _, own in groups(part, "member")])
        found[column] = values / values.sum(axis=1, keepdims=True)
    return found


def _shares_said(shares: Mapping[str, Mapping[str, np.ndarray]], parts: Sequence[str]) -> str:
    said = []
    for task, own in shares.items():
        each = [
            f"{part} {', '.join(spoken(float(own[column][:, at].mean())) for column in SHOWN)}"
            for at, part in enumerate(parts)
        ]
        said.append(f"{task}: {'; '.join(each)}")
    return ". ".join(said)


def _named(table: polars.DataFrame, luck: polars.DataFrame) -> Figure:
    import polars as pl

    rows = {score: table.filter(pl.col("score") == score)["spearman"].to_numpy() for score in SCORES}
    lots = luck.filter(pl.col("what") == "spearman")
    low, high = float(lots["by_lot_low"].min()), float(lots["by_lot_high"].max())  # type: ignore[arg-type]
    words = {"change": "effects and directions", "moved": "effects", "turned": "directions",
             "left": "what leaves earlier positions", "fixed order": "a fixed order"}  # fmt: skip

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.axvspan(low, high, color=palette.faint, lw=0)
        most = max(int(np.unique(values, return_counts=True)[1].max()) for values in rows.values())
        apart = min(0.07, 0.84 / max(most - 1, 1))  # the highest stack keeps to its row
        size = 4 * apart / 0.07 + 0.5
        for place, values in enumerate(rows.values()):
            spots, counts = np.unique(values, return_counts=True)
            for spot, count in zip(spots, counts, strict=True):
                stack = -place + apart * (np.arange(count) - (count - 1) / 2)
                axes.plot(np.full(count, spot), stack, ls="", marker="o", ms=size, mew=0, color=palette.accent(place))
            axes.plot([values.mean()] * 2, [-place - 0.42, -place + 0.42], color=palette.ink, lw=2, zorder=1)
        axes.set_yticks([-place for place in range(len(rows))], [words[score] for score in rows])
        axes.tick_params(axis="y", labelcolor=palette.ink)
        axes.set_xlim(-1.05, 1.05)
        axes.set_xlabel("rank correlation with what cutting parts costs")
        axes.grid(axis="y", visible=False)

    said = ", ".join(f"{words[score]} {spoken(float(values.mean()))}" for score, values in rows.items())
    return Figure(
        "named",
        "Do changes along the stream name the parts that matter?",
        "Five rows of dots between −1 and 1, a dot a network, with a bar at their mean, and a gray band for means by "
        f"luck, from {spoken(low)} to {spoken(high)}. Means: {said}.",
        f"Four parts, {len(next(iter(rows.values())))} networks of all tasks. Bar: mean. Band: the middle 95 % of the "
        "mean when each network's parts are shuffled. The fixed order is attention before neurons, early before late.",
        draw,
        (6.4, 4.9),
    )

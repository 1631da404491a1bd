"""The pictures of the study `feature-circuits`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._feature_circuits_edges import RANKINGS
from tropism.studies._known_truth_marks import MARKS, bands, key_below

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

WORLDS = {"as many features as dimensions": "32 features, 32 dimensions", "twice as many": "64 features, 32 dimensions"}


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Sparsity by directions, wires by ranking, what is left, gates, and what comes back."""
    return [
        _sparsity(tables["sparsity"]),
        _edges(tables["edges"]),
        _left(tables["left"]),
        _gates(tables["gates"]),
        _again(tables["again"]),
    ]


def _dots(
    axes: Axes, table: polars.DataFrame, by: str, value: str, color: str, *, shift: float = 0.0, label: str = "",
    mark: str = "o",
) -> list[str]:  # fmt: skip
    """A row a group, a dot a seed; the names of the rows."""
    names = []
    for place, (name, part) in enumerate(groups(table, by)):
        values = part[value].to_numpy()
        axes.plot(values, np.full(len(values), shift - place), ls="", marker=mark, ms=6, mew=0, color=color,
                  alpha=0.75, clip_on=False, label=label if not place else "_")  # fmt: skip
        names.append(name)
    axes.set_yticks([-place for place in range(len(names))], names)
    axes.set_ylim(0.5 - len(names), 0.5)
    axes.grid(axis="y", visible=False)
    return names


def _mean(table: polars.DataFrame, value: str) -> float:
    return float(np.mean(table[value].to_numpy()))


def _seeds(table: polars.DataFrame) -> str:
    return f"{table['member'].n_unique()} seeds"


def _said(table: polars.DataFrame, by: str, value: str) -> str:
    return ", ".join(f"{name} {_mean(part, value):.2f}" for name, part in groups(table, by))


def _sparsity(table: polars.DataFrame) -> Figure:
    worlds = groups(table, "world")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(worlds), sharex=True, sharey=True)
        for axes, (world, part) in zip(grid, worlds, strict=True):
            _dots(axes, part, "basis", "hoyer", palette.accent(0))
            axes.axvline(_mean(part.filter(basis="by lot"), "hoyer"), color=palette.muted, ls=":", lw=1.4)
            axes.set_title(WORLDS[world])
            axes.set_xlabel("Hoyer's sparsity of weights")
            axes.set_xlim(0.1, 0.9)

    return Figure(
        "sparsity",
        "Between which directions weights are sparse",
        "Two panels of dots, with room for all features and with room for half of them; a row a kind of directions. "
        "Means: " + "; ".join(f"{WORLDS[world]}: {_said(part, 'basis', 'hoyer')}" for world, part in worlds) + ".",
        f"A dot a seed of {_seeds(table)}. Dotted: the mean of directions by lot. “Driven” methods saw the next layer "
        "only where this layer drives it.",
        draw,
        (9.6, 4.0),
    )


def _edges(table: polars.DataFrame) -> Figure:
    import polars as pl

    part = table.filter(pl.col("world") == "twice as many")
    bases = groups(part, "basis")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(bases), sharex=True, sharey=True)
        for axes, (basis, own) in zip(grid, bases, strict=True):
            _dots(axes, own, "ranking", "precision", palette.accent(0))
            axes.axvline(_mean(own, "chance"), color=palette.muted, ls=":", lw=1.4)
            axes.set_title(basis)
            axes.set_xlim(0, 1)
            axes.set_xticks((0, 0.25, 0.5, 0.75, 1), ["0", ".25", ".5", ".75", "1"])
            axes.set_xlabel("wires among the strongest edges")

    return Figure(
        "edges",
        "Which ranking of edges finds the wires, in superposition",
        "Three panels of dots: true features, a learned dictionary, and as a control another layer's weights between "
        "the same examples; a row a ranking. Means: "
        + "; ".join(f"{basis}: {_said(own, 'ranking', 'precision')}" for basis, own in bases)
        + ".",
        f"As many of the strongest edges as there are wires, 64 features in 32 dimensions; a dot a seed of "
        f"{_seeds(part)}. Dotted: chance. In the control, wires are those of the examples, which the weights do not "
        "know.",
        draw,
        (10.2, 3.6),
    )


def _left(table: polars.DataFrame) -> Figure:
    import polars as pl

    bases = groups(table.filter(pl.col("world") == "twice as many"), "basis")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(bases), sharex=True, sharey=True)
        for axes, (basis, part) in zip(grid, bases, strict=True):
            for place, ranking in enumerate(RANKINGS):
                own = part.filter(ranking=ranking).with_columns(pl.col("left").alias(ranking))
                bands(axes, own, "kept", {ranking: ranking}, palette, first=place)
            axes.axvline(2, color=palette.muted, ls=":", lw=1.2)
            axes.set_xscale("log")
            ticks = sorted(set(part["kept"].to_list()))
            axes.set_xticks(ticks, [f"{each:g}" for each in ticks])
            axes.minorticks_off()
            axes.set_ylim(-0.03, 1.05)
            axes.set_title(basis)
            axes.set_xlabel("edges kept per feature")
        grid[0].set_ylabel("share of variance left over")
        key_below(canvas, grid[0], 3)

    two = "; ".join(f"{basis}: {_said(part.filter(kept=2.0), 'ranking', 'left')}" for basis, part in bases)
    return Figure(
        "left",
        "What is left over where only the strongest edges are kept",
        f"Two panels, true features and a learned dictionary; falling lines, a ranking each. At two edges: {two}.",
        f"Kept edges are fitted anew, and scored on other examples; 64 features in 32 dimensions. Mean of "
        f"{_seeds(table)} with its 95 % bootstrap interval. Dotted: as many edges as there are wires.",
        draw,
        (9.2, 4.6),
    )


def _gates(table: polars.DataFrame) -> Figure:
    import polars as pl

    part = table.filter(pl.col("world") == "twice as many")
    values = {"recall": "share of wires found", "output": "share of its output lost"}

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, 2, sharey=True)
        for axes, (column, words) in zip(grid, values.items(), strict=True):
            for place, (ranking, own) in enumerate(groups(part, "ranking")):
                _dots(axes, own, "gate", column, palette.accent(place), shift=0.2 - 0.2 * place,
                      label=_by(ranking), mark=MARKS[place])  # fmt: skip
            axes.set_xlabel(words)
            axes.set_xlim(0, max(1.0, float(np.max(part[column].to_numpy())) * 1.03))
        key_below(canvas, grid[0], 3)

    said = "; ".join(f"{_by(ranking)}: {_said(own, 'gate', 'output')}" for ranking, own in groups(part, "ranking"))
    return Figure(
        "gates",
        "Which circuits bear edges that are chosen by weight",
        f"Two panels of dots, a row a gate; wires found, and what is lost of the output. Means of the latter, {said}.",
        f"Two edges a feature between true features, 64 in 32 dimensions; a dot a seed of {_seeds(part)}. Edges by lot "
        "are chance.",
        draw,
        (8.6, 3.4),
    )


def _by(ranking: str) -> str:
    return ranking if ranking == "by lot" else f"by {ranking}"


def _again(table: polars.DataFrame) -> Figure:
    import polars as pl

    named = table.with_columns(row=pl.format("{}, by {}", "examples", "ranking"))
    worlds = groups(named, "world")

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(worlds), sharex=True, sharey=True)
        for axes, (world, part) in zip(grid, worlds, strict=True):
            _dots(axes, part, "row", "cosine_after", palette.accent(1), shift=0.12, label="matched cosine",
                  mark=MARKS[1])  # fmt: skip
            _dots(axes, part, "row", "edges_again", palette.accent(0), shift=-0.12, label="share of edges again")
            for column, color in (("cosine_chance", palette.accent(1)), ("chance", palette.accent(0))):
                axes.axvline(_mean(part, column), color=color, ls=":", lw=1.4)
            axes.set_title(WORLDS[world])
            axes.set_xlim(0, 1)
            axes.set_xlabel("cosine; share")
        key_below(canvas, grid[0], 2)

    said = "; ".join(f"{WORLDS[world]}: {_said(part, 'row', 'edges_again')}" for world, part in worlds)
    return Figure(
        "again",
        "What comes back of a learned dictionary and its edges",
        f"Two panels of dots, a row other examples and a ranking. Means of edges that come back: {said}.",
        f"Cosines are of dictionaries after the layer; of edges, twice as many as features are taken; a dot a seed of "
        f"{_seeds(table)}. Dotted in the same colors: chance.",
        draw,
        (9.2, 3.6),
    )

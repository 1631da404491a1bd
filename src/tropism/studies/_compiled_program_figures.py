"""The pictures of the study `compiled-program`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups
from tropism.figures.theme import Figure, Palette
from tropism.studies._known_truth_marks import MARKS, key_below, tiles

if TYPE_CHECKING:
    import polars
    from matplotlib.figure import Figure as Canvas


def figures(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """How near directions are, and how well codes follow values."""
    return [_directions(tables["methods"]), _values(tables["variables"])]


def _directions(table: polars.DataFrame) -> Figure:
    found = table.filter(table["method"] != "variables")
    widths = groups(found, "width")
    methods = list(dict.fromkeys(found["method"].to_list()))

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(widths), sharex=True, sharey=True)
        for axes, (width, part) in zip(grid, widths, strict=True):
            for place, (kind, own) in enumerate(groups(part, "values")):
                for height, method in enumerate(methods):
                    cosines = own.filter(method=method)["cosine"].to_numpy()
                    axes.plot(cosines, np.full(len(cosines), 0.22 - 0.22 * place - height), ls="", ms=6, mew=0,
                              marker=MARKS[place], color=palette.accent(place), alpha=0.75, clip_on=False,
                              label=f"{kind} values" if not height else "_")  # fmt: skip
            axes.set_title(f"{width} dimensions")
            axes.set_xlim(0.3, 1)
            axes.set_xlabel("cosine with the nearest found")
            axes.grid(axis="y", visible=False)
        grid[0].set_yticks([-height for height in range(len(methods))], methods)
        grid[0].set_ylim(0.5 - len(methods), 0.5)
        key_below(canvas, grid[0], 3)

    told = "; ".join(
        f"{width} dimensions, {kind}: "
        + ", ".join(f"{method} {np.mean(each['cosine'].to_numpy()):.2f}" for method, each in groups(own, "method"))
        for width, part in widths
        for kind, own in groups(part, "values")
    )
    return Figure(
        "directions",
        "How near methods come to the directions of variables",
        f"Two panels of dots, a row a method, marks for kinds of values. Means: {told}.",
        f"Mean over 13 variables of the cosine with the nearest direction found; a dot a seed of "
        f"{table['member'].n_unique()} seeds. By lot: as many directions anywhere, which is chance.",
        draw,
        (9.6, 4.2),
    )


def _values(table: polars.DataFrame) -> Figure:
    import polars as pl

    part = table.filter(pl.col("values") == "program")
    widths = groups(part, "width")
    methods, names = (list(dict.fromkeys(part[each].to_list())) for each in ("method", "variable"))
    means = [
        np.array([[_mean(own, name, method) for method in methods] for name in names]) for _, own in widths
    ]  # fmt: skip

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(widths), sharey=True)
        for axes, (width, _), values in zip(grid, widths, means, strict=True):
            tiles(axes, values, palette, low=0.2, high=1.0)
            axes.set_title(f"{width} dimensions")
            axes.set_xticks(range(len(methods)), methods, rotation=45, ha="right")
        grid[0].set_yticks(range(len(names)), names)

    spans = "; ".join(
        f"{width} dimensions: "
        + ", ".join(f"{method} {column.min():.2f} to {column.max():.2f}" for method, column in
                    zip(methods, values.T, strict=True))
        for (width, _), values in zip(widths, means, strict=True)
    )  # fmt: skip
    return Figure(
        "values",
        "Which variables of the program are followed by a code",
        f"Two tables of colored cells, a row a variable, a column a method. Correlations reach, {spans}.",
        f"Size of the best correlation of a code with the variable, on examples not seen; mean of "
        f"{part['member'].n_unique()} seeds. Left column: variables' own directions; right column: chance.",
        draw,
        (9.6, 5.2),
    )


def _mean(table: polars.DataFrame, variable: str, method: str) -> float:
    return float(np.mean(table.filter(variable=variable, method=method)["correlation"].to_numpy()))

"""Errors of named colors: every member a dot in the color's own color, a panel a condition; and as an HTML table."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import UnknownName
from tropism.figures.marks import count_words, groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette
from tropism.subjects.color.figures.words import amount, members_in

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def error_by_name(
    table: polars.DataFrame,
    *,
    value: str = "added",
    baseline: str | None = None,
    name: str = "error-by-name",
    title: str = "What it costs each color",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """Rows of named colors, panels of conditions on one scale; dots are members, the bar is their mean.

    Args:
        table: `measures.error_by_color` of named colors.
        value: `added`, or `mse`.
        baseline: The condition that is left out of an `added` figure; the first by default.
    """
    require_columns(table, ("condition", "color", "hex", value), "error_by_name")
    parts = dict(groups(table, "condition"))
    whole = baseline or next(iter(parts))
    if whole not in parts:
        raise UnknownName("condition", whole, parts, "error_by_name.baseline")
    if value == "added" and len(parts) > 1:
        parts = {condition: part for condition, part in parts.items() if condition != whole}
    names = table["color"].unique(maintain_order=True).to_list()

    def draw(canvas: Canvas, palette: Palette) -> None:
        grid = canvas.subplots(1, len(parts), sharex=True, sharey=True, squeeze=False)[0]
        for axes, (condition, part) in zip(grid, parts.items(), strict=True):
            _draw_rows(axes, part, names, value, palette)
            axes.set_title(condition)
            axes.set_xlabel("error added" if value == "added" else "squared error")
        grid[0].set_yticks(range(len(names)), names, fontsize="small")
        grid[0].set_ylim(len(names) - 0.4, -0.6)

    n = count_words(members_in(table), 0)
    said = f"{n} a row, each a dot; the bar is their mean. " + (
        f"Mean squared error over the channels, less that of the {whole} network." if value == "added"
        else "Mean squared error over the channels."
    )  # fmt: skip
    size = (7.0, 0.9 + 0.24 * len(names))
    return Figure(name, title, alt or _alt(parts, value), f"{caption} {said}".strip(), draw, size)


def named_error_table(table: polars.DataFrame) -> str:
    """The named colors as an HTML table: a swatch, the baseline's error, and what each other condition adds.

    Mean ± standard deviation over members. The baseline is the first condition.
    """
    require_columns(table, ("condition", "color", "hex", "mse", "added"), "named_error_table")
    parts = groups(table, "condition")
    heads = "".join(
        f"<th>{html.escape(name)}{', added' if place else ''}</th>" for place, (name, _) in enumerate(parts)
    )
    rows = []
    for color in table["color"].unique(maintain_order=True):
        cells = "".join(
            f"<td>{_spread(part.filter(part['color'] == color), 'added' if place else 'mse')}</td>"
            for place, (_, part) in enumerate(parts)
        )
        code = html.escape(str(table.filter(table["color"] == color)["hex"][0]))
        swatch = (
            f'<span style="display:inline-block;width:1em;height:1em;background:{code};border:1px solid #888"></span>'
        )
        rows.append(f"<tr><td>{swatch} {html.escape(str(color))}</td>{cells}</tr>")
    return f"<table><thead><tr><th>color</th>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _draw_rows(axes: Axes, part: polars.DataFrame, names: list[str], value: str, palette: Palette) -> None:
    axes.axvline(0, color=palette.muted, lw=0.8, zorder=1)
    for place, color in enumerate(names):
        rows = part.filter(part["color"] == color)
        values = numbers(rows, value, "error_by_name")
        values = values[np.isfinite(values)]
        if not len(values):
            continue
        aside = (np.arange(len(values)) * 0.618 % 1 - 0.5) * 0.5  # the same scatter every time
        axes.scatter(values, place + aside, s=15, c=rows["hex"][0], edgecolors=palette.muted, linewidths=0.6, zorder=3)
        axes.plot([values.mean()] * 2, [place - 0.38, place + 0.38], color=palette.ink, lw=1.8, zorder=4)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _spread(rows: polars.DataFrame, value: str) -> str:
    values = numbers(rows, value, "named_error_table")
    values = values[np.isfinite(values)]
    if not len(values):
        return "–"
    return f"{values.mean():.4f}" + (f" ± {values.std(ddof=1):.4f}" if len(values) > 1 else "")


def _alt(parts: dict[str, polars.DataFrame], value: str) -> str:
    import polars as pl

    told = []
    for condition, part in parts.items():
        means = part.group_by("color", maintain_order=True).agg(pl.col(value).mean())
        means = means.sort(value, descending=True, nulls_last=True)
        most = ", ".join(f"{row['color']} {amount(row[value])}" for row in means.head(3).iter_rows(named=True))
        told.append(f"{condition}: on average most at {most}")
    return f"A row a named color, dots in that color, a panel a condition, error to the right. {'; '.join(told)}."

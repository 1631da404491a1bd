"""Every seed a dot: one measure by condition, with its mean, its interval, and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.intervals import Interval, bootstrap
from tropism.errors import UnknownName
from tropism.figures.marks import count_words, groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas


def strip(
    table: polars.DataFrame,
    value: str,
    *,
    by: str | None = "condition",
    name: str,
    title: str,
    alt: str,
    label: str = "",
    caption: str = "",
    published: Mapping[str, tuple[float, float]] | None = None,
    best: Literal["min", "max"] | None = None,
    log: bool = False,
) -> Figure:
    """A row of dots a condition, one dot a member; the dots of nearly equal members are stacked.

    Args:
        label: What the axis measures, with its unit; the column's name if empty.
        caption: Added before what is said of itself: counts, failures and the interval.
        published: By condition, a published mean and standard deviation to stand beside ours.
        best: Mark the member with the smallest or largest number in each condition.
    """
    require_columns(table, (value, *([by] if by else [])), "strip")
    rows = [_row(group, numbers(part, value, "strip"), log) for group, part in groups(table, by)]
    for condition in published or {}:
        if condition not in [row.name for row in rows]:
            raise UnknownName(by or "condition", condition, [row.name for row in rows], "strip.published")

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        axes.set_xlabel(label or value)
        if log:
            axes.set_xscale("log")
        span = _span(rows, published or {}, log)
        for place, row in enumerate(rows):
            _draw_row(axes, row, -place, palette.accent(place), span)
            if best and len(row.values):
                _draw_best(axes, row, -place, best, palette, span)
            if published and row.name in published:
                _draw_published(axes, *published[row.name], -place, palette)
        _finish(axes, rows, palette)
        _draw_key(canvas, palette, best, bool(published))

    said = _caption(rows, bool(published), best)
    return Figure(name, title, alt, f"{caption} {said}".strip(), draw, (6.4, 1.5 + 0.8 * len(rows)))


@dataclass(frozen=True)
class _Row:
    name: str
    values: np.ndarray
    failed: int
    mean: Interval


def _row(name: str, values: np.ndarray, log: bool) -> _Row:
    kept = values[np.isfinite(values) & ((values > 0) | (not log))]  # a logarithm has no place for zero
    return _Row(name, np.sort(kept), len(values) - len(kept), bootstrap(kept, seed=0))


def _span(rows: list[_Row], published: Mapping[str, tuple[float, float]], log: bool) -> tuple[float, float, bool]:
    ends = [float(row.values[end]) for row in rows if len(row.values) for end in (0, -1)]
    ends += [mean + side * std for mean, std in published.values() for side in (-1, 1) if not log or mean > std]
    return min(ends, default=1.0), max(ends, default=1.0), log


def _heights(values: np.ndarray, span: tuple[float, float, bool]) -> np.ndarray:
    """How high each sorted dot is stacked so that no two overlap, at most 0.5 in all."""
    low, high, log = span
    places = (np.log(values) - np.log(low)) if log else values - low
    width = (np.log(high) - np.log(low)) if log else high - low
    reach = 0.016 * (width or 1.0)
    last: list[float] = []  # the right end of each level
    levels = np.zeros(len(values), dtype=int)
    for index, place in enumerate(places):
        free = next((level for level, end in enumerate(last) if place - end >= reach), len(last))
        if free == len(last):
            last.append(place)
        last[free] = place
        levels[index] = free
    return levels * min(0.085, 0.46 / max(1, len(last) - 1))


def _draw_row(axes: Axes, row: _Row, place: int, color: str, span: tuple[float, float, bool]) -> None:
    if not len(row.values):
        return
    heights = place + 0.06 + _heights(row.values, span)
    axes.plot(row.values, heights, "o", ms=4.6, mew=0, color=color, alpha=0.75)
    mean, low, high = row.mean
    axes.plot([low, high], [place - 0.1] * 2, color=color, lw=2.4)
    axes.plot([mean], [place - 0.1], "D", ms=6, color=color, mew=0)


def _draw_best(
    axes: Axes, row: _Row, place: int, best: Literal["min", "max"], palette: Palette, span: tuple[float, float, bool]
) -> None:
    index = 0 if best == "min" else -1
    height = place + 0.06 + _heights(row.values, span)[index]
    axes.plot([row.values[index]], [height], "o", ms=9, mfc="none", mec=palette.ink, mew=1.2)


def _draw_published(axes: Axes, mean: float, std: float, place: int, palette: Palette) -> None:
    axes.plot([mean - std, mean + std], [place - 0.25] * 2, color=palette.muted, lw=1.2)
    axes.plot([mean], [place - 0.25], "s", ms=5.5, mfc=palette.surface, mec=palette.muted, mew=1.2)


def _finish(axes: Axes, rows: list[_Row], palette: Palette) -> None:
    names = [f"{row.name}\n{row.failed} failed".strip() if row.failed else row.name for row in rows]
    axes.set_yticks([-place + 0.1 for place in range(len(rows))], names, color=palette.ink)
    axes.set_ylim(-len(rows) + 0.58, 0.66)
    axes.grid(axis="y", visible=False)
    axes.spines["left"].set_visible(False)


def _draw_key(canvas: Canvas, palette: Palette, best: str | None, published: bool) -> None:
    from matplotlib.lines import Line2D

    marks = [
        Line2D([], [], ls="", marker="o", ms=4.6, color=palette.muted, mew=0, label="a member"),
        Line2D([], [], marker="D", ms=6, color=palette.muted, mew=0, lw=2.4, label="mean, 95 % interval"),
    ]
    if published:
        hollow = {"mfc": palette.surface, "mec": palette.muted, "mew": 1.2}
        marks.append(
            Line2D([], [], marker="s", ms=5.5, color=palette.muted, lw=1.2, label="published, ± std", **hollow)
        )
    if best:
        marks.append(Line2D([], [], ls="", marker="o", ms=9, mfc="none", mec=palette.ink, mew=1.2, label="best"))
    canvas.legend(handles=marks, loc="outside upper left", ncols=len(marks), labelcolor=palette.muted,
                  handletextpad=0.4, columnspacing=1.2, borderpad=0)  # fmt: skip


def _caption(rows: list[_Row], published: bool, best: str | None) -> str:
    counts = {count_words(len(row.values) + row.failed, row.failed) for row in rows}
    each = f"{counts.pop()} a row" if len(counts) == 1 else "; ".join(
        f"{row.name}: {count_words(len(row.values) + row.failed, row.failed)}" for row in rows
    )  # fmt: skip
    parts = [f"Each dot is a member; {each}.", "Diamond: mean with 95 % bootstrap interval over members."]
    if published:
        parts.append("Square: published mean ± standard deviation.")
    if best:
        parts.append(f"Ring: the member with the {'smallest' if best == 'min' else 'largest'} number.")
    return " ".join(parts)

"""Histories: a measure over steps, every member a thin line, with the median and the middle of the members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import DoesNotFit
from tropism.figures.marks import count_words, end_labels, groups, numbers, require_columns
from tropism.figures.theme import Figure, Palette

if TYPE_CHECKING:
    import polars
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Canvas

_MOST_POINTS = 1000  # of one line; more cannot be seen


def curves(
    table: polars.DataFrame,
    value: str,
    *,
    by: str | None = None,
    step: str = "step",
    name: str,
    title: str,
    alt: str,
    label: str = "",
    caption: str = "",
    log: bool = False,
    band: float = 0.8,
) -> Figure:
    """A thin line a member, the median over members, and a band that holds the middle `band` of them.

    The table has a row a member and step. A member is drawn as far as its numbers are finite.
    """
    require_columns(table, (value, step, "member", *([by] if by else [])), "curves")
    families = [_family(group, part, value, step, band, log) for group, part in groups(table, by)]

    def draw(canvas: Canvas, palette: Palette) -> None:
        axes = canvas.subplots()
        for place, family in enumerate(families):
            _draw_family(axes, family, palette.accent(place), thin=0.22 if len(families) < 3 else 0.12)
        axes.set_xlabel(step)
        axes.set_ylabel(label or value)
        if log:
            axes.set_yscale("log")
        axes.margins(x=0)
        axes.set_ylim(axes.get_ylim())
        ends = [
            (family.last, family.name, palette.accent(place)) for place, family in enumerate(families) if family.name
        ]
        end_labels(axes, [each for each in ends if np.isfinite(each[0])], palette, inches=3.3)

    return Figure(name, title, alt, f"{caption} {_caption(families, band)}".strip(), draw)


@dataclass(frozen=True)
class _Family:
    name: str
    steps: np.ndarray
    values: np.ndarray  # [E, T], NaN where a member has nothing
    low: np.ndarray
    median: np.ndarray
    high: np.ndarray
    failed: int

    @property
    def last(self) -> float:
        finite = self.median[np.isfinite(self.median)]
        return float(finite[-1]) if len(finite) else float("nan")


def _family(name: str, part: polars.DataFrame, value: str, step: str, band: float, log: bool) -> _Family:
    members, rows = np.unique(part["member"].to_numpy(), return_inverse=True)
    steps, columns = np.unique(part[step].to_numpy(), return_inverse=True)
    if part.select("member", step).is_duplicated().any():
        raise DoesNotFit(f"curves: a member has two rows at one {step}; give `by`, or fewer rows.")
    values = np.full((len(members), len(steps)), np.nan)
    values[rows, columns] = numbers(part, value, "curves")
    values[~np.isfinite(values) | (log & (values <= 0))] = np.nan
    failed = int(np.isnan(values[:, -1]).sum())
    kept = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), _MOST_POINTS)).round().astype(int))
    steps, values = steps[kept], values[:, kept]
    levels = (50 - 50 * band, 50, 50 + 50 * band)
    low, median, high = np.full((3, len(steps)), np.nan)
    some = np.isfinite(values).any(axis=0)
    if some.any():  # a percentile of nothing at all has no axis for the levels
        low[some], median[some], high[some] = np.nanpercentile(values[:, some], levels, axis=0)
    return _Family(name, steps, values, low, median, high, failed)


def _draw_family(axes: Axes, family: _Family, color: str, *, thin: float) -> None:
    axes.fill_between(family.steps, family.low, family.high, color=color, alpha=0.16, lw=0)
    for line in family.values:
        axes.plot(family.steps, line, color=color, lw=0.6, alpha=thin)
    axes.plot(family.steps, family.median, color=color, lw=2.2)


def _caption(families: list[_Family], band: float) -> str:
    counts = [count_words(len(family.values), family.failed) for family in families]
    named = "; ".join(
        f"{family.name}: {count}" if family.name else count for family, count in zip(families, counts, strict=True)
    )
    n = f"{counts[0]} each" if len(set(counts)) == 1 and len(counts) > 1 else named
    return f"Thin lines: {n}. Thick: their median; band: the middle {band:.0%} of them.".replace("%", " %")

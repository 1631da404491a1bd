"""Numbers of a drawing in words, for its alt text: taken from the table that is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.figures.marks import groups, numbers

if TYPE_CHECKING:
    import polars

NOTHING = "no finite value"


def spoken(value: float) -> str:
    """A number as it is read out: two decimals, or two digits where it is small, or none after the point if large."""
    if not np.isfinite(value):
        return NOTHING
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value == 0 or abs(value) >= 0.01 else f"{value:.1g}"


def finite(table: polars.DataFrame, column: str) -> np.ndarray:
    """The finite numbers of a column, also of one that holds nothing at all."""
    import polars as pl

    if table[column].dtype == pl.Null:
        return np.zeros(0)
    values = numbers(table, column, "the words of a drawing")
    return values[np.isfinite(values)]


def each_said(
    table: polars.DataFrame, column: str, by: str, *, compute: Callable[[np.ndarray], float] = np.mean
) -> str:
    """What each group comes to, in the order of first appearance: `slow (0.20), fast (0.93)`."""
    return ", ".join(f"{words} ({_one(part, column, compute)})" for words, part in groups(table, by))


def spans_said(table: polars.DataFrame, quantities: Mapping[str, str], by: str) -> str:
    """From where to where networks lie in each group, a quantity after the other: `first: right (0.10 to 0.52); …`."""
    parts = [
        f"{words}: " + ", ".join(f"{said} ({_span(part, column)})" for column, said in quantities.items())
        for words, part in groups(table, by)
    ]
    return "; ".join(parts)


def way_said(looks: polars.DataFrame, *, panel: str, by: str, value: str = "accuracy") -> str:
    """The median of each group's networks at its first look and its last: `dense: slow (0.14 to 0.52), …; …`."""
    import polars as pl

    def ends(part: polars.DataFrame) -> str:
        at = (pl.col("step") == pl.col("step").min(), pl.col("step") == pl.col("step").max())
        return " to ".join(_one(part.filter(each), value, np.median) for each in at)

    parts = [
        f"{words}: " + ", ".join(f"{way} ({ends(own)})" for way, own in groups(part, by))
        for words, part in groups(looks, panel)
    ]
    return "; ".join(parts)


def _one(table: polars.DataFrame, column: str, compute: Callable[[np.ndarray], float]) -> str:
    values = finite(table, column)
    return spoken(float(compute(values))) if len(values) else NOTHING


def _span(table: polars.DataFrame, column: str) -> str:
    values = finite(table, column)
    return f"{spoken(float(values.min()))} to {spoken(float(values.max()))}" if len(values) else NOTHING

"""Statistics over members: summaries of a table, and our number beside a published one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tropism.core.intervals import bootstrap
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    import polars


class WelchInterval(NamedTuple):
    """A difference of two means, its interval, and the degrees of freedom behind it."""

    difference: float
    low: float
    high: float
    freedom: float


def welch_interval(
    mean_a: float, std_a: float, n_a: int, mean_b: float, std_b: float, n_b: int, *, level: float = 0.99
) -> WelchInterval:
    """The interval of `mean_a − mean_b` where only means, standard deviations (n − 1) and counts are known.

    Two experiments agree, at this level, where it contains zero.

    Source: Welch (1947), "The generalization of Student's problem when several different population variances are
    involved"; degrees of freedom after Satterthwaite (1946).
    """
    for name, n in (("n_a", n_a), ("n_b", n_b)):
        if n < 2:
            raise BadValue(f"welch_interval.{name}", n, "at least 2, because one number has no spread")
    for name, std in (("std_a", std_a), ("std_b", std_b)):
        if not std >= 0:
            raise BadValue(f"welch_interval.{name}", std, "a standard deviation, at least 0")
    from scipy.special import stdtrit

    square_a, square_b = std_a**2 / n_a, std_b**2 / n_b
    square, difference = square_a + square_b, mean_a - mean_b
    if square == 0:
        return WelchInterval(difference, difference, difference, math.inf)
    freedom = square**2 / (square_a**2 / (n_a - 1) + square_b**2 / (n_b - 1))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(square)
    return WelchInterval(difference, difference - reach, difference + reach, freedom)


def summary(table: polars.DataFrame, by: str | Sequence[str], column: str) -> polars.DataFrame:
    """One row a group: `mean`, `std`, `median`, `n`, `failed`, and the mean's 95 % bootstrap bounds `low` and `high`.

    Groups stand in the order in which they first appear. Numbers that are not finite have failed: they are counted in
    `failed` and left out of the rest. `by` may be empty, for one row over all.
    """
    import polars as pl

    names = [by] if isinstance(by, str) else list(by)
    for name in (*names, column):
        if name not in table.columns:
            raise UnknownName("column", name, table.columns, "summary")
    clash = {"mean", "std", "median", "n", "failed", "low", "high"} & set(names)
    if clash:
        raise DoesNotFit(f"summary cannot group by {sorted(clash)[0]!r}: its own column has that name.")
    groups = table.group_by(names, maintain_order=True) if names else [((), table)]
    rows = [dict(zip(names, key, strict=True)) | _summarized(group[column]) for key, group in groups]
    schema = {name: table.schema[name] for name in names} | _SCHEMA
    return pl.DataFrame(rows, schema=schema)


_SCHEMA = {"mean": float, "std": float, "median": float, "n": int, "failed": int, "low": float, "high": float}


def _summarized(series: polars.Series) -> dict[str, float]:
    import polars as pl

    if not (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        raise BadValue(f"summary of column {series.name!r}", str(series.dtype), "numbers or booleans")
    values = np.array([math.nan if each is None else float(each) for each in series.to_list()], dtype=np.float64)
    finite = values[np.isfinite(values)]
    mean, low, high = bootstrap(finite, seed=0)
    return {
        "mean": mean,
        "std": float(finite.std(ddof=1)) if len(finite) > 1 else math.nan,
        "median": float(np.median(finite)) if len(finite) else math.nan,
        "n": len(finite),
        "failed": len(values) - len(finite),
        "low": low,
        "high": high,
    }

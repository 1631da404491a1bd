"""Evidence: the numbers of a table's members that bear on a claim, one a member."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Bool, Float

from tropism.core.intervals import Interval
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    import polars

Where: TypeAlias = tuple[tuple[str, str | int | float | bool], ...]
Predicate: TypeAlias = tuple[str, str, float]

OPERATORS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = MappingProxyType(
    {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal, "==": np.equal, "!=": np.not_equal}
)
"""How a share's predicate may compare a column with its threshold."""


@dataclass(frozen=True)
class Sample:
    """One number a member, and which of them failed; seeds are empty where the table has none."""

    values: Float[np.ndarray, "E"]
    failed: Bool[np.ndarray, "E"]
    members: tuple[int, ...]
    seeds: tuple[int, ...]


def sample(table: polars.DataFrame, column: str | Predicate, *, where: Where, share: bool, place: str) -> Sample:
    """The column's numbers in the rows that meet `where`; zeros and ones for a share.

    Args:
        place: Who asks, for error messages.

    Raises:
        UnknownName: A column or a condition that is not there.
        DoesNotFit: No row, or several rows of one member, which are not independent.
    """
    name = column if isinstance(column, str) else column[0]
    for needed in ("member", name):
        if needed not in table.columns:
            raise UnknownName("column", needed, table.columns, place)
    rows = _rows(table, where, place)
    _refuse_repeats(rows, place)
    values = _numbers(rows[name], f"{place}, column {name!r}")
    if share:
        values = _fulfilled(values, column, f"{place}, column {name!r}")
    seeds = tuple(rows["seed"].to_list()) if "seed" in rows.columns else ()
    return Sample(values, ~np.isfinite(values), tuple(rows["member"].to_list()), seeds)


def interval_in(table: polars.DataFrame, column: str, *, where: Where, place: str) -> tuple[Interval, int]:
    """An interval and its n, from `<column>`, `<column>_low`, `<column>_high` and `n` of one row.

    Raises:
        UnknownName: A column or a condition that is not there.
        DoesNotFit: No row, or several.
    """
    names = (column, f"{column}_low", f"{column}_high", "n")
    for needed in names:
        if needed not in table.columns:
            raise UnknownName("column", needed, table.columns, place)
    rows = _rows(table, where, place)
    if rows.height != 1:
        raise DoesNotFit(f"{place}: {rows.height} rows have an interval each; narrow `where` to one.")
    estimate, low, high, n = (float(_numbers(rows[name], f"{place}, column {name!r}")[0]) for name in names)
    return Interval(estimate, low, high), int(np.nan_to_num(n))


def aligned(ours: Sample, theirs: Sample) -> tuple[Sample, str]:
    """`theirs` in our order and what pairs them (`member`, else `seed`), or as it is and the empty string."""
    for unit in ("member", "seed"):
        a, b = (each.members if unit == "member" else each.seeds for each in (ours, theirs))
        if a and len(set(a)) == len(a) and sorted(a) == sorted(b):
            places = {name: place for place, name in enumerate(b)}
            order = [places[name] for name in a]
            return Sample(theirs.values[order], theirs.failed[order], ours.members, ours.seeds), unit
    return theirs, ""


def _rows(table: polars.DataFrame, where: Where, place: str) -> polars.DataFrame:
    rows = table
    for name, value in where:
        if name not in table.columns:
            raise UnknownName("column", name, table.columns, place)
        if not _equals(table[name], value).any():
            raise UnknownName(name, str(value), [str(each) for each in table[name].unique().to_list()], place)
        rows = rows.filter(_equals(rows[name], value))
    if rows.height == 0:
        met = " and ".join(f"{name} = {value!r}" for name, value in where)
        raise DoesNotFit(f"{place} has no row{f' with {met}' if met else ''}.")
    return rows


def _refuse_repeats(rows: polars.DataFrame, place: str) -> None:
    repeated = rows["member"].filter(rows["member"].is_duplicated())
    if len(repeated):
        raise DoesNotFit(
            f"{place}: member {repeated[0]} has {int((rows['member'] == repeated[0]).sum())} rows, and rows of one "
            "member are not independent; narrow `where` to one row a member, or summarize the table first."
        )


def _numbers(series: polars.Series, place: str) -> Float[np.ndarray, "E"]:
    import polars as pl

    if not (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        raise BadValue(place, str(series.dtype), "numbers or booleans")
    return np.array([math.nan if each is None else float(each) for each in series.to_list()], dtype=np.float64)


def _fulfilled(values: Float[np.ndarray, "E"], column: str | Predicate, place: str) -> Float[np.ndarray, "E"]:
    finite = np.isfinite(values)
    if isinstance(column, str):
        if not np.isin(values[finite], (0, 1)).all():
            raise BadValue(place, "numbers", "booleans, or give the share's column as (column, operator, threshold)")
        return np.where(finite, values, math.nan)
    _, operator, threshold = column
    return np.where(finite, OPERATORS[operator](values, threshold), math.nan)


def _equals(series: polars.Series, value: str | int | float | bool) -> polars.Series:
    import polars as pl

    if series.dtype.is_float() and isinstance(value, (int, float)):
        return pl.Series(
            np.isclose(series.to_numpy(), float(value), rtol=1e-6, atol=0)
        )  # a float32 column's 0.1 is 0.1
    if isinstance(value, str) != (series.dtype in (pl.String, pl.Categorical, pl.Enum)):
        return pl.Series(np.zeros(len(series), dtype=bool))
    return (series == value).fill_null(False)

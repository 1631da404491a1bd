"""Digests: what a long table of members says, a row a group and quantity; the table itself stays in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

LONGEST_WHOLE = 24
"""A table of members with more rows than this is shown as a digest."""

_NEVER_GROUPS = ("seed", "note", "failed", "cause", "collateral_worst", "worst")
_NEVER_MEASURED = ("member", "n", "power", "bystanders")
_NEVER_SETTINGS = ("step",)  # where a network was looked at on its way: whoever measured it did not set it
_MOST_GROUPS = 24


def is_long(table: polars.DataFrame) -> bool:
    """Whether a table has a row a member and too many of them to be read."""
    return "member" in table.columns and table.height > LONGEST_WHOLE


def digest(table: polars.DataFrame) -> polars.DataFrame:
    """Mean, spread, median, 95 % interval of the mean, n and failures of every quantity: a row a group and quantity.

    Groups are the words in the table (condition, colors …), in the order in which they come; what tells members apart
    is not one. Where a member has several rows in a group, numbers that every member has a row for each of are settings
    and tell groups apart, too.
    """
    import polars as pl

    from tropism.measures import summary

    groups = [
        name
        for name in table.columns
        if table[name].dtype == pl.String and name not in _NEVER_GROUPS and table[name].n_unique() <= _MOST_GROUPS
    ]
    groups = [name for name in groups if table[name].n_unique() > 1] or groups[:1]
    groups += _settings(table, groups)
    parts = []
    for name in table.columns:
        series = table[name]
        measured = series.dtype.is_numeric() or series.dtype == pl.Boolean
        if name in (*_NEVER_MEASURED, *groups) or not measured or series.n_unique() < 2:
            continue
        found = summary(table, groups, name)
        parts.append(found.select(*groups, pl.lit(name.replace("_", " ")).alias("quantity"), pl.exclude(*groups)))
    return pl.concat(parts) if parts else table.head(LONGEST_WHOLE)


def _settings(table: polars.DataFrame, groups: list[str]) -> list[str]:
    """Columns of numbers by which a member's rows in a group differ, and differ alike for all members."""
    found: list[str] = []
    for name in table.columns:
        if not table.select("member", *groups, *found).is_duplicated().any():
            break
        few = table[name].dtype.is_numeric() and 1 < table[name].n_unique() <= _MOST_GROUPS
        never = name in (*_NEVER_GROUPS, *_NEVER_MEASURED, *_NEVER_SETTINGS)
        if few and not never and _is_everyones(table, groups, name):
            found.append(name)
    return found


def _is_everyones(table: polars.DataFrame, groups: list[str], name: str) -> bool:
    """Whether there are several members, and each has a row for each of the column's numbers in every group."""
    parts = table.partition_by(groups) if groups else [table]
    numbers = table[name].n_unique()
    seen = [(part["member"].n_unique(), part.n_unique(("member", name))) for part in parts]
    return all(members > 1 and both == members * numbers for members, both in seen)

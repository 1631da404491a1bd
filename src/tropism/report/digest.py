"""Digests: what a long table of members says, a row a group and quantity; the table itself stays in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

LONGEST_WHOLE = 24
"""A table of members with more rows than this is shown as a digest."""

_NEVER_GROUPS = ("seed", "note", "failed", "cause", "collateral_worst", "worst")
_NEVER_MEASURED = ("member", "n", "power", "bystanders")
_MOST_GROUPS = 24


def is_long(table: polars.DataFrame) -> bool:
    """Whether a table has a row a member and too many of them to be read."""
    return "member" in table.columns and table.height > LONGEST_WHOLE


def digest(table: polars.DataFrame) -> polars.DataFrame:
    """Mean, spread, median, 95 % interval of the mean, n and failures of every quantity: a row a group and quantity.

    Groups are the words in the table (condition, colors …), in the order in which they come; what tells members apart
    is not one.
    """
    import polars as pl

    from tropism.measures import summary

    groups = [
        name
        for name in table.columns
        if table[name].dtype == pl.String and name not in _NEVER_GROUPS and table[name].n_unique() <= _MOST_GROUPS
    ]
    groups = [name for name in groups if table[name].n_unique() > 1] or groups[:1]
    parts = []
    for name in table.columns:
        series = table[name]
        measured = series.dtype.is_numeric() or series.dtype == pl.Boolean
        if name in _NEVER_MEASURED or not measured or series.n_unique() < 2:
            continue
        found = summary(table, groups, name)
        parts.append(found.select(*groups, pl.lit(name.replace("_", " ")).alias("quantity"), pl.exclude(*groups)))
    return pl.concat(parts) if parts else table.head(LONGEST_WHOLE)

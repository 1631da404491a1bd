"""Digests: what a long table of members says, a row a setting, a column a quantity; the table itself stays stored."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.intervals import bootstrap, wilson
from tropism.report.wording import between, number, spread

if TYPE_CHECKING:
    import polars

LONGEST_WHOLE = 24
"""A table of members with more rows than this is shown as a digest."""

MOST_ROWS = 400
"""Rows of a digest that are shown: what was measured is not cut off, unless it fills pages."""

HOW_TO_READ = (
    "Each cell is mean ± standard deviation over the n rows it stands for, and in brackets, where each row is another "
    "member, the 95 % interval of that mean; of what is yes or no, the share of yes. Any other number without ± is the "
    "same in all n."
)

_NEVER_GROUPS = ("seed", "note", "failed", "cause", "collateral_worst", "worst")
_NEVER_MEASURED = ("member", "n", "power", "bystanders")
_NEVER_SETTINGS = ("step",)  # where a network was looked at on its way: whoever measured it did not set it
_MOST_GROUPS = 24
_SAME = 1e-9
"""Numbers that differ by less than this part of their size are one number: the rest is rounding."""


def is_long(table: polars.DataFrame) -> bool:
    """Whether a table has a row a member and too many of them to be read."""
    return "member" in table.columns and table.height > LONGEST_WHOLE


def digest(table: polars.DataFrame) -> polars.DataFrame:
    """A row a group, with `n` and every quantity as `mean ± std [low, high]`; what was measured comes first.

    Groups are the words in the table (condition, colors …), in the order in which they come; what tells members apart
    is not one. Where a member has several rows in a group, numbers that every member has a row for each of are settings
    and tell groups apart, too. Numbers that all rows of each group share (a setting, a theory's number) come last, as
    they are; those that the group's words already say, and those that never change, are left out. Where some of a
    group's numbers are not finite, it is said beside the mean how many are.
    """
    import polars as pl

    groups = _groups(table)
    parts = _parted(table, groups)
    named = [dict(zip(groups, part.select(groups).row(0), strict=True)) if groups else {} for part in parts]
    columns = [_Column(name, parts) for name in table.columns if _may_be_measured(table, name, groups)]
    varied = [each for each in columns if not each.is_same() and each.changes()]
    steady = [each for each in columns if each.is_same() and each.changes() and not each.is_said(named)]
    if not varied and not steady:
        return table.head(LONGEST_WHOLE)
    counted = pl.Series("n", [part.height for part in parts])
    first = {name: pl.Series(name, [each[name] for each in named], dtype=table.schema[name]) for name in groups}
    texts = {each.name: [each.text(place) for place in range(len(parts))] for each in (*varied, *steady)}
    return pl.DataFrame({**first, "n": counted, **texts})


class _Column:
    """A column of numbers, cut into groups."""

    def __init__(self, name: str, parts: Sequence[polars.DataFrame]) -> None:
        import polars as pl

        self.name = name
        self._boolean = parts[0].schema[name] == pl.Boolean
        self._all = [part[name].cast(pl.Float64).fill_null(math.nan).to_numpy() for part in parts]
        self._finite = [each[np.isfinite(each)] for each in self._all]
        self._members = [part["member"].n_unique() == part.height for part in parts]

    def is_same(self) -> bool:
        """Whether each group has one number only, and some group has it more than once."""
        return any(len(each) > 1 for each in self._finite) and all(map(_one, self._finite)) and self._is_whole()

    def changes(self) -> bool:
        """Whether rows differ in it, if only in that some have a number and some have none."""
        finite, asked = sum(map(len, self._finite)), sum(map(len, self._all))
        return 0 < finite < asked or not _one(np.concatenate(self._finite))

    def is_said(self, named: Sequence[dict[str, object]]) -> bool:
        """Whether every group's words hold its number, so that it needs no column."""
        found = [(values[0], [*_numbers_in(group)]) for group, values in zip(named, self._finite, strict=True)]
        return all(any(_one(np.array([value, each])) for each in said) for value, said in found)

    def text(self, place: int) -> str:
        """What is shown of one group."""
        values, asked = self._finite[place], len(self._all[place])
        if len(values) == 0:
            return number(None)
        ends, mean = self._interval(place), float(values.mean())
        plain = self._boolean or len(values) < 2 or _one(values)
        told = _bare(mean) + between(ends, 2) if plain else spread(mean, float(values.std(ddof=1)), ends)
        return told if len(values) == asked else f"{told} ({len(values)} of {asked})"

    def _interval(self, place: int) -> tuple[float, float] | None:
        """That of the mean, 95 %: a bootstrap's, or Wilson's of a share; none where rows are no members."""
        values = self._finite[place]
        if not self._members[place] or len(values) < 2:
            return None
        if self._boolean:
            return wilson(int(values.sum()), len(values))[1:]
        return None if _one(values) else bootstrap(values, seed=0)[1:]

    def _is_whole(self) -> bool:
        return all(len(finite) == len(every) > 0 for finite, every in zip(self._finite, self._all, strict=True))


def _bare(value: float) -> str:
    """Three digits, and no zeros at the end of decimals."""
    told = number(value)
    return told.rstrip("0").rstrip(".") if "." in told and "×" not in told else told


def _one(values: np.ndarray) -> bool:
    """Whether some finite numbers are one number, but for rounding."""
    return len(values) == 0 or bool(np.ptp(values) <= _SAME * np.abs(values).max())


def _numbers_in(group: dict[str, object]) -> list[float]:
    """The numbers that a group's words hold, and those that tell it apart: `density 0.15` holds one."""
    found: list[float] = []
    for each in group.values():
        for word in str(each).replace("−", "-").replace("=", " ").split():
            try:
                found.append(float(word))
            except ValueError:
                continue
    return found


def _groups(table: polars.DataFrame) -> list[str]:
    import polars as pl

    groups = [
        name
        for name in table.columns
        if table[name].dtype == pl.String and name not in _NEVER_GROUPS and table[name].n_unique() <= _MOST_GROUPS
    ]
    groups = [name for name in groups if table[name].n_unique() > 1] or groups[:1]
    return groups + _settings(table, groups)


def _parted(table: polars.DataFrame, groups: list[str]) -> list[polars.DataFrame]:
    return table.partition_by(groups, maintain_order=True) if groups else [table]


def _may_be_measured(table: polars.DataFrame, name: str, groups: list[str]) -> bool:
    import polars as pl

    kind = table.schema[name]
    return (kind.is_numeric() or kind == pl.Boolean) and name not in (*_NEVER_MEASURED, *groups)


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

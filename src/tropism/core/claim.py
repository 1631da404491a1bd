"""Claims that can fail: written before the look, judged on tables.

A claim names a table, a statistic over its members, and the side of a threshold on which the number should lie. It
*holds* where the whole 95 % interval lies on that side, *fails* where it lies on the other, and is *undecided*
otherwise; what is said of all members also fails by one. All three are results; none is an error.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import numpy as np
from jaxtyping import Float

from tropism.core.evidence import OPERATORS, Predicate, Sample, Where, aligned, interval_in, sample
from tropism.core.intervals import (
    NOTHING,
    STATISTICS,
    Interval,
    bootstrap,
    percentiles,
    resample,
    share_difference,
    wilson,
)
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import Value

if TYPE_CHECKING:
    import polars

Named: TypeAlias = Literal["mean", "median", "std", "share", "max", "min", "difference", "ratio", "measured"]
Outcome: TypeAlias = Literal["holds", "fails", "undecided"]

COMPARISONS = ("difference", "ratio")


@dataclass(frozen=True)
class Claim(Value):
    """A sentence that a table can refute.

    A table has one row a member and condition, with `member` and the measured columns. A member whose number is not
    finite has failed: it does not fulfill a share's predicate, and is left out of every other statistic, where the
    verdict says how many are missing; with `failed_as` it counts as that number instead.

    That a `max` is below a threshold, or a `min` above, is said of every member that has a number: one that is not
    refutes it, alone and whatever the interval, for the largest of more members is no smaller.

    `difference` and `ratio` compare the rows of `where` with those of `versus`, member by member where both sides have
    the same members (or else the same seeds), as independent samples otherwise.

    `measured` takes an interval that the measure itself worked out, such as a count's: the columns named as `column`
    and with `_low` and `_high` behind it, of the one row that `where` leaves, whose `n` says of how many it is.

        Claim("Deleting red costs red at least .1 more than blue.", table="errors", statistic="difference",
              column="error", where=(("condition", "red"),), versus=(("condition", "blue"),), above=0.1)
    """

    text: str
    """The claim in one sentence, as a reader would put it."""
    table: str
    """The name of the table that decides."""
    statistic: Named
    """What is said of the members: a statistic, or a comparison of two."""
    column: str | Predicate
    """The measured column; for a share a boolean one, or `(column, operator, threshold)`."""
    where: Where = ()
    """Which rows count: `(column, value)` pairs, all of which must be met."""
    versus: Where | None = None
    """The other side of a comparison; what it does not name stays as in `where`."""
    against: str | Predicate | None = None
    """The other side's column, where it is another one."""
    of: Literal["mean", "median", "std", "share", "max", "min"] = "mean"
    """Which statistic a comparison compares."""
    above: float | None = None
    """The interval must lie above this; with `below`, between the two."""
    below: float | None = None
    """The interval must lie below this."""
    failed_as: float | None = None
    """What a failed member counts as; left out if None."""
    source: str = ""
    """Where the claim or its published number comes from."""
    published: float | None = None
    """The published number to stand beside ours; it decides nothing."""
    note: str = ""
    """What a reader should know beside the number."""

    def check(self) -> None:
        if not self.text.strip():
            raise BadValue("Claim.text", self.text, "a sentence")
        _refuse_unknown("statistic", self.statistic, get_args(Named))
        _refuse_unknown("statistic", self.of, STATISTICS)
        if self.above is None and self.below is None:
            raise DoesNotFit(f"{self._place} has no threshold, so it could not fail; give `above`, `below`, or both.")
        if self.above is not None and self.below is not None and not self.above < self.below:
            raise DoesNotFit(
                f"{self._place} asks for above {self.above:g} and below {self.below:g}: no number is both."
            )
        compares = self.statistic in COMPARISONS
        other = self.versus is not None or self.against is not None
        if compares and not other:
            raise DoesNotFit(
                f"{self._place} is a {self.statistic} with nothing to compare; give `versus` or `against`."
            )
        if other and not compares:
            raise DoesNotFit(f"{self._place} has a second side; its statistic must be one of {', '.join(COMPARISONS)}.")
        for column in (self.column, self.against):
            if isinstance(column, tuple):
                self._check_predicate(column)

    @property
    def wanted(self) -> str:
        """The side on which the number should lie, in words."""
        if self.above is not None and self.below is not None:
            return f"between {self.above:g} and {self.below:g}"
        return f"above {self.above:g}" if self.above is not None else f"below {self.below:g}"

    def judge(self, tables: Mapping[str, polars.DataFrame]) -> Verdict:
        """The verdict of the named table.

        Raises:
            UnknownName: A table, column or condition that is not there.
            DoesNotFit: Rows that are not one a member, or none at all.
        """
        if self.table not in tables:
            raise UnknownName("table", self.table, tables, self._place)
        table = tables[self.table]
        if self.statistic == "measured":
            place = f"{self._place}, table {self.table!r}"
            interval, n = interval_in(table, str(self.column), where=self.where, place=place)
            return self._verdict(interval, n, 0, "")
        ours = self._sample(table, self.where, self.column)
        if self.statistic not in COMPARISONS:
            interval, n = _alone(ours.values, self.statistic, self._seed)
            return self._verdict(interval, n, int(ours.failed.sum()), "")
        where = tuple({**dict(self.where), **dict(self.versus or ())}.items())
        theirs = self._sample(table, where, self.column if self.against is None else self.against)
        return self._compare(ours, theirs)

    @property
    def _place(self) -> str:
        return f"the claim {self.text!r}"

    @property
    def _share(self) -> bool:
        return "share" in (self.statistic, self.of if self.statistic in COMPARISONS else "")

    @property
    def _seed(self) -> int:
        return int.from_bytes(hashlib.sha256(self.text.encode()).digest()[:8], "big")

    def _check_predicate(self, predicate: Predicate) -> None:
        if not self._share:
            raise BadValue("Claim.column", predicate, f"one column's name, because its statistic is {self.statistic!r}")
        if len(predicate) != 3:
            raise BadValue("Claim.column", predicate, "(column, operator, threshold)")
        _refuse_unknown("operator", predicate[1], OPERATORS)

    def _sample(self, table: polars.DataFrame, where: Where, column: str | Predicate) -> Sample:
        place = f"{self._place}, table {self.table!r}"
        found = sample(table, column, where=where, share=self._share, place=place)
        if self.failed_as is None or self._share:
            return found
        return replace(found, values=np.where(found.failed, self.failed_as, found.values))

    def _compare(self, ours: Sample, theirs: Sample) -> Verdict:
        theirs, unit = aligned(ours, theirs)
        a, b = ours.values, theirs.values
        keep_a, keep_b = np.isfinite(a), np.isfinite(b)
        if unit:
            failed, how = int((ours.failed | theirs.failed).sum()), f"paired by {unit}"
            keep_a = keep_b = keep_a & keep_b
        else:
            failed, how = int(ours.failed.sum() + theirs.failed.sum()), f"{len(a)} and {len(b)} independent members"
        a, b = (np.nan_to_num(a), np.nan_to_num(b)) if self._share else (a[keep_a], b[keep_b])
        if self._share and self.statistic == "difference":
            interval = share_difference(a, b, paired=bool(unit))
        else:
            interval = self._resampled(a, b, bool(unit))
        return self._verdict(interval, min(len(a), len(b)), failed, how)

    def _resampled(self, a: Float[np.ndarray, "E"], b: Float[np.ndarray, "F"], paired: bool) -> Interval:
        if min(len(a), len(b)) < 2:
            return NOTHING
        compute, ratio = STATISTICS[self.of], self.statistic == "ratio"
        if paired:
            both = resample(
                len(a), lambda rows: np.stack([compute(a[rows]), compute(b[rows])], axis=-1), seed=self._seed
            )
            drawn_a, drawn_b = both[:, 0], both[:, 1]
        else:
            drawn_a = resample(len(a), lambda rows: compute(a[rows]), seed=self._seed)
            drawn_b = resample(len(b), lambda rows: compute(b[rows]), seed=self._seed + 1)
        whole_a, whole_b = float(compute(a)), float(compute(b))
        if not ratio:
            return Interval(whole_a - whole_b, *percentiles(drawn_a - drawn_b))
        if not (drawn_b.min() > 0 or drawn_b.max() < 0):  # a ratio over something that may be zero is no number
            return Interval(whole_a / whole_b if whole_b else math.nan, math.nan, math.nan)
        return Interval(whole_a / whole_b, *percentiles(drawn_a / drawn_b))

    def _verdict(self, interval: Interval, n: int, failed: int, how: str) -> Verdict:
        outcome, reason = self._decide(interval, n)
        as_what = "left out" if self.failed_as is None else f"counted as {self.failed_as:g}"
        missing = f"{failed} failed, {'counted as not fulfilling it' if self._share else as_what}" if failed else ""
        reason = "; ".join(part for part in (reason, how, missing) if part)
        return Verdict(self, interval.estimate, interval.low, interval.high, n, failed, outcome, reason)

    def _decide(self, interval: Interval, n: int) -> tuple[Outcome, str]:
        estimate, low, high = interval
        floor = -math.inf if self.above is None else self.above
        ceiling = math.inf if self.below is None else self.below
        if (self.statistic == "min" and estimate <= floor) or (self.statistic == "max" and estimate >= ceiling):
            return "fails", f"at least one member is not {self.wanted}, and no further one could mend that"
        if not (math.isfinite(low) and math.isfinite(high)):
            if self.statistic == "measured":
                return "undecided", "the measure gives no interval"
            few = f"{n} members give no interval" if n < 2 else "the ratio's lower part may be zero"
            return "undecided", few
        if low > floor and high < ceiling:
            return "holds", f"the whole interval lies {self.wanted}"
        if high <= floor or low >= ceiling:
            return "fails", f"no part of the interval lies {self.wanted}"
        return "undecided", f"only part of the interval lies {self.wanted}"


@dataclass(frozen=True)
class Verdict(Value):
    """What a table said of a claim: the estimate, its 95 % interval, and the outcome."""

    claim: Claim
    estimate: float
    low: float
    high: float
    n: int
    """Members that count; in an unpaired comparison those of the smaller side."""
    failed: int
    """Members (or pairs) without a finite number."""
    verdict: Outcome
    reason: str


def _alone(values: Float[np.ndarray, "E"], statistic: str, seed: int) -> tuple[Interval, int]:
    finite = values[np.isfinite(values)]
    if statistic == "share":
        return wilson(int(finite.sum()), len(values)), len(values)
    return bootstrap(finite, statistic, seed=seed), len(finite)


def _refuse_unknown(kind: str, given: str, known: Collection[str]) -> None:
    if given not in known:
        raise UnknownName(kind, given, known, "Claim")

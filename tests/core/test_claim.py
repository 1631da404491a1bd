"""Claims: which side the interval lies on, who counts, and what is refused."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import polars as pl
import pytest

from tropism.core.claim import Claim, Verdict
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import canonical_json


def table_of(values: list[float | None] | np.ndarray, condition: str = "cut", first: int = 0) -> pl.DataFrame:
    members = range(first, first + len(values))
    columns = {"member": members, "seed": members, "condition": [condition] * len(values), "error": list(values)}
    return pl.DataFrame(
        columns, schema_overrides={"error": pl.Float64, "condition": pl.String, "member": pl.Int64, "seed": pl.Int64}
    )


NOISE = np.random.default_rng(3).normal(1.0, 0.1, 60)
MEAN = Claim("The error is large.", table="errors", statistic="mean", column="error", above=0.9)


def judged(claim: Claim, *tables: pl.DataFrame) -> Verdict:
    return claim.judge({"errors": pl.concat(tables)})


@pytest.mark.parametrize(("threshold", "outcome"), [(0.9, "holds"), (1.0, "undecided"), (1.1, "fails")])
def test_a_claim_holds_or_fails_only_where_its_whole_interval_lies_on_one_side(threshold: float, outcome: str) -> None:
    assert judged(dataclasses.replace(MEAN, above=threshold), table_of(NOISE)).verdict == outcome


def test_above_and_below_a_threshold_are_each_others_opposites() -> None:
    opposite = {"holds": "fails", "fails": "holds", "undecided": "undecided"}
    for threshold in np.linspace(0.9, 1.1, 21).tolist():
        above = dataclasses.replace(MEAN, above=threshold)
        below = dataclasses.replace(MEAN, above=None, below=threshold)
        assert judged(below, table_of(NOISE)).verdict == opposite[judged(above, table_of(NOISE)).verdict]


def test_an_interval_that_touches_the_threshold_from_the_other_side_fails_for_no_part_of_it_lies_beyond() -> None:
    none = table_of([0.0, 0.0, 0.0])
    assert judged(dataclasses.replace(MEAN, above=0.0), none).verdict == "fails"
    assert judged(dataclasses.replace(MEAN, above=None, below=0.0), none).verdict == "fails"
    assert judged(dataclasses.replace(MEAN, above=0.0), table_of([0.0, 0.0, 1.0])).verdict == "undecided"


@pytest.mark.parametrize(
    ("above", "below", "outcome"),
    [
        (0.9, 1.1, "holds"),
        (1.1, 1.2, "fails"),
        (0.1, 0.9, "fails"),
        (1.0, 1.2, "undecided"),
        (0.999, 1.001, "undecided"),
    ],
)
def test_between_asks_for_the_whole_interval_inside(above: float, below: float, outcome: str) -> None:
    assert judged(dataclasses.replace(MEAN, above=above, below=below), table_of(NOISE)).verdict == outcome


@pytest.mark.parametrize("statistic", ["max", "min"])
def test_one_member_refutes_what_is_said_of_all(statistic: str) -> None:
    """No further member makes the largest smaller, so a bootstrap that leaves the one out has nothing to say."""
    turn = 1 if statistic == "max" else -1
    side = "below" if statistic == "max" else "above"
    claim = dataclasses.replace(MEAN, statistic=statistic, **{"above": None, side: turn * 1.5})
    seen = turn * np.append(NOISE, 2.0)
    refuted = judged(claim, table_of(seen))
    assert (refuted.verdict, refuted.estimate) == ("fails", turn * 2.0)
    assert refuted.low < turn * 1.5 or refuted.high > turn * 1.5, "the interval alone would have left it undecided"
    assert judged(claim, table_of(turn * NOISE)).verdict == "holds"
    assert judged(claim, table_of(seen[-1:])).verdict == "fails", "one member is enough to refute,"
    assert judged(claim, table_of(seen[:1])).verdict == "undecided", "and too few to speak for all"


@pytest.mark.parametrize("statistic", ["max", "min"])
def test_what_is_said_of_some_member_is_still_asked_of_the_interval(statistic: str) -> None:
    turn = 1 if statistic == "max" else -1
    side = "above" if statistic == "max" else "below"
    claim = dataclasses.replace(MEAN, statistic=statistic, **{"above": None, side: turn * 1.5})
    assert judged(claim, table_of(turn * np.append(NOISE, 2.0))).verdict == "undecided"
    assert judged(claim, table_of(turn * NOISE)).verdict == "fails"


def test_the_order_of_rows_and_of_other_conditions_changes_no_comparison() -> None:
    claim = Claim(
        "d", table="errors", statistic="difference", column="error", above=0.0,
        where=(("condition", "cut"),), versus=(("condition", "whole"),),
    )  # fmt: skip
    ours, theirs = table_of(NOISE), table_of(NOISE - 0.1, "whole")
    straight = judged(claim, ours, theirs)
    assert straight == judged(claim, ours, theirs.reverse(), table_of(NOISE, "other"))


def test_the_same_claim_and_table_give_the_same_verdict_to_the_last_bit() -> None:
    assert judged(MEAN, table_of(NOISE)) == judged(MEAN, table_of(NOISE))


def test_the_bootstrap_interval_of_a_mean_comes_near_the_normal_one() -> None:
    verdict = judged(MEAN, table_of(NOISE))
    reach = 1.96 * NOISE.std() / math.sqrt(60)
    # A percentile of 10,000 draws is itself uncertain by about 2 % of the reach.
    assert verdict.low == pytest.approx(NOISE.mean() - reach, abs=0.1 * reach)
    assert verdict.high == pytest.approx(NOISE.mean() + reach, abs=0.1 * reach)


def test_pairs_cancel_what_their_members_share() -> None:
    luck = np.random.default_rng(0).normal(0, 10, 40)
    small = np.random.default_rng(1).normal(0.5, 0.1, 40)
    ours, theirs = table_of(luck + small), table_of(luck, "whole")
    claim = Claim(
        "d", table="errors", statistic="difference", column="error", above=0.3,
        where=(("condition", "cut"),), versus=(("condition", "whole"),),
    )  # fmt: skip
    paired = judged(claim, ours, theirs)
    assert (paired.verdict, paired.n) == ("holds", 40)
    assert "paired by member" in paired.reason
    strangers = table_of(luck, "whole", first=100)
    unpaired = judged(claim, ours, strangers)
    assert unpaired.verdict == "undecided"
    assert unpaired.estimate == pytest.approx(paired.estimate)
    same_seeds = strangers.with_columns(seed=pl.col("seed") - 100)
    assert "paired by seed" in judged(claim, ours, same_seeds).reason


def test_a_ratio_divides_the_two_sides_and_is_undecided_over_zero() -> None:
    claim = Claim(
        "r", table="errors", statistic="ratio", column="error", above=1.5, below=2.5,
        where=(("condition", "cut"),), versus=(("condition", "whole"),),
    )  # fmt: skip
    verdict = judged(claim, table_of(2 * NOISE), table_of(NOISE, "whole"))
    assert verdict.verdict == "holds"
    assert verdict.estimate == pytest.approx(2.0)
    centered = judged(claim, table_of(NOISE), table_of(NOISE - 1, "whole"))
    assert centered.verdict == "undecided"
    assert math.isnan(centered.low)


def test_two_columns_of_the_same_members_compare_as_pairs() -> None:
    table = table_of(NOISE).with_columns(calm=pl.col("error") - 0.5)
    claim = Claim("c", table="errors", statistic="difference", column="error", against="calm", above=0.4, of="median")
    verdict = judged(claim, table)
    assert verdict.verdict == "holds"
    assert verdict.estimate == pytest.approx(0.5)


def test_failed_members_do_not_fulfill_a_share_and_are_left_out_of_a_mean() -> None:
    table = table_of([1.0] * 58 + [math.nan, None])
    share = Claim("s", table="errors", statistic="share", column=("error", ">=", 1.0), above=0.85)
    counted = judged(share, table)
    assert (counted.n, counted.failed, counted.verdict) == (60, 2, "holds")
    assert counted.estimate == pytest.approx(58 / 60)
    mean = judged(MEAN, table)
    assert (mean.n, mean.failed, mean.estimate) == (58, 2, 1.0)
    assert "2 failed" in mean.reason
    priced = judged(dataclasses.replace(MEAN, failed_as=-59.0), table)
    assert (priced.n, priced.failed, priced.estimate) == (60, 2, pytest.approx(-1.0))


def test_a_pair_with_one_failed_member_has_failed() -> None:
    claim = Claim(
        "d", table="errors", statistic="difference", column="error", above=0.5,
        where=(("condition", "cut"),), versus=(("condition", "whole"),),
    )  # fmt: skip
    broken = NOISE.copy()
    broken[7] = math.inf
    verdict = judged(claim, table_of(broken + 1), table_of(NOISE, "whole"))
    assert (verdict.n, verdict.failed) == (59, 1)
    assert verdict.estimate == pytest.approx(1.0)


def test_a_boolean_column_is_a_share_as_it_stands_and_numbers_are_not() -> None:
    table = table_of(NOISE).with_columns(good=pl.col("error") > 0)
    claim = Claim("s", table="errors", statistic="share", column="good", above=0.9)
    assert judged(claim, table).verdict == "holds"
    with pytest.raises(BadValue, match="operator"):
        judged(dataclasses.replace(claim, column="error"), table)


MEASURED = Claim("m", table="errors", statistic="measured", column="ratio", where=(("figure", "triangle"),), above=1.0)


def worked_out(low: float | None, high: float | None) -> pl.DataFrame:
    columns = {"figure": ["triangle", "digon"], "ratio": [1.5, 9.0], "n": [3, 3]}
    return pl.DataFrame({**columns, "ratio_low": [low, 8.0], "ratio_high": [high, 10.0]}, strict=False)


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [(1.1, 2.0, "holds"), (0.2, 1.0, "fails"), (0.7, 2.2, "undecided"), (1.1, math.inf, "undecided"),
     (None, None, "undecided")],
)  # fmt: skip
def test_an_interval_that_the_measure_worked_out_is_judged_as_it_stands(low, high, outcome) -> None:
    verdict = judged(MEASURED, worked_out(low, high))
    assert (verdict.verdict, verdict.estimate, verdict.n, verdict.failed) == (outcome, 1.5, 3, 0)
    assert [verdict.low, verdict.high] == pytest.approx([low or math.nan, high or math.nan], nan_ok=True)


def test_an_interval_that_was_worked_out_comes_with_all_its_columns_and_from_one_row() -> None:
    with pytest.raises(UnknownName, match="ratio_low"):
        judged(MEASURED, worked_out(1.0, 2.0).drop("ratio_low"))
    with pytest.raises(DoesNotFit, match="2 rows have an interval each"):
        judged(dataclasses.replace(MEASURED, where=()), worked_out(1.0, 2.0))
    with pytest.raises(DoesNotFit, match="second side"):
        dataclasses.replace(MEASURED, against="n")


@pytest.mark.parametrize("values", [[1.0], [math.nan] * 5])
def test_too_few_members_leave_a_claim_undecided(values: list[float]) -> None:
    table = pl.concat([table_of(values), table_of([1.0, 2.0], "other", first=50)])
    verdict = judged(dataclasses.replace(MEAN, where=(("condition", "cut"),)), table)
    assert verdict.verdict == "undecided"
    assert math.isnan(verdict.low)


def test_a_single_precision_condition_is_found_by_its_double_precision_number() -> None:
    table = table_of(NOISE).with_columns(rate=pl.lit(0.1, dtype=pl.Float32))
    assert judged(dataclasses.replace(MEAN, where=(("rate", 0.1),)), table).n == 60


@pytest.mark.parametrize(
    ("change", "tables", "hint"),
    [
        ({"table": "error"}, None, "'errors'"),
        ({"column": "eror"}, None, "'error'"),
        ({"where": (("condtion", "cut"),)}, None, "'condition'"),
        ({"where": (("condition", "cutt"),)}, None, "'cut'"),
    ],
)
def test_a_misspelled_name_is_met_with_the_near_one(change: dict, tables: None, hint: str) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean {hint}"):
        judged(dataclasses.replace(MEAN, **change), table_of(NOISE))


def test_rows_of_one_member_are_refused_as_independent_evidence() -> None:
    with pytest.raises(DoesNotFit, match="member 0 has 2 rows"):
        judged(MEAN, table_of(NOISE), table_of(NOISE, "whole"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"above": None}, DoesNotFit),
        ({"below": 0.5}, DoesNotFit),
        ({"statistic": "average"}, UnknownName),
        ({"statistic": "difference"}, DoesNotFit),
        ({"versus": (("condition", "whole"),)}, DoesNotFit),
        ({"column": ("error", "<", 1.0)}, BadValue),
        ({"statistic": "share", "column": ("error", "=<", 1.0)}, UnknownName),
        ({"text": " "}, BadValue),
    ],
)
def test_a_claim_that_could_not_be_judged_cannot_be_made(change: dict, error: type[Exception]) -> None:
    with pytest.raises(error):
        dataclasses.replace(MEAN, **change)


def test_a_verdict_can_be_written_even_without_an_interval() -> None:
    assert '"verdict":"undecided"' in canonical_json(judged(MEAN, table_of([1.0])))

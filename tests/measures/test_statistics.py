"""Summaries of tables, and our number beside a published one."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures.statistics import summary, welch_interval


def test_swapping_the_two_sides_turns_the_interval_around() -> None:
    one, other = welch_interval(2, 1, 20, 5, 3, 9), welch_interval(5, 3, 9, 2, 1, 20)
    assert one.difference == -other.difference
    assert (one.low, one.high) == (pytest.approx(-other.high), pytest.approx(-other.low))


def test_a_higher_level_reaches_farther() -> None:
    assert welch_interval(0, 1, 9, 0, 1, 9, level=0.99).high > welch_interval(0, 1, 9, 0, 1, 9, level=0.95).high


def test_equal_samples_give_students_interval() -> None:
    # Student's t with 18 degrees of freedom at the two-sided 99 % level: 2.8784 (any table of the distribution).
    interval = welch_interval(1, 2, 10, 0, 2, 10)
    assert interval.freedom == pytest.approx(18)
    assert interval.high - 1 == pytest.approx(2.8784 * 2 * math.sqrt(2 / 10), rel=1e-4)


def test_the_interval_agrees_with_welchs_test_on_raw_numbers() -> None:
    from scipy import stats

    random = np.random.default_rng(0)
    a, b = random.normal(0, 1, 30), random.normal(0.5, 3, 12)
    theirs = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.99)
    ours = welch_interval(a.mean(), a.std(ddof=1), 30, b.mean(), b.std(ddof=1), 12)
    assert (ours.low, ours.high) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_numbers_without_spread_have_a_point_for_an_interval() -> None:
    assert welch_interval(3, 0, 5, 1, 0, 5)[:3] == (2, 2, 2)


def test_a_single_number_has_no_spread_and_is_refused() -> None:
    with pytest.raises(BadValue, match="n_b"):
        welch_interval(0, 1, 9, 0, 1, 1)
    with pytest.raises(BadValue, match="std_a"):
        welch_interval(0, math.nan, 9, 0, 1, 9)


def test_a_summary_counts_the_failed_and_leaves_them_out() -> None:
    table = pl.DataFrame({"condition": ["b", "b", "b", "a", "a"], "error": [1.0, 3.0, math.nan, None, math.inf]})
    rows = summary(table, "condition", "error").rows(named=True)
    assert [row["condition"] for row in rows] == ["b", "a"]
    assert (rows[0]["mean"], rows[0]["median"], rows[0]["n"], rows[0]["failed"]) == (2.0, 2.0, 2, 1)
    assert rows[0]["std"] == pytest.approx(math.sqrt(2))
    assert rows[0]["low"] <= 2 <= rows[0]["high"]
    assert (rows[1]["n"], rows[1]["failed"]) == (0, 2)
    assert math.isnan(rows[1]["mean"])


def test_a_summary_may_group_by_several_columns_or_by_none() -> None:
    table = pl.DataFrame({"a": [1, 1, 2], "b": ["x", "y", "x"], "error": [1.0, 2.0, 3.0]})
    assert summary(table, ("a", "b"), "error").height == 3
    assert summary(table, (), "error")["mean"].to_list() == [2.0]


def test_a_summary_names_the_column_that_is_not_there() -> None:
    table = pl.DataFrame({"n": [1], "error": [1.0]})
    with pytest.raises(UnknownName, match="Did you mean 'error'"):
        summary(table, (), "eror")
    with pytest.raises(DoesNotFit, match="'n'"):
        summary(table, "n", "error")


def test_a_column_of_words_has_no_mean() -> None:
    with pytest.raises(BadValue, match="String"):
        summary(pl.DataFrame({"error": ["a"]}), (), "error")
    assert summary(pl.DataFrame({"good": [True, False]}), (), "good")["mean"].to_list() == [0.5]

"""Our number beside a published one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue
from tropism.measures.statistics import welch_interval


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

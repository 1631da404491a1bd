"""Intervals over members: coverage, closed forms and published examples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.core.intervals import STATISTICS, bootstrap, share_difference, wilson


@pytest.mark.parametrize("statistic", sorted(STATISTICS))
def test_every_interval_moves_and_scales_with_its_numbers(statistic: str) -> None:
    values = np.random.default_rng(0).normal(size=30)
    plain = bootstrap(values, statistic, seed=1)
    moved = bootstrap(3 * values + 2, statistic, seed=1)
    shift = 0 if statistic == "std" else 2
    np.testing.assert_allclose(moved, [3 * each + shift for each in plain], rtol=1e-9)


def test_the_bootstrap_covers_a_known_mean_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    intervals = [bootstrap(random.normal(size=40), seed=trial, resamples=1000) for trial in range(400)]
    covered = np.mean([each.low <= 0 <= each.high for each in intervals])
    # 400 trials of a share near .94 (a percentile bootstrap of 40 is a little short of .95) have a deviation of .012.
    assert 0.90 <= covered <= 0.98


def test_splitting_the_resamples_into_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).normal(size=50)
    whole = bootstrap(values, seed=2)
    monkeypatch.setattr("tropism.core.intervals._BLOCK", 999)
    assert bootstrap(values, seed=2) == whole


def test_wilson_is_symmetric_in_successes_and_failures() -> None:
    for successes in range(61):
        one, other = wilson(successes, 60), wilson(60 - successes, 60)
        assert one.low == pytest.approx(1 - other.high)
        assert 0 <= one.low <= one.estimate <= one.high <= 1


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), "Two-sided confidence intervals for the single proportion", table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_published_examples(successes: int, n: int, low: float, high: float) -> None:
    _, ours_low, ours_high = wilson(successes, n)
    assert (ours_low, ours_high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@pytest.mark.parametrize(
    ("a", "n_a", "b", "n_b", "low", "high"),
    # Newcombe (1998), "Interval estimation for the difference between independent proportions", table II, method 10.
    [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 10, 0.6075, 1.0)],
)
def test_newcombe_gives_the_published_examples(a: int, n_a: int, b: int, n_b: int, low: float, high: float) -> None:
    ours, theirs = np.arange(n_a) < a, np.arange(n_b) < b
    interval = share_difference(ours.astype(float), theirs.astype(float), paired=False)
    assert interval.low == pytest.approx(low, abs=5e-5)
    assert interval.high == pytest.approx(high, abs=5e-5)


def test_pairing_shares_that_agree_narrows_their_difference() -> None:
    ours, theirs = (np.arange(60) < 30).astype(float), (np.arange(60) < 24).astype(float)
    paired = share_difference(ours, theirs, paired=True)
    apart = share_difference(ours, theirs, paired=False)
    assert apart.low < paired.low < paired.estimate < paired.high < apart.high


def test_nothing_can_be_said_of_nobody_and_no_interval_of_one() -> None:
    assert math.isnan(bootstrap(np.array([]), seed=0).estimate)
    assert bootstrap(np.array([4.0]), seed=0).estimate == 4.0
    assert math.isnan(bootstrap(np.array([4.0]), seed=0).low)
    assert wilson(0, 0)[1:] == (0.0, 1.0)

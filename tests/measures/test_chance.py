"""What luck gives, beside the pilots' numbers, and what is left of a score when luck is taken off."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue
from tropism.measures import chance, chance_corrected, permuted, recovery


def random_rows(count: int, width: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width))


# Pilots of 64 rows in 32 dimensions and 32 in 16, single runs with sizes of cosines: the third decimal is
# noise, and another true dictionary moves it by about .005.
@pytest.mark.parametrize(("width", "size", "matched", "maximal"), [(32, 64, 0.425, 0.437), (16, 32, 0.521, 0.552)])
def test_random_dictionaries_score_what_the_pilots_did(width, size, matched, maximal) -> None:
    found = chance(random_rows(size, width, 42), size, draws=20)
    assert found["matched"].mean == pytest.approx(matched, abs=0.01)
    assert found["to_learned"].mean == pytest.approx(maximal, abs=0.01)
    assert found["to_true"].mean == pytest.approx(maximal, abs=0.01)
    assert found["recall"].mean == pytest.approx(0, abs=0.01)


def test_more_rows_are_luckier() -> None:
    true = random_rows(32, 16, 0)
    # The pilot's matched cosine of twice as many rows: .586.
    assert chance(true, 64, draws=20)["matched"].mean == pytest.approx(0.586, abs=0.01)


def test_a_random_dictionary_lies_within_the_interval_and_the_truth_far_above() -> None:
    true = random_rows(24, 12, 0)
    interval = chance(true, 24, draws=400)["matched"]
    scores = [recovery(random_rows(24, 12, seed), true).matched for seed in range(1, 81)]
    inside = [interval.low <= score <= interval.high for score in scores]
    assert sum(inside) >= 70  # 76 are expected; fewer than 70 lie three deviations below
    assert interval.low < interval.mean < interval.high < 0.8


def test_a_dictionary_that_was_drawn_from_the_bare_key_is_not_among_the_draws() -> None:
    for key in (0, 1):
        found = chance(np.random.default_rng(key).normal(size=(8, 16)), 8, draws=5, key=key)
        assert found["matched"].high < 0.9


def test_the_draws_follow_from_the_key_alone() -> None:
    true = random_rows(6, 4, 0)
    assert chance(true, 5, draws=4) == chance(true, 5, draws=4)
    assert chance(true, 5, draws=4) != chance(true, 5, draws=4, key=1)


def test_signs_that_count_make_luck_smaller() -> None:
    true = random_rows(24, 12, 0)
    loose, strict = (chance(true, 24, signed=signed, draws=10)["to_learned"] for signed in (False, True))
    assert strict.high < loose.low


def test_chance_corrected_is_one_for_the_truth_and_zero_for_luck() -> None:
    assert chance_corrected(1.0, 0.4) == 1
    assert chance_corrected(0.4, 0.4) == 0
    assert chance_corrected(0.7, 0.4) == pytest.approx(0.5)
    assert chance_corrected(0.1, 0.4) < 0
    assert math.isnan(chance_corrected(1.0, 1.0))


def test_shuffled_rows_are_told_from_rows_that_belong_together() -> None:
    one = random_rows(200, 1, 0)
    other = one + random_rows(200, 1, 1)

    def correlation(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(a[:, 0], b[:, 0])[0, 1])

    found = permuted(correlation, one, other, draws=50)
    assert found.low < 0 < found.high < 0.3 < correlation(one, other)
    assert found == permuted(correlation, one, other, draws=50)


def test_what_has_no_chance_is_refused_or_nan() -> None:
    with pytest.raises(BadValue, match="at least 1 row"):
        chance(np.eye(3), 0)
    with pytest.raises(BadValue, match="draws"):
        permuted(lambda one, other: 0.0, np.eye(3), np.eye(3), draws=1)
    assert np.isnan(chance(np.full((3, 3), np.nan), 3, draws=2)["matched"]).all()

"""Effects that fall in two, and the same measures of what is one: closed forms, invariances, chance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import (
    bimodality,
    membership_area,
    mixture_gain,
    mutual_information,
    otsu,
    partition,
    permuted,
    purity,
)

EVEN = np.linspace(0, 1, 4001)
SHAPES = (bimodality, mixture_gain, lambda effects: otsu(effects).separation)


def gaussian(count: int = 500, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count)


def two_modes(count: int = 500, apart: float = 8.0) -> np.ndarray:
    return gaussian(count) + apart * (np.arange(count) % 5 == 0)


def test_the_destroyed_are_those_above_the_threshold() -> None:
    found = partition(np.array([3.0, -0.5, 5.0, 0.1, 1.0]))
    np.testing.assert_array_equal(found.destroyed, [True, False, True, False, False])
    assert found[1:] == pytest.approx((0.4, 4.0, 0.2))
    whole = partition(np.array([3.0, 2.0]), threshold=0.5)
    assert whole.share == 1
    assert math.isnan(whole.outside)


def test_closed_forms_of_bimodality() -> None:
    # Two points of any shares: kurtosis = skewness² + 1. Even numbers: 9/5. Gaussian: 3. Exponential: 4 + 1
    # over 9.
    for share in (0.5, 0.1):
        assert bimodality(np.arange(1000) < 1000 * share) == pytest.approx(1)
    assert bimodality(EVEN) == pytest.approx(5 / 9, abs=1e-3)
    assert bimodality(gaussian(200_000)) == pytest.approx(1 / 3, abs=0.01)
    assert bimodality(-np.log((np.arange(200_000) + 0.5) / 200_000)) == pytest.approx(5 / 9, abs=0.01)


def test_closed_forms_of_the_best_cut() -> None:
    # Halves of even numbers lie 1/2 apart: (1/4)² over 1/12. Halves of Gaussian ones have means of ±√(2/π).
    two = otsu(np.array([1.0, 1, 1, 5]))
    assert two == pytest.approx((1, 3))
    assert otsu(EVEN) == pytest.approx((0.75, 0.5), abs=1e-3)
    assert otsu(gaussian(100_000)).separation == pytest.approx(2 / math.pi, abs=0.01)


def test_the_best_cut_is_the_best_of_all() -> None:
    x = np.round(gaussian(40) ** 3, 1)
    cuts = (np.unique(x)[1:] + np.unique(x)[:-1]) / 2
    shares = [(x > c).mean() * (x <= c).mean() * (x[x > c].mean() - x[x <= c].mean()) ** 2 / x.var() for c in cuts]
    assert otsu(x) == pytest.approx((max(shares), cuts[int(np.argmax(shares))]))


@pytest.mark.parametrize("shape", SHAPES)
def test_order_scale_and_offset_do_not_matter_and_two_modes_beat_one(shape) -> None:
    x = two_modes()
    assert shape(np.random.default_rng(1).permutation(x)) == pytest.approx(shape(x))
    assert shape(-0.01 * x + 70) == pytest.approx(shape(x), rel=1e-4)
    assert shape(x) > shape(gaussian())


def test_two_gaussians_are_told_from_one() -> None:
    assert max(mixture_gain(gaussian(300, seed)) for seed in range(10)) < 0
    assert mixture_gain(two_modes(300)) > 100
    assert mixture_gain(two_modes(300, apart=0.5)) < 10


def test_the_mixture_is_as_likely_as_the_one_it_was_drawn_from() -> None:
    # The fit's likelihood is at least that of the truth, and the criterion's prices are 2 and 5 numbers.
    x, n = two_modes(), 500
    truth = np.log(0.8 * np.exp(-(x**2) / 2) + 0.2 * np.exp(-((x - 8) ** 2) / 2)).sum() - n / 2 * math.log(2 * math.pi)
    alone = -n / 2 * (math.log(2 * math.pi * x.var()) + 1)
    least = 2 * (truth - alone) - 3 * math.log(n)
    assert least <= mixture_gain(x) <= least + 15  # half a chi-square of five, doubled: 15 is passed once in a hundred


def test_repeated_numbers_have_no_infinite_likelihood() -> None:
    assert 0 < mixture_gain(np.repeat([0.0, 1.0], [90, 10])) < 2000
    assert math.isfinite(mixture_gain(np.array([0.0, 1.0])))


def test_projections_tell_members_by_their_size() -> None:
    members = np.array([True, True, False, False])
    assert membership_area(np.array([-3.0, 2, 1, -1]), members) == 1
    assert membership_area(np.array([0.0, -0.1, 5, -5]), members) == 0
    assert membership_area(np.ones(4), members) == 0.5
    assert math.isnan(membership_area(np.ones(4), members | True))


def test_labelings_that_say_the_same_share_all_and_independent_ones_what_chance_gives() -> None:
    random = np.random.default_rng(2)
    labels = random.integers(5, size=400)
    assert mutual_information(labels, np.array(list("vwxyz"))[labels]) == pytest.approx(1)
    null = permuted(mutual_information, labels, random.integers(3, size=400), draws=50)
    assert 0 <= null.low < mutual_information(labels, random.integers(3, size=400)) < null.high < 0.05
    grid = np.arange(12)
    assert mutual_information(grid % 3, grid % 4) == pytest.approx(0, abs=1e-12)


def test_two_whole_classes_tell_everything_about_membership_over_the_lesser_entropy() -> None:
    classes = np.arange(100) % 10
    members = np.isin(classes, [3, 4])
    assert mutual_information(members, classes, over="least") == pytest.approx(1)
    own = -0.2 * math.log(0.2) - 0.8 * math.log(0.8)
    assert mutual_information(members, classes) == pytest.approx(2 * own / (own + math.log(10)))


def test_purity_is_the_largest_class_among_members() -> None:
    classes = np.array([7, 7, 7, 2, 2, 5])
    assert purity(np.array([True, True, False, True, False, False]), classes) == pytest.approx(2 / 3)
    assert math.isnan(purity(np.zeros(6, bool), classes))


def test_what_has_no_score_is_nan() -> None:
    for shape in SHAPES:
        for empty in (np.zeros(0), np.full(9, 0.1), np.array([1.0]), np.array([1.0, np.nan]), np.array([1.0, np.inf])):
            assert math.isnan(shape(empty))
    assert math.isnan(otsu(np.zeros(3)).threshold)
    assert np.isnan(partition(np.array([1.0, np.nan]))[1:]).all()
    assert np.isnan(partition(np.zeros(0))[1:]).all()
    assert math.isnan(mutual_information(np.zeros(4, int), np.arange(4)))
    assert math.isnan(mutual_information(np.zeros(0, int), np.zeros(0, int)))
    assert math.isnan(membership_area(np.array([1.0, np.nan]), np.array([True, False])))


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="list of numbers"):
        bimodality(np.zeros((2, 2)))
    with pytest.raises(BadValue, match="real numbers"):
        otsu(np.array(["a"]))
    with pytest.raises(DoesNotFit, match="4 labels beside 3"):
        mutual_information(np.arange(4), np.arange(3))
    with pytest.raises(DoesNotFit, match="one an example"):
        purity(np.ones(3, bool), np.zeros((3, 2)))
    with pytest.raises(DoesNotFit, match="3 of true or false"):
        purity(np.ones(4, bool), np.zeros(3))
    with pytest.raises(UnknownName, match="whole"):
        mutual_information(np.arange(4), np.arange(4), over="lest")  # type: ignore[arg-type]

"""How synthetic activations differ from networks': what tells two sources apart, and what must not."""

import numpy as np
import pytest

from tropism.studies import _realism_measures as measures
from tropism.studies import load

RANDOM = np.random.default_rng(0)
ROWS, WIDTH = 1200, 12
SPREAD = np.geomspace(9, 1, WIDTH)


def classified(one, other, view):
    """The area for the later halves, each in the axes of its first half."""
    seen = [measures.seen(x[ROWS // 2 :], measures.axes_of(x[: ROWS // 2]), view) for x in (one, other)]
    return measures.told_apart(*(measures.described(each) for each in seen), seed=0)


def gaussian():
    return RANDOM.normal(size=(ROWS, WIDTH)) * SPREAD


@pytest.mark.parametrize("view", measures.VIEWS)
def test_turned_copies_of_one_kind_are_near_chance(view):
    turned = gaussian() @ np.linalg.qr(RANDOM.normal(size=(WIDTH, WIDTH)))[0]
    assert 0.4 < classified(gaussian(), turned, view) < 0.6


def test_each_view_sees_what_it_is_named_for():
    moved, flat, heavy = gaussian() + 9.0, RANDOM.normal(size=(ROWS, WIDTH)), RANDOM.laplace(size=(ROWS, WIDTH)) ** 3
    assert classified(gaussian(), moved, "mean and spectrum") > 0.9
    assert 0.4 < classified(gaussian(), moved, "spectrum") < 0.6
    assert classified(gaussian(), flat, "spectrum") > 0.7
    assert 0.4 < classified(gaussian(), flat, "shape") < 0.6
    assert classified(gaussian(), heavy, "shape") > 0.7


def test_statistics_of_round_gaussians_are_those_in_closed_form():
    found = measures.statistics_of(RANDOM.normal(size=(60_000, WIDTH)), 0)
    assert found["rank"] == pytest.approx(1, abs=0.01)  # sampling: 60,000 examples
    assert found["kurtosis_scores"] == pytest.approx(0, abs=0.1)
    assert found["mean"] == pytest.approx(0, abs=0.02)


def test_a_gaussian_twin_has_the_mean_and_covariance():
    x = RANDOM.exponential(size=(60_000, 3)) @ RANDOM.normal(size=(3, 3))
    twin = measures.gaussian_twin(x, 0)
    assert np.allclose(twin.mean(axis=0), x.mean(axis=0), atol=0.05)  # sampling: 60,000 examples
    assert np.allclose(np.cov(twin.T), np.cov(x.T), atol=0.15)
    assert np.abs(measures.kurtosis(twin)).max() < 0.2 < measures.kurtosis(x).min()


def test_the_quick_form_claims_less_of_less():
    whole, quick = load("realism"), load("realism-quick")
    assert len(quick.sweeps) < len(whole.sweeps)
    assert {each.text for each in quick.claims} < {each.text for each in whole.claims}

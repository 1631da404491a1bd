"""How near rebuilt values come: one of the truth, nothing of the mean, and members all at once."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import explained_variance, reconstruction


def values(seed: int = 0, offset: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(300, 5)) * np.arange(1, 6) + offset


def test_the_mean_explains_nothing_and_the_truth_everything() -> None:
    x = values(offset=3)
    assert explained_variance(x, np.broadcast_to(x.mean(0), x.shape)) == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(reconstruction(x, x), [1, 0, 1, 1, 1], atol=1e-12)


@pytest.mark.parametrize("offset", [0.0, 50.0])
def test_a_mean_far_from_zero_explains_nothing(offset: float) -> None:
    # With a denominator that is not centered dimension by dimension, this is near 1 at an offset of 50.
    x = values(offset=offset)
    noise = np.random.default_rng(1).normal(size=x.shape)
    expected = 1 - np.square(noise).sum() / (300 * x.var(axis=0).sum())
    assert explained_variance(x, x + noise) == pytest.approx(expected)


def test_a_constant_error_counts() -> None:
    # The variance of what is missed is nothing here, and the squared error is.
    x = values()
    assert explained_variance(x, x + 1) == pytest.approx(1 - 5 / x.var(axis=0).sum())


def test_it_is_a_ratio_of_sums_and_no_mean_of_ratios() -> None:
    x = np.array([[10.0, 0], [-10, 0], [0.1, 0], [-0.1, 0]])
    rebuilt = x * [[1], [1], [0], [0]]
    assert explained_variance(x, rebuilt) == pytest.approx(1 - 0.02 / 200.02)


def test_shrinking_shows_in_length_and_bias_and_not_in_the_cosine() -> None:
    x = values()
    found = reconstruction(x, 0.8 * x)
    assert (found.cosine, found.shrinkage, found.bias) == pytest.approx((1, 0.8, 0.8))
    assert found.missed == pytest.approx(0.04 * np.square(x).sum() / (300 * x.var(axis=0).sum()))


def test_a_projection_is_unbiased_though_it_is_shorter() -> None:
    x = values()
    found = reconstruction(x, x * [0, 1, 1, 1, 1])
    assert found.bias == pytest.approx(1)
    assert found.shrinkage < 0.999


def test_the_order_of_examples_and_dimensions_is_nothing_to_it() -> None:
    x, y = values(), values(1) + values()
    rows, columns = np.random.default_rng(2).permutation(300), [3, 1, 0, 4, 2]
    expected = reconstruction(x, y)
    np.testing.assert_allclose(reconstruction(x[rows][:, columns], y[rows][:, columns]), expected)
    np.testing.assert_allclose(reconstruction(-x, -y), expected)


def test_members_share_values_and_one_that_diverged_is_nan() -> None:
    x = values()
    rebuilt = np.stack([x, 0.5 * x, np.where(x > 9, np.inf, x)])
    found = np.stack(reconstruction(x, rebuilt))
    np.testing.assert_allclose(found[:, 1], reconstruction(x, 0.5 * x))
    assert np.isnan(found[:, 2]).all()
    np.testing.assert_allclose(np.stack(reconstruction(rebuilt[:2], x))[:, 0], [1, 0, 1, 1, 1], atol=1e-12)


def test_what_never_changes_has_no_variance_to_explain() -> None:
    still = np.full((7, 2), 0.1)
    assert np.isnan(explained_variance(still, still))
    zeros = reconstruction(np.zeros((4, 2)), np.zeros((4, 2)))
    assert np.isnan([zeros.explained, zeros.shrinkage, zeros.bias]).all()
    assert zeros.cosine == 0
    assert np.isnan(reconstruction(values(), -values()).bias)
    assert np.isnan(explained_variance(values()[:1], values()[:1]))


def test_values_that_do_not_belong_together_are_refused() -> None:
    for one, other in (((3, 2), (3, 3)), ((3,), (3,)), ((0, 2), (0, 2)), ((2, 3, 2), (3, 3, 2))):
        with pytest.raises(DoesNotFit, match="do not go with"):
            reconstruction(np.zeros(one), np.zeros(other))
    with pytest.raises(BadValue, match="real numbers"):
        explained_variance(np.array([[1j]]), np.eye(1))

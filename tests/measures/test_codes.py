"""Codes: how sparse, how true; dead latents, features that never are on, and what has no score."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import (
    activation_recovery,
    code_scores,
    cosines,
    firing_rates,
    live_latents,
    matching,
    sparsity,
)


def true_codes(examples: int = 400, features: int = 10, active: int = 2, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    on = random.permuted(np.tile(np.arange(features) < active, (examples, 1)), axis=1)
    return on * np.abs(random.normal(1, 0.3, size=on.shape))


def test_exactly_two_of_ten_are_two_of_ten() -> None:
    found = sparsity(true_codes())
    assert (found.active, found.dead, found.alive, found.window) == (2, 0, 1, 400)
    assert found.dense == 0


def test_latents_are_dead_alive_and_dense_by_how_often_they_are_on() -> None:
    rates = np.array([0, 0.005, 0.2, 0.5, 1])
    codes = -1.0 * (np.arange(1000)[:, None] < 1000 * rates)  # a negative code is on, too
    np.testing.assert_allclose(firing_rates(codes), rates)
    found = sparsity(codes, least=0.01)
    assert (found.dead, found.alive, found.dense) == (1 / 5, 3 / 5, 2 / 5)
    assert found.active == pytest.approx(1.705)
    np.testing.assert_array_equal(live_latents(codes), [False, True, True, True, True])
    assert sparsity(codes + 1e-9).dead == 1 / 5  # rounding is not on


def test_true_codes_score_one_however_latents_are_ordered_and_turned() -> None:
    z, rows = true_codes(), np.random.default_rng(1).normal(size=(10, 6))
    order = np.random.default_rng(2).permutation(10)
    signs = np.where(order % 2, 1.0, -1.0)
    learned, codes = rows[order] * signs[:, None], z[:, order] * signs
    assert code_scores(codes, z, cosines(learned, rows)) == (1, 1, 1)
    found = activation_recovery(codes, z, matching(learned, rows))
    np.testing.assert_allclose(found.correlation, 1)
    np.testing.assert_allclose(found.error, 0, atol=1e-12)


def test_the_dead_count_over_all_latents_and_not_over_the_live() -> None:
    z = true_codes()
    codes = np.concatenate([z, np.zeros((400, 30))], axis=1)
    nearness = np.concatenate([np.eye(10), np.full((30, 10), 0.1)])
    assert code_scores(codes, z, nearness) == (0.25, 1, 1)
    assert code_scores(codes, z, nearness, live=np.arange(40) < 20).live == 0.5


def test_a_score_is_the_harmonic_mean_of_precision_and_recall() -> None:
    # On with its feature in 2 of 4 examples, and once without it: P = 2/3, R = 1/2.
    z, codes = np.array([[1.0, 1, 1, 1, 0, 0]]).T, np.array([[1.0, 1, 0, 0, 1, 0]]).T
    assert code_scores(codes, z, np.eye(1)).latents == pytest.approx(2 * (2 / 3) * (1 / 2) / (2 / 3 + 1 / 2))


def test_codes_by_chance_score_as_often_as_both_are_on() -> None:
    # Independent, each on in a fifth of the examples: P = R = 1/5.
    score = code_scores(true_codes(20000, seed=1), true_codes(20000, seed=2), np.eye(10))
    assert score.latents == pytest.approx(0.2, abs=0.01)  # 4,000 examples a latent: a deviation of .002 for the mean


def test_features_that_never_are_on_are_left_out_and_the_nearest_latent_stands_for_a_feature() -> None:
    z = true_codes()
    z[:, 9] = 0
    assert code_scores(z, z, np.eye(10)).features == 1
    both = np.concatenate([z, np.zeros_like(z)], axis=1)
    nearness = np.concatenate([0.9 * np.eye(10), np.eye(10)])  # the silent ones are nearer
    assert code_scores(both, z, nearness).features == 0


def test_shrunken_codes_still_correlate() -> None:
    z = true_codes()
    found = activation_recovery(0.7 * z, z, matching(np.eye(10), np.eye(10)))
    np.testing.assert_allclose(found.correlation, 1)
    np.testing.assert_allclose(found.error, 0.3)


def test_what_never_is_on_or_never_changes_has_no_correlation() -> None:
    z, codes = true_codes(), true_codes()
    z[:, 3], codes[:, 4], codes[:, 5] = 0, 0.1, np.nan
    found = activation_recovery(codes, z, matching(np.eye(10), np.eye(10)))
    np.testing.assert_array_equal(np.isnan(found.correlation), np.isin(np.arange(10), [3, 4, 5]))
    np.testing.assert_array_equal(np.isnan(found.error), np.isin(np.arange(10), [3, 5]))
    assert np.isnan(code_scores(codes, z, np.eye(10))).all()
    assert np.isnan(sparsity(codes)[:4]).all()
    assert not live_latents(codes)[5]


def test_members_have_their_own_sparsity() -> None:
    codes = np.stack([true_codes(), true_codes(active=5), np.full((400, 10), np.nan)])
    np.testing.assert_allclose(sparsity(codes).active, [2, 5, np.nan])
    assert firing_rates(codes).shape == (3, 10)


def test_a_code_without_live_latents_scores_nothing_and_one_without_latents_is_nan() -> None:
    z = true_codes()
    found = code_scores(np.zeros_like(z), z, np.eye(10))
    assert (found.latents, found.features) == (0, 0)
    assert np.isnan(found.live)
    assert np.isnan(code_scores(z[:, :0], z, np.zeros((0, 10)))).all()


def test_codes_that_do_not_fit_are_refused() -> None:
    z = true_codes()
    with pytest.raises(DoesNotFit, match="rows"):
        code_scores(z[:9], z, np.eye(10))
    with pytest.raises(DoesNotFit, match="cosines for 10 latents"):
        code_scores(z, z, np.eye(9))
    with pytest.raises(DoesNotFit, match="cosines"):
        code_scores(z[None], z[None], np.eye(10))
    with pytest.raises(DoesNotFit, match="no examples"):
        sparsity(np.zeros((0, 3)))
    with pytest.raises(DoesNotFit, match="no match of 5 latents"):
        activation_recovery(z[:, :5], z, matching(np.eye(10), np.eye(10)))
    with pytest.raises(BadValue, match="rates"):
        sparsity(z, least=0.5, most=0.1)

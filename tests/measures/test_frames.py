"""How directions share a space: bounds that tight frames meet, ranks, and what turning and order cannot change."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import (
    dimensionality,
    effective_rank,
    empty_shares,
    frobenius_dimensions,
    overlaps,
    simplex,
    stable_rank,
    welch_bound,
)


def random_frame(count: int = 60, dims: int = 12, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(count, dims))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("dims", range(1, 7))
def test_a_simplex_meets_the_welch_bound_in_every_pair(dims: int) -> None:
    found = overlaps(simplex(dims).directions)
    assert welch_bound(dims + 1, dims) == pytest.approx(1 / dims)
    assert (found.most, found.rms, found.mean) == pytest.approx((1 / dims,) * 3)


def test_orthonormal_directions_overlap_nowhere_and_no_bound_asks_them_to() -> None:
    assert welch_bound(5, 5) == welch_bound(3, 5) == welch_bound(1, 1) == 0
    assert overlaps(np.eye(5)) == (0, 0, 0, 1)


@pytest.mark.parametrize("bases", [2, 3])
def test_orthonormal_bases_together_are_tight_and_meet_the_bound_in_the_mean_square(bases: int) -> None:
    turns = [np.linalg.qr(np.random.default_rng(seed).normal(size=(6, 6)))[0] for seed in range(bases)]
    directions = np.concatenate(turns)
    assert overlaps(directions).rms == pytest.approx(welch_bound(6 * bases, 6))
    assert overlaps(directions).most > welch_bound(6 * bases, 6) + 0.1
    assert dimensionality(directions).sum() == pytest.approx(6)


def test_no_frame_is_below_the_bound() -> None:
    for seed in range(20):
        found = overlaps(random_frame(9, 4, seed))
        assert found.most >= found.rms >= welch_bound(9, 4)
        assert dimensionality(random_frame(9, 4, seed)).sum() <= 4


def test_random_directions_are_what_the_pilot_found() -> None:
    # The pilot, 60 unit rows in 12 dimensions, two draws: largest .80 to .82, mean square .084 to .086, mean
    # size .240, orthogonal .13, capacities 10.1 to 10.3, effective rank 9.9 to 10.1. Ours is another draw.
    frame = random_frame()
    found = overlaps(frame)
    assert found.most == pytest.approx(0.81, abs=0.07)
    assert found.rms**2 == pytest.approx(0.085, abs=0.003)
    assert found.mean == pytest.approx(0.24, abs=0.01)
    assert found.orthogonal == pytest.approx(0.13, abs=0.02)
    assert dimensionality(frame).sum() == pytest.approx(10.2, abs=0.3)
    assert effective_rank(frame) == pytest.approx(10.0, abs=0.3)


def test_turning_order_length_and_sign_change_no_overlap() -> None:
    random, frame = np.random.default_rng(1), random_frame(20, 5)
    turn = np.linalg.qr(random.normal(size=(5, 5)))[0]
    changed = random.permutation(frame * random.choice([-3.0, 0.2], size=(20, 1))) @ turn
    np.testing.assert_allclose(overlaps(changed), overlaps(frame), atol=1e-12)
    unmoved = random.permutation(-frame) @ turn
    for rank in (effective_rank, stable_rank, lambda w: effective_rank(w, form="entropy")):
        assert rank(unmoved) == pytest.approx(rank(frame))
        assert rank(7 * frame) == pytest.approx(rank(frame))


def test_pairs_count_as_orthogonal_below_a_threshold() -> None:
    angle = math.acos(0.1)
    rows = np.array([[1.0, 0], [math.cos(angle), math.sin(angle)], [0, 1]])
    assert overlaps(rows).orthogonal == pytest.approx(1 / 3)
    assert overlaps(rows, below=0.2).orthogonal == pytest.approx(2 / 3)


def test_ranks_of_known_singular_values() -> None:
    # σ² of 4, 1, 1: (Σσ²)² / Σσ⁴ = 36 / 18; Σσ² / σ₁² = 6 / 4; entropy of 2/3, 1/6, 1/6.
    rows = np.diag([2.0, 1, 1, 0])
    assert effective_rank(rows) == pytest.approx(2)
    assert stable_rank(rows) == pytest.approx(1.5)
    entropy = -(2 / 3) * math.log(2 / 3) - (1 / 3) * math.log(1 / 6)
    assert effective_rank(rows, form="entropy") == pytest.approx(math.exp(entropy))
    assert empty_shares(rows) == pytest.approx((0.5, 0.25))
    assert empty_shares(np.diag([1.0, 1, 1, 0.04])).by_count == 0.25
    for form in ("participation", "entropy"):
        assert effective_rank(np.concatenate([np.eye(4), np.eye(4)]), form=form) == pytest.approx(4)


def test_members_are_measured_as_one_by_one_and_one_that_diverged_is_nan() -> None:
    many = np.stack([random_frame(7, 4, seed) for seed in range(3)])
    many[1, 2, 3] = np.inf
    for measure in (
        effective_rank,
        stable_rank,
        lambda w: effective_rank(w, form="entropy"),
        lambda w: empty_shares(w).by_rank,
        lambda w: empty_shares(w).by_count,
    ):
        found = measure(many)
        assert found[2] == pytest.approx(float(measure(many[2])))
        np.testing.assert_array_equal(np.isnan(found), [False, True, False])
    assert np.isnan(dimensionality(many)[1]).any()


def test_nothing_fills_nothing() -> None:
    zeros = np.zeros((3, 2))
    assert effective_rank(zeros) == effective_rank(zeros, form="entropy") == stable_rank(zeros) == 0
    assert empty_shares(zeros) == (1, 1)
    assert frobenius_dimensions(zeros) == math.inf
    np.testing.assert_array_equal(dimensionality(zeros), 0)


def test_pairs_that_are_none_have_no_overlap() -> None:
    assert np.isnan(overlaps(np.eye(3)[:1])).all()
    assert np.isnan(overlaps(np.zeros((4, 3)))).all()
    assert np.isnan(overlaps(np.where(np.eye(3) > 0, np.nan, 1))).all()
    two_of_three = overlaps(np.array([[1.0, 0], [0, 0], [1, 1]]))
    assert two_of_three.mean == pytest.approx(math.sqrt(0.5))


def test_what_is_no_frame_is_refused() -> None:
    with pytest.raises(DoesNotFit, match="shape"):
        overlaps(np.zeros(3))
    for empty in (np.zeros(3), np.zeros((0, 3)), np.zeros((3, 0))):
        with pytest.raises(DoesNotFit, match="rows, one at least"):
            effective_rank(empty)
    with pytest.raises(UnknownName, match="participation"):
        effective_rank(np.eye(3), form="participatio")  # type: ignore[arg-type]
    for count, dims in ((0, 1), (3, 0)):
        with pytest.raises(BadValue, match="welch_bound"):
            welch_bound(count, dims)

"""Subspaces: their angles, what chance makes of them, and components that are determined in blocks alone."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import block_overlaps, principal_angles, subspace_overlap


def test_angles_are_those_that_the_rows_were_built_with() -> None:
    angles = np.array([0.001, 0.4, 1.2])
    other = np.hstack([np.diag(np.cos(angles)), np.diag(np.sin(angles))])
    one = np.eye(6)[:3]
    mixed = np.random.default_rng(0).normal(size=(3, 3)) @ other  # another basis of the same subspace
    np.testing.assert_allclose(principal_angles(one, mixed), angles, atol=1e-9)
    assert subspace_overlap(one, mixed) == pytest.approx(np.square(np.cos(angles)).mean())


def test_a_subspace_is_all_of_what_it_lies_in_and_nothing_of_what_is_orthogonal() -> None:
    assert subspace_overlap(np.eye(5)[:2], np.eye(5)[:4]) == pytest.approx(1)
    assert subspace_overlap(np.eye(5)[:2], np.eye(5)[2:]) == pytest.approx(0)
    repeated = np.eye(5)[[0, 0, 1]]
    assert len(principal_angles(repeated, np.eye(5))) == 2


def test_random_subspaces_overlap_by_the_larger_ones_share() -> None:
    random = np.random.default_rng(1)
    found = [subspace_overlap(random.normal(size=(3, 20)), random.normal(size=(5, 20))) for _ in range(200)]
    assert np.mean(found) == pytest.approx(5 / 20, abs=0.02)  # a standard error of .006


def test_components_of_like_variance_may_turn_among_themselves() -> None:
    quarter = np.sqrt(0.5) * np.array([[1, 1], [-1, 1]])
    other = np.eye(5)
    other[1:3, 1:3] = quarter
    found = block_overlaps(np.eye(5), other, [4.0, 2.1, 2.0, 1.0, 0.5])
    np.testing.assert_array_equal(found.number, [0, 1, 1, 2, 3])
    np.testing.assert_allclose(found.overlap, 1)
    np.testing.assert_allclose(found.gap, [4 / 2.1, 2, 2, np.inf])
    singly = block_overlaps(np.eye(5), other, [4.0, 2.1, 2.0, 1.0, 0.5], near=1.01)
    np.testing.assert_allclose(singly.overlap, [1, 0.5, 0.5, 1, 1])


def test_components_without_variance_are_one_block() -> None:
    found = block_overlaps(np.eye(4), np.eye(4)[[0, 1, 3, 2]], [2.0, 1.0, 0.0, 0.0])
    np.testing.assert_array_equal(found.number, [0, 1, 2, 2])
    np.testing.assert_allclose(found.gap, [2, np.inf, np.inf])


def test_what_spans_nothing_has_no_angle() -> None:
    assert np.isnan(principal_angles(np.zeros((2, 3)), np.eye(3))).all()
    assert np.isnan(subspace_overlap(np.eye(3), np.full((1, 3), np.nan)))
    assert np.isnan(principal_angles(np.zeros((0, 3)), np.eye(3))).all()


def test_components_that_do_not_fit_are_refused() -> None:
    with pytest.raises(DoesNotFit, match="columns"):
        principal_angles(np.eye(3), np.eye(4))
    with pytest.raises(DoesNotFit, match="2 variances"):
        block_overlaps(np.eye(3), np.eye(3), [2.0, 1.0])
    for variances in ([1.0, 2.0, 3.0], [1.0, 0.0, -1.0], [np.nan, 1.0, 0.0]):
        with pytest.raises(BadValue, match="largest first"):
            block_overlaps(np.eye(3), np.eye(3), variances)
    with pytest.raises(BadValue, match="near"):
        block_overlaps(np.eye(3), np.eye(3), [3.0, 2.0, 1.0], near=0.5)

"""Whether two dictionaries hold the same directions: the truth, permuted and flipped, and what has no score."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import consistency, cosines, matching, recovery, shared_fraction


def rows(count: int = 12, width: int = 7, seed: int = 0) -> np.ndarray:
    found = np.random.default_rng(seed).normal(size=(count, width))
    return found / np.linalg.norm(found, axis=1, keepdims=True)


@pytest.mark.parametrize("signed", [True, False])
def test_the_truth_in_any_order_and_of_any_length_scores_one_in_everything(signed: bool) -> None:
    true, random = rows(), np.random.default_rng(1)
    shuffled = random.permutation(true) * random.uniform(0.1, 9, size=(12, 1))
    np.testing.assert_allclose(recovery(shuffled, true, signed=signed), 1.0, atol=1e-12)


def test_a_flip_changes_nothing_unless_signs_count() -> None:
    learned, true = rows(20, seed=2), rows()
    flipped = learned * np.where(np.arange(20) % 3, 1, -1)[:, None]
    np.testing.assert_allclose(recovery(flipped, true), recovery(learned, true), atol=1e-12)
    upside_down = recovery(-true, true, signed=True)
    assert upside_down.recall == 0
    assert upside_down.matched < 0.9
    assert recovery(-true, true).matched == pytest.approx(1)


def test_a_match_says_which_rows_are_each_others_and_which_way_they_point() -> None:
    true, order = rows(), np.random.default_rng(3).permutation(12)
    signs = np.where(np.arange(12) % 2, 1.0, -1.0)
    found = matching(true[order] * signs[:, None], true)
    np.testing.assert_array_equal(found.true, order)
    np.testing.assert_array_equal(found.sign, signs)
    np.testing.assert_allclose(found.cosine, 1, atol=1e-12)


def test_the_matched_cosine_is_the_best_of_all_permutations() -> None:
    from itertools import permutations

    learned, true = rows(5, seed=4), rows(5, seed=5)
    near = np.abs(learned @ true.T)
    best = max(near[range(5), order].mean() for order in map(list, permutations(range(5))))
    assert recovery(learned, true).matched == pytest.approx(best)


def test_extra_rows_help_one_way_and_hurt_the_other() -> None:
    # Twelve true rows, each learned, and as many that point nowhere near: half of what was learned is of use.
    true = np.eye(24)[:12]
    found = recovery(np.eye(24), true)
    assert (found.to_learned, found.matched, found.recall) == (1, 1, 1)
    assert (found.to_true, found.precision) == (0.5, 0.5)
    assert found.f1 == pytest.approx(2 / 3)


def test_duplicates_are_found_once() -> None:
    true = np.eye(4)
    found = recovery(true[[0, 0, 1, 1]], true)
    assert found.recall == found.precision == 0.5
    assert found.uniqueness == 0.5
    assert found.to_true == 1


def test_the_threshold_is_a_cosine() -> None:
    angle = np.arccos(0.85)
    learned = np.array([[1.0, 0], [np.sin(angle), np.cos(angle)]])
    assert recovery(learned, np.eye(2)).recall == 0.5
    assert recovery(learned, np.eye(2), threshold=0.8).recall == 1


def test_the_dead_are_taken_out_first() -> None:
    true, live = np.eye(24)[:12], np.arange(24) < 12
    np.testing.assert_allclose(recovery(np.eye(24), true, live=live), 1)
    assert consistency(np.eye(24), np.eye(24), live=(live, ~live)) == (1, 0)


def test_members_are_compared_all_at_once() -> None:
    learned, true = np.stack([rows(seed=s) for s in (1, 2)]), np.stack([rows(5, seed=s) for s in (3, 4)])
    together = cosines(learned, true)
    np.testing.assert_allclose(together[1], cosines(learned[1], true[1]))
    assert together.shape == (2, 12, 5)


def test_two_dictionaries_agree_however_they_are_ordered_and_only_their_live_rows_count() -> None:
    one = rows(16, 32)
    other = one[::-1].copy()
    assert consistency(one, other).whole == pytest.approx(1)
    other[:8] = rows(8, 32, seed=9)  # what was never trained: the partners of the last eight
    live = np.arange(16) < 8
    found = consistency(one, other, live=(live, live[::-1]))
    assert found.live == pytest.approx(1)
    assert found.whole < 0.8
    assert consistency(one, -one).whole < 0.5
    assert consistency(one, -one, signed=False).whole == pytest.approx(1)


def test_shared_are_latents_whose_partners_agree_for_reading_and_writing() -> None:
    write, read = np.eye(6), np.eye(6)
    order = np.array([3, 1, 0, 5, 4, 2])
    assert shared_fraction((write, read), (write[order], read[order])) == 1
    swapped = read[[1, 0, 2, 3, 4, 5]]  # two latents read what the other writes
    assert shared_fraction((write, read), (write, swapped)) == pytest.approx(4 / 6)
    assert shared_fraction((write, read), (write[:3], read[:3])) == pytest.approx(3 / 6)
    assert shared_fraction((write, read), (-write, -read)) == 0
    assert shared_fraction((write, read), (rows(6, 6), rows(6, 6)), least=1.0) == 0


def test_what_has_no_score_is_nan_and_says_so_quietly() -> None:
    true, broken = rows(), rows(seed=1)
    broken[3, 2] = np.nan
    assert np.isnan(recovery(broken, true)).all()
    assert np.isnan(recovery(true, np.where(broken > 0, np.inf, true))).all()
    nothing = recovery(true, true, live=np.zeros(12, bool))
    assert nothing.recall == nothing.f1 == 0
    assert np.isnan([nothing.matched, nothing.to_true, nothing.to_learned, nothing.precision]).all()
    assert np.isnan(consistency(broken, true)).all()
    assert np.isnan(consistency(true, true, live=(np.zeros(12, bool), np.zeros(12, bool))).live)
    assert np.isnan(shared_fraction((broken, true), (true, true)))
    zeros = recovery(np.zeros((3, 7)), true)
    assert (zeros.matched, zeros.recall) == (0, 0)
    assert matching(true[:1], true).true.tolist() == [0]


def test_arrays_that_do_not_fit_are_refused() -> None:
    for wrong in (np.zeros(7), np.zeros((2, 3, 7)), np.zeros((3, 8)), np.zeros((3, 0))):
        with pytest.raises(DoesNotFit):
            recovery(wrong, rows())
    with pytest.raises(BadValue, match="real numbers"):
        recovery(np.array([["a", "b"]]), np.eye(2))
    with pytest.raises(DoesNotFit, match="no rows"):
        recovery(np.eye(2), np.zeros((0, 2)))
    with pytest.raises(DoesNotFit, match="12 of true or false"):
        recovery(rows(), rows(), live=np.ones(11, bool))
    with pytest.raises(DoesNotFit, match="shared_fraction"):
        shared_fraction((np.eye(3), np.eye(3)[:2]), (np.eye(3), np.eye(3)))

"""What a dictionary shows of itself: pairs, overlap and projections."""

from __future__ import annotations

import numpy as np
import pytest

from tropism.errors import BadValue, DoesNotFit
from tropism.measures import antipodality, decoder_overlap, nth_projection


def test_latents_that_read_and_write_opposites_are_antipodal() -> None:
    rows = np.concatenate([np.eye(4), -np.eye(4)[:2]])
    np.testing.assert_allclose(antipodality(rows, rows), [1, 1, 0, 0, 1, 1])
    np.testing.assert_allclose(antipodality(rows, np.abs(rows)), [0, 0, 0, 0, 0, 0])  # opposite in one alone
    np.testing.assert_allclose(antipodality(3 * rows[::-1], 2 * rows[::-1]), [1, 1, 0, 0, 1, 1])


def test_overlap_is_zero_of_orthogonal_rows_and_the_cosine_of_even_ones() -> None:
    assert decoder_overlap(np.eye(5)) == 0
    triangle = np.array([[0, 1], [np.sqrt(3) / 2, -0.5], [-np.sqrt(3) / 2, -0.5]])
    assert decoder_overlap(triangle) == pytest.approx(0.5)
    random = np.random.default_rng(0).normal(size=(9, 4))
    turned = random[::-1] * np.where(np.arange(9) % 2, 2, -1)[:, None]
    assert decoder_overlap(turned) == pytest.approx(decoder_overlap(random))


def test_the_nth_projection_counts_from_the_largest() -> None:
    examples = np.array([[3.0, 1.0], [5.0, -2.0]])
    projections = [5.0, 3.0, 1.0, -2.0]
    assert [nth_projection(examples, np.eye(2), n) for n in (0, 0.5, 1, 1.5)] == projections
    bias = np.array([1.0, 1.0])
    assert nth_projection(examples + bias, np.eye(2), 1, bias=bias) == 1.0
    assert nth_projection(examples[::-1], np.eye(2)[::-1], 1) == 1.0


def test_right_codes_project_high_up_to_as_many_as_there_are() -> None:
    # Two of eight orthogonal features are on: the projection falls to nothing just behind two an example.
    random = np.random.default_rng(1)
    on = random.permuted(np.tile(np.arange(8) < 2, (100, 1)), axis=1)
    examples = on * random.uniform(1, 2, size=on.shape)
    assert nth_projection(examples, np.eye(8), 1.99) >= 1
    assert nth_projection(examples, np.eye(8), 2) == 0


def test_what_has_no_score_is_nan_or_refused() -> None:
    broken = np.where(np.eye(3) > 0, np.nan, 0.0)
    assert np.isnan(antipodality(broken, np.eye(3))).all()
    assert np.isnan(antipodality(np.eye(3)[:1], np.eye(3)[:1])).all()
    assert np.isnan([decoder_overlap(broken), decoder_overlap(np.eye(3)[:1])]).all()
    assert np.isnan(nth_projection(broken, np.eye(3), 1))
    with pytest.raises(DoesNotFit, match="antipodality"):
        antipodality(np.eye(3), np.eye(3)[:2])
    with pytest.raises(DoesNotFit, match="columns"):
        nth_projection(np.eye(4), np.eye(3), 1)
    with pytest.raises(DoesNotFit, match="no examples"):
        nth_projection(np.zeros((0, 3)), np.eye(3), 1)
    with pytest.raises(BadValue, match="below the number of rows, 3"):
        nth_projection(np.eye(3), np.eye(3), 3)

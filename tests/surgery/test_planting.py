"""Planting: directions stand where a site is written and read, and nothing else changes."""

import numpy as np
import pytest

from tropism.dictionaries import SparseAutoencoder
from tropism.errors import BadValue, DoesNotFit, Missing
from tropism.surgery import Plant, Rows
from tropism.values import describe, rebuild

LUCK = np.random.default_rng(4)
NETWORK = SparseAutoencoder(inputs=3, latents=5)
PARAMS = {
    "encoder.weight": LUCK.normal(size=(2, 5, 3)).astype(np.float32),
    "encoder.bias": LUCK.normal(size=(2, 5)).astype(np.float32),
    "output.weight": LUCK.normal(size=(2, 3, 5)).astype(np.float32),
    "output.bias": LUCK.normal(size=(2, 3)).astype(np.float32),
}
ROWS = LUCK.normal(size=(2, 2, 3)).astype(np.float32)


def test_a_latents_encoder_and_atom_become_the_direction_and_its_bias_zero():
    network, after = Plant("code", (3, 1), Rows(ROWS)).apply(NETWORK, PARAMS)
    assert network == NETWORK
    np.testing.assert_array_equal(after["encoder.weight"][:, [3, 1]], ROWS)
    np.testing.assert_array_equal(after["output.weight"][:, :, [3, 1]].swapaxes(1, 2), ROWS)
    np.testing.assert_array_equal(after["encoder.bias"][:, [3, 1]], 0.0)


def test_other_latents_stay():
    after = Plant("code", (3, 1), Rows(ROWS)).apply(NETWORK, PARAMS)[1]
    others = [0, 2, 4]
    for path in ("encoder.weight", "encoder.bias"):
        np.testing.assert_array_equal(after[path][:, others], PARAMS[path][:, others])
    np.testing.assert_array_equal(after["output.weight"][..., others], PARAMS["output.weight"][..., others])
    np.testing.assert_array_equal(after["output.bias"], PARAMS["output.bias"])


def test_other_directions_have_another_key_and_some_of_them_their_own():
    edit = Plant("code", (3, 1), Rows(ROWS))
    assert edit.key() != Plant("code", (3, 1), Rows(ROWS + 1)).key()
    assert edit.of_rows(np.array([1])) == Plant("code", (3, 1), Rows(ROWS[1:]))


def test_what_only_a_description_is_left_of_cannot_be_planted():
    with pytest.raises(Missing, match="are not at hand"):
        rebuild(describe(Plant("code", (3, 1), Rows(ROWS)))).apply(NETWORK, PARAMS)


@pytest.mark.parametrize("rows", [ROWS[0], ROWS[:, :0], np.full((2, 2, 3), np.nan)])
def test_rows_are_finite_directions_for_each_member(rows):
    with pytest.raises(BadValue, match=r"Plant\.rows"):
        Rows(rows)


def test_what_does_not_fit_is_refused():
    with pytest.raises(DoesNotFit, match="2 directions a member for 1 dimensions"):
        Plant("code", (3,), Rows(ROWS))
    with pytest.raises(DoesNotFit, match="no dimension 5"):
        Plant("code", (3, 5), Rows(ROWS)).apply(NETWORK, PARAMS)
    for rows in (ROWS[..., :2], ROWS[:1]):
        with pytest.raises(DoesNotFit, match=r"encoder\.weight has 3 in 2"):
            Plant("code", (3, 1), Rows(rows)).apply(NETWORK, PARAMS)

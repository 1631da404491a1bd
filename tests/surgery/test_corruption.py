"""Weights moved part of the way to fresh ones."""

import numpy as np
import pytest

from probe import words
from tropism import train
from tropism.errors import BadValue
from tropism.surgery import Corrupted


@pytest.fixture(scope="module")
def grown():
    return train(words(steps=3), [0, 1, 2])


def test_nothing_and_everything_are_the_ends(grown):
    for path, item in Corrupted(0.0)(grown).params.items():
        np.testing.assert_array_equal(item, grown.params[path])
    fresh = Corrupted(1.0)(grown)
    half = Corrupted(0.5)(grown)
    for path, item in half.params.items():
        np.testing.assert_allclose(item, (grown.params[path] + fresh.params[path]) / 2, rtol=1e-5, atol=1e-7)
    assert (fresh.params["into"][0] != fresh.params["into"][1]).any()
    assert (Corrupted(1.0, luck=1)(grown).params["into"] != fresh.params["into"]).any()


def test_a_fresh_part_has_the_size_of_a_fresh_network(grown):
    drawn = Corrupted(1.0)(grown).params["into"]
    np.testing.assert_allclose(drawn.std(), 0.3, rtol=0.2)  # the probe's init; 144 numbers


def test_whose_it_is_does_not_depend_on_company(grown):
    whole, one = Corrupted(0.3)(grown), Corrupted(0.3)(grown.select([2]))
    np.testing.assert_array_equal(whole.params["out"][2], one.params["out"][0])
    assert whole.select([2]).key == one.key
    assert len({grown.row_key(2), whole.row_key(2), Corrupted(0.4)(grown).row_key(2)}) == 3


@pytest.mark.parametrize("amount", [-0.1, 1.1])
def test_an_amount_beyond_its_ends_is_refused(amount):
    with pytest.raises(BadValue, match=r"in \[0, 1\]"):
        Corrupted(amount)

"""How many bits a sparse code takes: closed forms, and what more and less costs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tropism.errors import BadValue
from tropism.measures import description_length


def test_three_of_sixty_four_latents_cost_what_the_closed_form_says() -> None:
    found = description_length(0.75, 3, 64, width=32, examples=4096, bits=8)
    assert found.which == pytest.approx(math.log2(math.comb(64, 3)))
    assert found.strengths == 24
    assert found.residual == 32 * 7  # half the spread is a bit less in each dimension
    assert found.directions == 4  # 64 rows of 32 numbers of 8 bits, over 4,096 examples
    assert found.total == pytest.approx(math.log2(math.comb(64, 3)) + 24 + 224 + 4)


def test_nothing_rebuilt_costs_the_data_and_everything_rebuilt_nothing_more() -> None:
    told = description_length([0.0, 1.0], 0, 0, width=5, examples=1, bits=6)
    np.testing.assert_array_equal(told.total, [30, 0])


def test_a_latent_that_rebuilds_no_more_than_chance_is_not_worth_its_bits() -> None:
    even = np.arange(1, 10)
    lazy = description_length(0.9, even, 64, width=32, examples=10_000).total
    assert (np.diff(lazy) > 0).all()
    wider = description_length(0.9, 3, 2.0 ** np.arange(2, 9), width=32, examples=10_000).total
    assert (np.diff(wider) > 0).all()
    better = description_length([0.5, 0.9, 0.99], 3, 64, width=32, examples=10_000).total
    assert (np.diff(better) < 0).all()


def test_counts_between_whole_numbers_lie_between_them() -> None:
    low, middle, high = description_length(0.9, [2, 2.5, 3], 64, width=32, examples=100).which
    assert low < middle < high


def test_what_has_no_length_is_nan_or_refused() -> None:
    assert np.isnan(description_length(math.nan, 3, 64, width=32, examples=10).total)
    for active, explained in ((65, 0.5), (-1, 0.5), (3, 1.1)):
        with pytest.raises(BadValue, match="description_length"):
            description_length(explained, active, 64, width=32, examples=10)
    for width, examples, bits in ((0, 10, 8), (32, 0, 8), (32, 10, 0)):
        with pytest.raises(BadValue, match="description_length"):
            description_length(0.5, 3, 64, width=width, examples=examples, bits=bits)

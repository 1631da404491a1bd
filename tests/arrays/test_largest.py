"""The k-th largest number of a row, found without sorting."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.largest import FEW, kth_largest
from tropism.errors import BadValue


@pytest.mark.parametrize("k", [1, 2, 3, FEW, FEW + 1, 40])
def test_it_is_the_one_that_sorting_finds_of_what_is_positive(k):
    values = np.random.default_rng(k).normal(size=(7, 5, 40)).astype(np.float32)
    values[0, 0] = -1.0
    values[0, 1, :6] = 2.5
    values[0, 2] = 0.75
    wanted = np.sort(np.maximum(values, 0), axis=-1)[..., -k]
    np.testing.assert_array_equal(jax.jit(lambda x: kth_largest(x, k))(jnp.asarray(values)), wanted)


def test_there_is_none_beyond_the_last_and_it_has_no_gradient():
    values = jnp.asarray([1.0, 3.0, 2.0])
    assert float(kth_largest(values, 4)) == 0
    assert float(kth_largest(values, FEW + 1)) == 0
    np.testing.assert_array_equal(jax.grad(lambda x: kth_largest(x, 2))(values), 0.0)
    with pytest.raises(BadValue, match="at least 1"):
        kth_largest(values, 0)

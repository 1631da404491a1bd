"""The k-th largest number of a row or a column, found without sorting."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.largest import FEW, FEW_DOWN, kth_largest, largest_down
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


@pytest.mark.parametrize(("k", "rows"), [(1, 40), (3, 40), (3, 256), (FEW_DOWN + 1, 40)])
def test_down_a_column_all_that_reach_it_are_kept_also_of_equal_numbers(k, rows):
    luck = np.random.default_rng(k)
    values = luck.normal(size=(rows, 6, 5)).astype(np.float32)
    values[:, 0] = np.round(values[:, 0])  # many are equal
    values[:, 1] = np.where(luck.random((rows, 5)) < 1 - 4 / rows, -1.0, values[:, 1])  # fewer are positive than wanted
    values[:, 2] = np.array([-1.0, 0.0, -0.0, 2.5, 2.5])[luck.integers(5, size=(rows, 5))]
    values[:, 3, 0] = 3.0
    values[:2, 4, :2] = np.inf
    positive = np.maximum(values, 0)
    wanted = np.where(values >= np.sort(positive, axis=0)[-k], positive, 0)
    mapped = jax.jit(jax.vmap(lambda x: largest_down(x, k), in_axes=1, out_axes=1))(jnp.asarray(values))
    np.testing.assert_array_equal(mapped, wanted)


@pytest.mark.parametrize("k", [2, FEW_DOWN + 1])
def test_the_gradient_is_that_of_what_is_kept(k):
    values = np.round(np.random.default_rng(k).normal(size=(80, 6)), 1).astype(np.float32)
    slope = np.random.default_rng(1).normal(size=values.shape).astype(np.float32)
    least = np.sort(np.maximum(values, 0), axis=0)[-k]
    _, wanted = jax.vjp(lambda x: jnp.where(x >= least, jax.nn.relu(x), 0.0), jnp.asarray(values))
    _, back = jax.vjp(lambda x: largest_down(x, k), jnp.asarray(values))
    np.testing.assert_array_equal(back(jnp.asarray(slope))[0], wanted(jnp.asarray(slope))[0])


def test_of_a_column_that_has_fewer_all_are_kept():
    values = jnp.asarray([1.0, -3.0, 0.0, 2.0])
    for k in (4, FEW_DOWN + 1):
        np.testing.assert_array_equal(largest_down(values, k), [1.0, 0.0, 0.0, 2.0])
    with pytest.raises(BadValue, match="at least 1"):
        largest_down(values, 0)

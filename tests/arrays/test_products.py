"""Products that leave large factors as they lie: the same numbers, and the same gradients."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.products import product, weighted_sum

LUCK = np.random.default_rng(0)


def gradients(function, *given):
    output, back = jax.vjp(function, *given)
    return output, back(jnp.cos(output))


@pytest.mark.parametrize(("outputs", "inputs"), [(9, 4), (4, 9), (5, 5)])
def test_a_product_and_its_gradients_are_those_of_a_matrix_product(outputs, inputs):
    weight = LUCK.normal(size=(3, outputs, inputs)).astype(np.float32)
    columns = LUCK.normal(size=(3, inputs, 7)).astype(np.float32)
    found = jax.vmap(lambda *pair: gradients(product, *pair))(weight, columns)
    wanted = jax.vmap(lambda *pair: gradients(jnp.matmul, *pair))(weight, columns)
    jax.tree.map(lambda mine, plain: np.testing.assert_allclose(mine, plain, rtol=1e-5, atol=1e-5), found, wanted)


def test_a_weighted_sum_and_its_gradients_are_those_of_a_product_with_a_row():
    weights = LUCK.normal(size=(3, 9)).astype(np.float32)
    columns = LUCK.normal(size=(3, 9, 7)).astype(np.float32)
    found = jax.vmap(lambda *pair: gradients(weighted_sum, *pair))(weights, columns)
    wanted = jax.vmap(lambda *pair: gradients(jnp.matmul, *pair))(weights, columns)
    jax.tree.map(lambda mine, plain: np.testing.assert_allclose(mine, plain, rtol=1e-5, atol=1e-5), found, wanted)

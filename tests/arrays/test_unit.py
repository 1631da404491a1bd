"""Directions and angles that stay finite, and whose gradients do."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.arrays.unit import angle, cosine, length, unit

NUMBER = st.floats(-100, 100, width=32).filter(lambda x: x == 0 or abs(x) > 1e-3)
VECTOR = st.lists(NUMBER, min_size=3, max_size=3).map(lambda numbers: jnp.array(numbers, jnp.float32))


@given(VECTOR)
def test_a_unit_vector_has_length_one_unless_it_is_zero(x):
    np.testing.assert_allclose(float(length(unit(x))), 1.0 if x.any() else 0.0, atol=1e-6)


@given(VECTOR, VECTOR)
def test_cosine_and_angle_tell_the_same(x, y):
    if x.any() and y.any():
        # Single precision: a cosine that is off by 1e-7 is an angle that is off by 5e-4 near zero.
        np.testing.assert_allclose(np.cos(float(angle(x, y))), float(cosine(x, y)), atol=1e-6)


@pytest.mark.parametrize("size", [1e-3, 1e-5, 1e-7])
def test_an_angle_is_exact_where_the_cosine_is_nearly_one(size):
    x, y = jnp.array([1.0, 0.0]), jnp.array([1.0, size])
    np.testing.assert_allclose(float(angle(x, y)), np.arctan(size), rtol=1e-5)
    np.testing.assert_allclose(float(angle(x, -y)), np.pi - np.arctan(size), rtol=1e-6)


@pytest.mark.parametrize("at", [(0.0, 0.0), (1e-20, 0.0), (1.0, 0.0), (1e15, 1e15)])
@pytest.mark.parametrize("function", [unit, length, lambda x: cosine(x, jnp.array([1.0, 0.0]))])
def test_values_and_gradients_are_finite_everywhere(function, at):
    value, gradient = jax.value_and_grad(lambda x: function(x).sum())(jnp.array(at))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_the_length_of_zero_pulls_nowhere():
    np.testing.assert_array_equal(jax.grad(length)(jnp.zeros(3)), np.zeros(3))


def test_a_vector_much_shorter_than_the_floor_has_no_cosine():
    assert abs(float(cosine(jnp.array([1e-12, 0.0]), jnp.array([1.0, 0.0])))) < 1e-3

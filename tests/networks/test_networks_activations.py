"""Activations: closed forms, whichever way the layer lies."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtr, softmax

from tropism.networks import _autoencoder_module
from tropism.networks._activations import activated, gelu, solu, solu_norm, z_exp_z
from tropism.networks.embedded_sum import TOKEN_ACTIVATIONS
from tropism.networks.two_layer import TWO_LAYER_ACTIVATIONS

Z = np.random.default_rng(3).normal(size=(9, 40)).astype(np.float32)

CLOSED = {
    "gelu": lambda z: z * ndtr(z),
    "linear": lambda z: z,
    "relu": lambda z: z * (z > 0),
    "solu": lambda z: z * softmax(z, axis=-1),
    "solu-norm": lambda z: normed(z * softmax(z, axis=-1)),
    "square": lambda z: z**2,
    "z-exp-z": lambda z: z * np.exp(z),
}


def normed(h):
    return (h - h.mean(-1, keepdims=True)) / h.std(-1, keepdims=True)


def test_every_activation_that_a_description_may_name_has_a_closed_form_here():
    assert set(CLOSED) == {*TWO_LAYER_ACTIVATIONS, *TOKEN_ACTIVATIONS}


@pytest.mark.parametrize("name", CLOSED)
def test_rows_and_columns_are_activated_alike(name):
    rows, columns = activated(name, jnp.asarray(Z), axis=-1), activated(name, jnp.asarray(Z.T), axis=0).T
    np.testing.assert_allclose(rows, columns, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", CLOSED)
def test_an_activation_is_what_its_formula_says(name):
    exact = CLOSED[name](Z.astype(np.float64))
    np.testing.assert_allclose(activated(name, jnp.asarray(Z), axis=-1), exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", CLOSED)
def test_gradients_are_finite_where_all_values_are_equal(name):
    slope = jax.jit(jax.grad(lambda z: (activated(name, z, axis=-1) * jnp.arange(40.0)).sum()))
    assert np.isfinite(slope(jnp.repeat(jnp.array([[0.0], [-3.0], [3.0]]), 40, axis=1))).all()


def test_the_autoencoder_uses_the_same_gelu():
    assert _autoencoder_module.gelu is gelu


def test_solu_shares_one_among_equal_values_and_gives_a_large_one_all():
    np.testing.assert_allclose(solu(jnp.full((40,), 2.0), 0), 2.0 / 40, rtol=1e-6)
    np.testing.assert_allclose(solu(jnp.full((40,), 2.0), 0).sum(), 2.0, rtol=1e-6)
    one = solu(jnp.zeros(40).at[7].set(50.0), 0)
    np.testing.assert_allclose(one, 50 * np.eye(40)[7], atol=1e-6)
    assert np.isfinite(solu(jnp.array([1e30, -1e30, 0.0]), 0)).all()


def test_solu_lies_between_the_least_and_the_largest_value_of_the_layer():
    found = np.asarray(solu(jnp.asarray(Z), -1)).sum(-1)  # a mean of the values, weighted towards the largest
    assert (Z.mean(-1) < found).all()
    assert (found < Z.max(-1)).all()


def test_the_norm_takes_out_mean_and_spread_also_in_a_wide_layer_of_small_values():
    wide = 0.1 * np.random.default_rng(5).normal(size=(3, 4096)).astype(np.float32)
    found = np.asarray(solu_norm(jnp.asarray(wide), -1), np.float64)
    np.testing.assert_allclose(found.mean(-1), 0, atol=1e-5)
    np.testing.assert_allclose(found.var(-1), 1, rtol=2e-3)  # the floor of 1e-5 beside a variance of .01


def test_z_exp_z_is_least_at_minus_one_and_is_not_solu():
    z = jnp.array([-1.0, 0.0, 1.0])
    np.testing.assert_allclose(z_exp_z(z), [-1 / np.e, 0, np.e], rtol=1e-6)
    np.testing.assert_allclose(jax.vmap(jax.grad(z_exp_z))(z), [0, 1, 2 * np.e], rtol=1e-6, atol=1e-7)
    assert not np.allclose(z_exp_z(z), solu(z, 0))

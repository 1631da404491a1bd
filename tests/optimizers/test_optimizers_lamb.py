"""LAMB: the movement law, and the whole formula against plain NumPy."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tropism.optimizers import Lamb
from tropism.values import replaced

SHAPES = {"encoder": {"weight": (6, 4), "bias": (6,)}, "decoder": {"weight": (3, 6)}}
SCALES = {"encoder": {"weight": 1.0, "bias": 1e-3}, "decoder": {"weight": 50.0}}
"""The lengths of the tensors: about 5, about .002, and about 200, which is clamped."""


def parameters(seed=0):
    luck = np.random.default_rng(seed)
    draw = lambda shape, scale: scale * luck.standard_normal(shape)  # noqa: E731
    return jax.tree.map(draw, SHAPES, SCALES, is_leaf=lambda leaf: isinstance(leaf, tuple))


def gradients(steps, seed=1, scale=1.0):
    """Gradients of every size, each step's of its own."""
    luck = np.random.default_rng(seed)
    draw = lambda shape: scale * luck.standard_normal((steps, *shape)) * 10.0 ** luck.uniform(-4, 2, (steps, *shape))  # noqa: E731
    return jax.tree.map(draw, SHAPES, is_leaf=lambda leaf: isinstance(leaf, tuple))


def single(tree):
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, jnp.float32), tree)


def trained(lr, params, given, **fields):
    """The parameters after as many steps as gradients were given, and every step's moves."""

    def step(carry, gradient):
        params, state = carry
        moves, state = replaced(Lamb(**fields), lr=lr).transformation().update(gradient, state, params)
        return (optax.apply_updates(params, moves), state), moves

    start = (params, Lamb(**fields).transformation().init(params))
    (params, _), moves = jax.lax.scan(step, start, given)
    return params, moves


def in_plain_numpy(lr, p, given, b1=0.9, b2=0.999, eps=1e-6, clamp=10.0, weight_decay=0.0):
    """LAMB for one tensor in double precision, as torch-optimizer 0.3.0 has it (no de-biasing)."""
    m, v = np.zeros_like(p), np.zeros_like(p)
    for g in given:
        m = b1 * m + (1 - b1) * g
        v = b2 * v + (1 - b2) * g**2
        s = m / (np.sqrt(v) + eps) + weight_decay * p
        p_size, s_size = min(np.linalg.norm(p), clamp), np.linalg.norm(s)
        p = p - lr * (p_size / s_size if p_size and s_size else 1.0) * s
    return p


def sizes(tree):
    return np.array([np.linalg.norm(leaf) for leaf in jax.tree.leaves(tree)])


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e8])
def test_every_tensor_moves_by_the_rate_times_its_clamped_length(scale):
    params, given = parameters(), gradients(1, scale=scale)
    _, moves = trained(0.003, single(params), single(given))
    np.testing.assert_allclose(sizes(moves), 0.003 * np.minimum(sizes(params), 10.0), rtol=1e-6)
    assert (sizes(params) > 10).any()  # so that the clamp was there to be seen
    assert (sizes(params) < 10).any()


def test_the_law_holds_at_every_step_not_only_the_first():
    params, given = single(parameters()), single(gradients(20))
    state = Lamb(lr=0.01).transformation().init(params)
    for step in range(20):
        now = jax.tree.map(lambda leaf, step=step: leaf[step], given)
        moves, state = Lamb(lr=0.01).transformation().update(now, state, params)
        np.testing.assert_allclose(sizes(moves), 0.01 * np.minimum(sizes(params), 10.0), rtol=1e-6)
        params = optax.apply_updates(params, moves)


def test_the_scale_of_the_loss_does_not_matter():
    # eps stands beside √v and is all that can tell the scales apart, so here it is far below every gradient.
    params, given = single(parameters()), single(gradients(50))
    plain, _ = trained(0.01, params, given, eps=1e-20)
    scaled, _ = trained(0.01, params, jax.tree.map(lambda g: 1024.0 * g, given), eps=1e-20)
    for one, other in zip(jax.tree.leaves(plain), jax.tree.leaves(scaled), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6 * np.abs(one).max())


@pytest.mark.parametrize(
    "fields",
    [{}, {"weight_decay": 0.3}, {"clamp": 1.0, "b1": 0.5}, {"clamp": math.inf, "b2": 0.9, "eps": 1e-3}],
    ids=str,
)
def test_fifty_steps_agree_with_plain_numpy_in_double_precision(fields):
    params, given = parameters(), gradients(50)
    found, _ = trained(0.01, single(params), single(given), **fields)
    wanted = jax.tree.map(lambda p, g: in_plain_numpy(0.01, p, g, **fields), params, given)
    for one, other in zip(jax.tree.leaves(found), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-5 * np.abs(other).max())


def test_the_first_step_is_not_debiased():
    # s = .1 g / (√.001 |g| + eps) is about 3.16 in every entry; τ = 1 for a tensor of zeros shows it undivided.
    _, moves = trained(1.0, {"p": jnp.zeros(3)}, {"p": jnp.array([[2.0, -5.0, 1.0]])})
    np.testing.assert_allclose(moves["p"][0], -0.1 / np.sqrt(0.001) * np.array([1.0, -1.0, 1.0]), rtol=5e-5)  # eps


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_zeros_with_zero_gradients_stay_zeros(weight_decay):
    params = {"p": jnp.zeros((2, 3))}
    after, _ = trained(0.1, params, {"p": jnp.zeros((5, 2, 3))}, weight_decay=weight_decay)
    np.testing.assert_array_equal(after["p"], 0.0)


def test_a_tensor_without_gradients_stays_where_it_is_beside_one_that_moves():
    params = single(parameters())
    given = single(gradients(5))
    given["encoder"]["bias"] = jnp.zeros_like(given["encoder"]["bias"])
    after, _ = trained(0.1, params, given)
    np.testing.assert_array_equal(after["encoder"]["bias"], params["encoder"]["bias"])
    assert np.abs(after["encoder"]["weight"] - params["encoder"]["weight"]).max() > 0.01


def test_gradients_that_are_not_finite_are_not_hidden():
    after, _ = trained(0.1, {"p": jnp.ones(3)}, {"p": jnp.array([[1.0, np.nan, 1.0]])})
    assert np.isnan(after["p"]).any()  # the engine marks such a member


def test_members_with_rates_of_their_own_are_each_as_if_alone():
    params, given, rates = single(parameters()), single(gradients(30)), jnp.array([0.001, 0.01, 0.03, 0.0])
    together = jax.jit(jax.vmap(lambda lr: trained(lr, params, given)[0]))(rates)
    for member, lr in enumerate(rates):
        alone, _ = trained(float(lr), params, given)
        for one, other in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(one[member], other, rtol=1e-5, atol=1e-6 * np.abs(other).max())
    spread = np.ptp(together["encoder"]["weight"], axis=0).max()
    assert spread > 0.1  # the rates did make a difference


def test_parameters_keep_out_of_each_others_ratios():
    params, given = single(parameters()), single(gradients(10))
    whole, _ = trained(0.01, params, given)
    part, _ = trained(0.01, params["decoder"], given["decoder"])
    np.testing.assert_allclose(part["weight"], whole["decoder"]["weight"], rtol=1e-6)

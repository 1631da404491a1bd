"""What single terms say where the answer can be worked out by hand, and laws that only one of them has."""

import functools

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, View
from tropism.errors import DoesNotFit
from tropism.terms import (
    AngularAnchor,
    AntiAnchor,
    CapturedAnchor,
    DistanceSeparate,
    Fallback,
    Separate,
    Subspace,
)

SQUARE = jnp.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
RANDOM = jnp.asarray(np.random.default_rng(3).normal(size=(16, 4)).astype(np.float32))


def cost(term, z):
    return jax.jit(term.cost)(z)


class Coder(eqx.Module):
    """Encodes with one matrix and decodes with another; `around` leads past the bottleneck."""

    encoder: jax.Array
    decoder: jax.Array
    around: jax.Array

    def __call__(self, x, tap, key=None):
        early = tap("early", x @ self.encoder)
        return tap("latent", early) @ self.decoder + early @ self.around


CODER = Coder(jnp.eye(3, 2) * 2.0, jnp.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), jnp.zeros((2, 3)))


def view(module, x, **labels):
    x = jnp.asarray(x)
    value = x @ module.encoder
    batch = Batch(x, x, {name: jnp.asarray(row) for name, row in labels.items()})
    output = module(x, lambda site, value: value)
    return View(module, {}, batch, output, {"latent": value}, {}, jax.random.key(0), jnp.array(0))


def plainly_separated(z, power, shift):
    """The rule of `Separate` as it reads, differentiated by JAX: the oracle of the fused form."""
    directions = z / jnp.linalg.norm(z, axis=1, keepdims=True)
    cosines = directions @ directions.T
    cosines = jnp.where(jnp.isclose(cosines, 1.0, rtol=1e-5, atol=1e-8), 0.0, cosines)
    cosines = (cosines + 1) / 2 if shift else cosines
    return (cosines**power).sum(axis=1)


@pytest.mark.parametrize("shift", [True, False])
@pytest.mark.parametrize("power", [1, 2, 7, 10, 100])
def test_the_fused_separation_is_the_plain_one_and_so_is_its_gradient(power, shift):
    z = jnp.concatenate([RANDOM, RANDOM[:2]])
    pull = jnp.linspace(0.5, 2.0, len(z))

    @functools.partial(jax.jit, static_argnums=0)
    def both(function):
        price, back = jax.vjp(function, z)
        return price, back(pull)[0]

    fused, one = both(Separate(power=power, shift=shift).cost)
    plain, other = both(lambda z: plainly_separated(z, power, shift))
    # A cosine is off by 1e-7, its 100th power by a hundred times that.
    np.testing.assert_allclose(fused, plain, rtol=1e-6 * power + 1e-5, atol=1e-7)
    np.testing.assert_allclose(one, other, rtol=1e-4, atol=2e-6 * float(jnp.abs(other).max()) + 1e-7)
    # The mean takes a shorter way.
    mean = jax.jit(jax.grad(Separate(power=power, shift=shift).mean_cost))(z)
    wanted = jax.jit(jax.grad(lambda z: plainly_separated(z, power, shift).mean()))(z)
    np.testing.assert_allclose(mean, wanted, rtol=1e-4, atol=2e-6 * float(jnp.abs(wanted).max()) + 1e-7)


def test_separation_has_second_derivatives():
    few, pull = RANDOM[:4, :3], jax.grad(lambda z: Separate(power=4).cost(z).mean())
    wanted = jax.jit(jax.hessian(lambda z: plainly_separated(z, 4, True).mean()))(few)
    np.testing.assert_allclose(jax.jit(jax.jacrev(pull))(few), wanted, atol=2e-6)
    np.testing.assert_allclose(jax.jit(jax.jacfwd(pull))(few), wanted, atol=2e-6)


def test_separation_on_a_square_counts_neighbors_antipodes_and_itself():
    # Two neighbors at cosine 0, one antipode at −1, oneself dropped to 0 before the shift.
    np.testing.assert_allclose(cost(Separate(power=2, shift=True), SQUARE), 0.25 + 2 * 0.25 + 0)
    np.testing.assert_allclose(cost(Separate(power=2, shift=False), SQUARE), 1)
    np.testing.assert_allclose(cost(Separate(power=3, shift=False), SQUARE), -1)


def test_separation_is_a_sum_and_duplicates_are_free():
    once = cost(Separate(power=4), SQUARE)
    twice = cost(Separate(power=4), jnp.concatenate([SQUARE, SQUARE]))[:4]
    np.testing.assert_allclose(twice, 2 * once)


def test_separation_does_not_see_lengths():
    lengths = jnp.geomspace(1e-3, 1e3, 16)[:, None]
    np.testing.assert_allclose(cost(Separate(power=10), RANDOM * lengths), cost(Separate(power=10), RANDOM), rtol=1e-5)


def test_separation_pulls_two_neighbors_apart():
    pair = jnp.array([[1.0, 0.1], [1.0, -0.1]])
    pull = -jax.jit(jax.grad(lambda z: Separate(power=10).cost(z).sum()))(pair)
    assert pull[0, 1] > 0 > pull[1, 1]


@pytest.mark.parametrize("kind", [AngularAnchor, AntiAnchor])
def test_a_direction_may_have_any_length(kind):
    costs = [cost(kind(direction), RANDOM) for direction in [(3, 4, 0, 0), (0.6, 0.8, 0, 0), (3e-3, 4e-3, 0, 0)]]
    np.testing.assert_allclose(costs[1], costs[0], atol=1e-6)
    np.testing.assert_allclose(costs[2], costs[0], atol=1e-6)


def test_an_anchor_by_angle_does_not_see_lengths():
    anchor = AngularAnchor((1, 1, 0, 0))
    np.testing.assert_allclose(cost(anchor, 1e3 * RANDOM), cost(anchor, RANDOM), atol=1e-6)


def test_keeping_in_and_keeping_out_share_the_square_of_the_length():
    both = cost(Subspace((0, 2)), RANDOM) + cost(Subspace((0, 2), keep=False), RANDOM)
    np.testing.assert_allclose(both, (RANDOM**2).sum(axis=1), rtol=1e-6)


def test_separation_by_distance_is_the_mean_over_the_others():
    # Neighbors at squared distance 2, antipodes at 4: (1/2 + 1/2 + 1/4) / 3.
    np.testing.assert_allclose(cost(DistanceSeparate(floor=1e-12), SQUARE), 1.25 / 3, rtol=1e-6)


def test_separation_by_distance_counts_no_pair_with_oneself():
    # Source: experiments 1.5 and 1.6 of the original, where each self pair leaked a constant 1e6.
    assert float(cost(DistanceSeparate(), SQUARE).max()) < 1


def test_a_lone_example_has_nobody_to_keep_from():
    assert cost(DistanceSeparate(), SQUARE[:1]) == 0
    assert cost(Separate(power=4, shift=False), SQUARE[:1]) == 0


def test_a_fallback_prices_the_answer_at_its_point_and_nowhere_else():
    # The decoder maps (−1, 0) to (−1, −2, −3); against (0, 0, 0) that is 14 / 3.
    term = Fallback((-1, 0), (0, 0, 0))
    for x in (np.ones((5, 3), np.float32), np.zeros((2, 3), np.float32)):
        np.testing.assert_allclose(term.price(view(CODER, x), ())[0], 14 / 3, rtol=1e-6)


def test_a_fallback_trains_only_what_comes_after_its_site():
    # Even where a path leads past the bottleneck, the encoder does not learn.
    coder = eqx.tree_at(lambda each: each.around, CODER, jnp.ones((2, 3)))
    pull = jax.grad(lambda c: Fallback((-1, 0), (0, 0, 0)).price(view(c, jnp.ones((4, 3))), ())[0])(coder)
    assert np.all(pull.encoder == 0)
    assert np.abs(pull.decoder).max() > 0.1


def test_a_fallback_whose_target_is_not_an_output_is_refused():
    with pytest.raises(DoesNotFit, match="the target has 1 numbers, and the output is 3 wide"):
        Fallback((-1, 0), (0.5,)).price(view(CODER, jnp.ones((4, 3))), ())


MOVED = eqx.tree_at(lambda each: each.encoder, CODER, CODER.encoder + 0.5)
X = np.eye(3, dtype=np.float32)


def test_captured_examples_cost_nothing_before_and_their_mean_square_drift_after():
    term = CapturedAnchor(examples=((1, 0, 0), (0, 0, 1)))
    state = term.start({"latent": 2})
    assert term.price(view(MOVED, X), state)[0] == 0
    state = term.act("anchor", view(CODER, X), state)
    np.testing.assert_allclose(state.points, [[2, 0], [0, 0]])
    assert term.price(view(CODER, X), state)[0] == 0
    # Each coordinate of either example moved by a half.
    np.testing.assert_allclose(term.price(view(MOVED, X), state)[0], 0.25)


def test_captured_labels_are_held_at_their_weighted_mean():
    term = CapturedAnchor(where=("red", "blue"))
    red, blue = [1.0, 0.5, 0.0], [0.0, 0.0, 0.0]
    state = term.act("anchor", view(CODER, X, red=red, blue=blue), term.start({"latent": 2}))
    # Latents (2, 0), (0, 2), (0, 0), with weights 1, ½, 0; nobody bore blue.
    np.testing.assert_allclose(state.points, [[4 / 3, 2 / 3], [0, 0]], rtol=1e-6)
    np.testing.assert_array_equal(state.known, [1, 0])
    # The first example, red, is (2/3, −2/3) away: a mean square of 4/9.
    lone = view(CODER, X, red=[1.0, 0.0, 0.0], blue=[0.0, 1.0, 1.0])
    np.testing.assert_allclose(term.price(lone, state)[0], 4 / 9, rtol=1e-6)


def test_a_label_that_nobody_bears_keeps_the_place_it_was_captured_at():
    term = CapturedAnchor(where="red")
    first = term.act("anchor", view(CODER, X, red=[1.0, 0, 0]), term.start({"latent": 2}))
    second = term.act("anchor", view(MOVED, X, red=[0.0, 0, 0]), first)
    third = term.act("anchor", view(MOVED, X, red=[1.0, 0, 0]), second)
    np.testing.assert_array_equal(second.points, first.points)
    np.testing.assert_allclose(third.points, [[2.5, 0.5]])


def test_a_captured_place_is_a_constant():
    term = CapturedAnchor(where="red")

    def moved(coder):
        state = term.act("anchor", view(coder, X, red=[1.0, 1, 0]), term.start({"latent": 2}))
        return state.points.sum()

    assert all(np.all(leaf == 0) for leaf in jax.tree.leaves(jax.grad(moved)(CODER)))

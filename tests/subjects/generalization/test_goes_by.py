"""What activations go by: closed forms of the price, and that following it does what it says."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, View
from tropism.errors import DoesNotFit, UnknownName
from tropism.subjects.generalization import ColoredShapes, GoesBy, RotatedDigits
from tropism.values import describe, rebuild


class Linear(eqx.Module):
    """One site, a linear map of the inputs."""

    weight: jax.Array

    def __call__(self, x, tap, key=None):
        return tap("hidden", x @ self.weight)


def priced(term, module, x):
    value = module(x, lambda site, value: value)
    view = View(module, {}, Batch(x, x, {}), value, {"hidden": value}, {}, jax.random.key(0), jnp.array(0))
    return term.price(view, ())[0]


PIXELS = jnp.asarray(np.random.default_rng(0).normal(size=(4000, 6)), "float32")
SUM = Linear(jnp.ones((6, 1)))
RED_LESS_BLUE = Linear(jnp.asarray([[1.0], [0], [-1], [1], [0], [-1]]))
FIRST_RED = Linear(jnp.asarray([[1.0], [0], [0], [0], [0], [0]]))


@pytest.mark.parametrize(("module", "share"), [(SUM, 0.0), (RED_LESS_BLUE, 2.0), (FIRST_RED, 1.0)])
def test_what_hears_nothing_is_free_what_turns_around_costs_two_and_what_becomes_another_one_costs_one(module, share):
    # Sums are the same, differences change their sign, and two independent pixels are two examples: closed forms, to
    # the sampling error of 4000 draws.
    assert priced(GoesBy(), module, PIXELS) == pytest.approx(share, abs=0.05)
    assert priced(GoesBy(stay=True), module, PIXELS) == pytest.approx(max(1 - share, 0.0), abs=0.05)


def test_colors_change_places_and_shapes_do_not():
    plain = ColoredShapes(noise=0.0, count=3)
    red, blue = (plain.pictures(color, 0).reshape(3, -1) for color in (0, 1))
    changed = np.asarray(GoesBy().altered(jnp.asarray(red)))
    np.testing.assert_array_equal(changed.reshape(3, -1, 3)[..., 2], red.reshape(3, -1, 3)[..., 0])
    assert (changed.reshape(3, -1, 3)[..., 0] == blue.reshape(3, -1, 3)[..., 0]).all()  # no red in either


def test_half_a_turn_is_half_a_turn():
    digits = jnp.asarray(RotatedDigits(size=12).listed().inputs[:5])
    turned = RotatedDigits.turned(digits, jnp.full(5, 180.0))
    # A half turn falls on pixels again, but for what sine and cosine are rounded by.
    np.testing.assert_allclose(GoesBy(altering="half a turn").altered(digits), turned, atol=1e-4)


@pytest.mark.parametrize(("stay", "after"), [(False, 0.0), (True, 0.0)])
def test_following_it_empties_it(stay, after):
    term, module = GoesBy(stay=stay), Linear(jnp.asarray(np.random.default_rng(1).normal(size=(6, 2)), "float32"))
    slope = jax.jit(jax.grad(lambda each: priced(term, each, PIXELS[:500])))
    before = priced(term, module, PIXELS[:500])
    for _ in range(60):
        module = jax.tree.map(lambda leaf, pull: leaf - 0.5 * pull, module, slope(module))
    assert before > 0.1
    assert priced(term, module, PIXELS[:500]) == pytest.approx(after, abs=0.02)


def test_it_is_a_value_and_says_what_it_cannot_price():
    term = GoesBy(altering="half a turn", stay=True, weight=1.0)
    assert rebuild(describe(term)) == term
    with pytest.raises(UnknownName, match="altering 'green'"):
        GoesBy(altering="green")
    with pytest.raises(DoesNotFit, match=r"shape \(4,\) are no pixels in one row, with 3 numbers each"):
        priced(GoesBy(), Linear(jnp.ones((4, 1))), jnp.ones((2, 4)))
    with pytest.raises(DoesNotFit, match=r"shape \(2, 3\) are no pixels"):
        priced(GoesBy(altering="half a turn"), Linear(jnp.ones((3, 1))), jnp.ones((2, 2, 3)))

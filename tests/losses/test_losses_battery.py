"""What every loss on the shelf keeps: finite numbers, examples that keep out of each other's price, legal outputs."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism import losses
from tropism.core import Batch, Choice, Loss
from tropism.errors import BadValue, UnknownName
from tropism.losses import Ascent, CrossEntropy, SquaredOneHot, StableMax, Uniform

EVERY = tuple(
    each
    for over in ("all", "legal")
    for each in (
        CrossEntropy(over=over),
        CrossEntropy(exact=False, over=over),
        SquaredOneHot(over=over),
        StableMax(over=over),
        Uniform(over=over),
        Ascent(over=over),
    )
)
LEGAL = tuple(each for each in EVERY if each.over == "legal")
OF_SOFTMAX = tuple(each for each in EVERY if isinstance(each, (CrossEntropy, Uniform, Ascent)))


def batch(right, low, high):
    """A batch of which only the answers matter."""
    return Batch(None, Choice(*(jnp.asarray(each, jnp.int32) for each in (right, low, high))))


def some(size, count=64, outputs=9, seed=0):
    """Logits of some size, and answers of which some few or all outputs are legal; one example has no choice."""
    luck = np.random.default_rng(seed)
    low = luck.integers(0, outputs, count)
    high = luck.integers(low + 1, outputs + 1)
    low[:8], high[:8], high[8] = 0, outputs, low[8] + 1
    return size * luck.standard_normal((count, outputs)), batch(luck.integers(low, high), low, high)


def priced(loss, logits, examples):
    """What each example costs, and the gradient of the sum of it."""
    logits = jnp.asarray(logits, jnp.float32)
    return loss(logits, examples), jax.grad(lambda z: loss(z, examples).sum())(logits)


def test_the_battery_has_every_loss():
    assert {type(each) for each in EVERY} == {getattr(losses, name) for name in losses.__all__}


@pytest.mark.parametrize("loss", EVERY, ids=repr)
@pytest.mark.parametrize("size", [0.0, 1e-30, 1.0, 60.0, 1e4])
def test_loss_and_gradient_are_finite_and_the_loss_not_below_zero(loss, size):
    logits, examples = some(size)
    for each in (logits, size * np.sign(logits), np.full_like(logits, size), np.full_like(logits, -size)):
        price, gradient = priced(loss, each, examples)
        assert price.shape == (len(logits),)
        assert price.dtype == gradient.dtype == jnp.float32
        assert np.isfinite(price).all()
        assert np.isfinite(gradient).all()
        assert (np.asarray(price) >= 0).all()


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_an_example_costs_the_same_alone(loss):
    logits, examples = some(3.0)
    together, _ = priced(loss, logits, examples)
    alone = [
        priced(loss, logits[row : row + 1], batch(*(t[row : row + 1] for t in examples.targets))) for row in (3, 40)
    ]
    np.testing.assert_allclose([price[0] for price, _ in alone], np.asarray(together)[[3, 40]], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", LEGAL, ids=repr)
@pytest.mark.parametrize("number", [-1e4, 7.0, 1e4])
def test_what_is_not_legal_does_not_matter(loss, number):
    logits, examples = some(2.0)
    places = np.arange(logits.shape[1])
    illegal = (places < examples.targets.low[:, None]) | (places >= examples.targets.high[:, None])
    assert illegal.any()
    price, gradient = priced(loss, logits, examples)
    other, other_gradient = priced(loss, np.where(illegal, number, logits), examples)
    np.testing.assert_array_equal(price, other)
    np.testing.assert_array_equal(gradient, other_gradient)
    np.testing.assert_array_equal(np.asarray(gradient)[illegal], 0.0)


@pytest.mark.parametrize("loss", LEGAL, ids=repr)
def test_where_all_is_legal_the_two_choices_of_outputs_are_one(loss):
    logits, examples = some(2.0)
    whole = batch(examples.targets.right, np.zeros(64), np.full(64, 9))
    for one, other in zip(
        priced(loss, logits, whole), priced(dataclasses.replace(loss, over="all"), logits, whole), strict=True
    ):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", OF_SOFTMAX, ids=repr)
def test_adding_a_number_to_all_logits_of_an_example_changes_nothing(loss):
    logits, examples = some(4.0)
    logits = np.round(logits * 2**8) / 2**8  # so that float32 holds the sums, and rounding has no part in it
    shift = np.random.default_rng(1).integers(-(2**12), 2**12, (len(logits), 1))
    for one, other in zip(priced(loss, logits, examples), priced(loss, logits + shift, examples), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("loss", EVERY, ids=repr)
def test_members_are_priced_side_by_side_as_alone(loss):
    several = [some(3.0, seed=seed) for seed in range(3)]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *(examples for _, examples in several))
    logits = jnp.asarray(np.stack([each for each, _ in several]), jnp.float32)
    together = jax.jit(jax.vmap(loss))(logits, stacked)
    for member, (each, examples) in enumerate(several):
        np.testing.assert_allclose(together[member], priced(loss, each, examples)[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", dict.fromkeys(type(each) for each in EVERY), ids=lambda kind: kind.__name__)
def test_outputs_that_are_no_choice_are_refused(kind):
    with pytest.raises(UnknownName, match=rf"{kind.__name__}\.over.*legal"):
        kind(over="leagl")
    assert issubclass(kind, Loss)


@pytest.mark.parametrize("margin", [float("nan"), float("inf"), None, "two"])
def test_a_margin_that_is_no_number_is_refused(margin):
    with pytest.raises(BadValue, match=r"Ascent\.margin"):
        Ascent(margin=margin)

"""What every term must do, whichever it is: a new one is refused by the first test until it stands in `TERMS`."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism import terms
from tropism.core import Batch, Choice, Regularizer, View
from tropism.terms import (
    L1,
    Accuracy,
    Anchor,
    AngularAnchor,
    AntiAnchor,
    CapturedAnchor,
    Confuse,
    Disagree,
    DistanceSeparate,
    Distilled,
    Faithful,
    Fallback,
    Guess,
    Independent,
    Landing,
    Misdirected,
    Routed,
    Separate,
    Subspace,
    Tampered,
    UnitLength,
)
from tropism.values import describe, rebuild

WIDTHS = {"latent": 4}
E0 = (1.0, 0.0, 0.0, 0.0)

TERMS = {
    "Accuracy": [Accuracy(), Accuracy(where="red", over="legal")],
    "Anchor": [Anchor(E0), Anchor((0, 0, 0, 0), where="red")],
    "AngularAnchor": [AngularAnchor(E0), AngularAnchor((1, 2, 3, 4), where="red")],
    "AntiAnchor": [AntiAnchor(E0), AntiAnchor(E0, hemi=False), AntiAnchor((-1, 0, 0, 0), where=(("red", 0.5),))],
    "CapturedAnchor": [CapturedAnchor(where="red"), CapturedAnchor(examples=(E0, (0, 1, 0, 0)))],
    "Confuse": [Confuse(player="other", site="latent"), Confuse(player="other", site="latent", where="red")],
    "Disagree": [Disagree(player="other", site="latent", where="red"), Disagree(reference="frozen", rate=1.0)],
    "DistanceSeparate": [DistanceSeparate(), DistanceSeparate(dims=(3,), floor=1e-3)],
    "Distilled": [Distilled(reference="frozen"), Distilled(reference="frozen", where="red")],
    "Faithful": [Faithful(reference="frozen", site="latent"), Faithful(reference="frozen", site="latent", where="red")],
    "Fallback": [Fallback((-1, 0, 0, 0), (0.5, 0.5, 0.5))],
    "Guess": [Guess(player="other", site="latent"), Guess(player="other", site="latent", of="red")],
    "Independent": [
        Independent(player="other", site="latent", like="red"),
        Independent(reference="frozen", like="red", where="red", balance=0.0),
    ],
    "L1": [L1(), L1(where="red")],
    "Landing": [Landing((0,), (1, 0, 0)), Landing((3, 1), (0, 0, 0), where="red", unit=False)],
    "Misdirected": [
        Misdirected(site="latent", length=3.0),
        Misdirected(site="latent", length=1.0, where="red", reference="frozen"),
    ],
    "Routed": [Routed(site="latent", reserved=2, where="red")],
    "Separate": [Separate(), Separate(power=10, shift=False), Separate(power=1), Separate(power=3, where="red")],
    "Subspace": [Subspace((0, 1)), Subspace((0,), keep=False), Subspace((3, 1), where="red")],
    "Tampered": [Tampered(where="red", attack=2, rate=1e-3)],
    "UnitLength": [UnitLength(), UnitLength(where="red")],
}
EACH = [pytest.param(term, id=f"{name}-{number}") for name, row in TERMS.items() for number, term in enumerate(row)]
OF_OUTPUTS = (Accuracy, Distilled, Tampered)
"""Those that look at no site."""
REGULARIZERS = [param for param in EACH if isinstance(param.values[0], Regularizer)]

RANDOM = np.random.default_rng(7).normal(size=(6, 4)).astype(np.float32)
BATCHES = {
    "random": RANDOM,
    "zero": np.zeros((6, 4), np.float32),
    "aligned": np.tile(np.float32(E0), (6, 1)),
    "antipodal": np.outer([1, -1, 1, -1, 1, -1], E0).astype(np.float32),
    "duplicates": np.repeat(RANDOM[:2], 3, axis=0),
    "huge": 1e4 * RANDOM,
    "tiny": 1e-20 * RANDOM,
    "at the floor of lengths": 1e-12 * RANDOM,
    "at the floor of cosines": 1e-8 * RANDOM,
    "one zero": np.concatenate([np.zeros((1, 4), np.float32), RANDOM[1:]]),
}


class Small(eqx.Module):
    """A site that anyone may move, and a linear reader."""

    shift: jax.Array
    reader: jax.Array

    def __call__(self, x, tap, key=None):
        return tap("latent", x + self.shift) @ self.reader


MODULE = Small(jnp.zeros(4), jnp.asarray(np.random.default_rng(8).normal(size=(4, 3)).astype(np.float32)))


def view_of(module, x, red):
    output, value = module(x, lambda site, value: value), x + module.shift
    answers = jnp.arange(len(x)) % 3
    batch = Batch(x, Choice(answers, jnp.zeros_like(answers), jnp.full_like(answers, 3)), {"red": red})
    others, frozen = {"other": MODULE}, {"frozen": MODULE}
    return View(module, others, batch, output, {"latent": value}, frozen, jax.random.key(0), jnp.array(0))


def priced(term, module, x, red):
    """The price, after the term's actions were carried out once if it has any."""
    view = view_of(module, x, red)
    state = term.start(WIDTHS)
    for action in term.actions:
        state = term.act(action, view_of(MODULE, jnp.asarray(RANDOM), jnp.ones(6)), state)
    return jnp.mean(term.price(view, state)[0])


def some_red(count):
    return jnp.arange(count) % 2.0


def test_the_battery_knows_every_public_term():
    assert sorted(TERMS) == sorted(terms.__all__)
    assert all(type(term).__name__ == name for name, row in TERMS.items() for term in row)


@pytest.mark.parametrize("term", EACH)
def test_prices_and_gradients_are_finite_everywhere(term):
    reds = jnp.stack([jnp.zeros(6), some_red(6), jnp.ones(6)])
    price = jax.value_and_grad(lambda both, red: priced(term, *both, red))
    every = jax.jit(jax.vmap(jax.vmap(lambda x, red: price((MODULE, x), red), (None, 0)), (0, None)))
    found = every(jnp.stack(list(BATCHES.values())), reds)
    for leaf in jax.tree.leaves(found):
        good = np.isfinite(leaf).all(axis=tuple(range(1, leaf.ndim)))
        assert good.all(), [name for name, fine in zip(BATCHES, good, strict=True) if not fine]


@pytest.mark.parametrize("term", EACH)
def test_a_lone_example_has_a_finite_price_and_gradient(term):
    price = jax.jit(jax.value_and_grad(lambda both: priced(term, *both, jnp.ones(1))))
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(price((MODULE, jnp.asarray(RANDOM[:1])))))


@pytest.mark.parametrize("term", [param for param in EACH if not isinstance(param.values[0], Accuracy)])
def test_a_term_pulls_on_something(term):
    # Red examples away from every anchor and captured point: no term of the shelf is flat there.
    x = jnp.asarray(RANDOM[::-1] * 2)
    moved = Small(jnp.ones(4), MODULE.reader)
    pulls = jax.jit(jax.grad(lambda both: priced(term, *both, jnp.ones(6))))((moved, x))
    assert any(np.abs(leaf).max() > 1e-6 for leaf in jax.tree.leaves(pulls))


@pytest.mark.parametrize("term", EACH)
def test_a_term_prices_the_same_compiled_and_mapped_over_members(term):
    stacked = jnp.stack([jnp.asarray(RANDOM), 2 * jnp.asarray(RANDOM), jnp.asarray(RANDOM)[::-1]])
    red = some_red(6)
    with jax.disable_jit():
        alone = jnp.stack([priced(term, MODULE, x, red) for x in stacked])
    mapped = jax.jit(jax.vmap(lambda x: priced(term, MODULE, x, red)))(stacked)
    np.testing.assert_allclose(mapped, alone, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("term", EACH)
def test_a_term_survives_its_own_description(term):
    again = rebuild(describe(term))
    assert again == term
    assert again.key() == term.key()


@pytest.mark.parametrize("term", EACH)
def test_a_term_has_a_name_a_site_and_no_weight_of_its_own(term):
    assert term.name
    assert "." not in term.name
    of_outputs = isinstance(term, OF_OUTPUTS) or getattr(term, "player", "") is None
    assert term.listens() == (() if of_outputs else ("latent",))
    assert term.weight == (0.0 if isinstance(term, Accuracy) else None)
    assert dataclasses.replace(term, name="other").name == "other"
    term.fits(WIDTHS)


def test_an_accuracy_only_informs():
    gradients = jax.grad(lambda both: priced(Accuracy(), *both, jnp.ones(6)))((MODULE, jnp.asarray(RANDOM)))
    assert all(not np.abs(leaf).any() for leaf in jax.tree.leaves(gradients))


@pytest.mark.parametrize("term", REGULARIZERS)
def test_the_order_of_a_batch_does_not_matter(term):
    order = np.array([3, 1, 5, 0, 4, 2])
    there = term.cost(jnp.asarray(RANDOM))[order]
    np.testing.assert_allclose(term.cost(jnp.asarray(RANDOM)[order]), there, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("term", REGULARIZERS)
def test_a_quicker_way_to_the_mean_is_a_way_to_the_mean_and_to_its_gradient(term):
    x = jnp.asarray(RANDOM)
    plain, wanted = jax.value_and_grad(lambda z: term.cost(z).mean())(x)
    quick, found = jax.value_and_grad(term.mean_cost)(x)
    np.testing.assert_allclose(quick, plain, rtol=1e-5)
    np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5 * float(jnp.abs(wanted).max()) + 1e-7)


@pytest.mark.parametrize("term", [param for param in REGULARIZERS if param.values[0].where is not None])
def test_a_price_with_labels_is_nothing_without_any_and_whole_for_a_lone_one(term):
    x = jnp.asarray(RANDOM)
    lone = jnp.zeros(6).at[2].set(1.0)
    assert priced(term, MODULE, x, jnp.zeros(6)) == 0.0
    np.testing.assert_allclose(priced(term, MODULE, x, lone), term.cost(x)[2], rtol=1e-6)


@pytest.mark.parametrize("term", REGULARIZERS)
def test_the_prices_of_these_regularizers_are_never_negative(term):
    # An odd power of `Separate` without a shift may be; none stands in the table. A cosine of 1 may be 1 + 1e-7.
    found = jax.jit(jax.vmap(term.cost))(jnp.stack(list(BATCHES.values())))
    assert np.min(found) >= -1e-6

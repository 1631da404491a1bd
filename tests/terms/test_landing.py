"""A landing rehearses a cut: what it prices, worked out by hand, and who learns from it."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, View
from tropism.errors import DoesNotFit
from tropism.networks import Autoencoder
from tropism.subjects.color.presets import isolated_steady
from tropism.terms import Landing

RED = np.array([[1.0, 0.0, 0.0], [0.2, 0.4, 0.9]], np.float32)


class Coder(eqx.Module):
    """Encodes with one matrix and decodes with another; `around` leads past the bottleneck."""

    encoder: jax.Array
    decoder: jax.Array
    around: jax.Array

    def __call__(self, x, tap, key=None):
        early = x @ self.encoder
        return tap("latent", early) @ self.decoder + early @ self.around


CODER = Coder(jnp.eye(3) * 2.0, jnp.array([[9.0, 9.0], [1.0, 2.0], [3.0, 4.0]]), jnp.zeros((3, 2)))


def view(module, x, red):
    x = jnp.asarray(x, jnp.float32)
    value = x @ module.encoder
    batch = Batch(x, x, {"red": jnp.asarray(red, jnp.float32)})
    return View(module, {}, batch, x, {"latent": value}, {}, jax.random.key(0), jnp.array(0))


def price(term, module, x, red=(1.0,)):
    return term.price(view(module, x, red), ())[0]


def test_what_is_left_after_the_cut_is_brought_to_length_one_or_left_small():
    # The latent (2, 6, 8) loses its first number; (.6, .8) is read as (3, 4.4), and (6, 8) as (30, 44).
    x = [[1.0, 3.0, 4.0]]
    np.testing.assert_allclose(price(Landing((0,), (0, 0)), CODER, x), (3**2 + 4.4**2) / 2, rtol=1e-6)
    np.testing.assert_allclose(price(Landing((0,), (0, 0), unit=False), CODER, x), (30**2 + 44**2) / 2, rtol=1e-6)


def test_only_labelled_examples_are_priced_and_a_lone_one_in_full():
    term, x = Landing((0,), (3, 4.4), where="red"), [[1.0, 3.0, 4.0], [1.0, 0.0, 5.0]]
    np.testing.assert_allclose(price(term, CODER, x, (1, 0)), 0.0, atol=1e-10)
    np.testing.assert_allclose(price(term, CODER, x, (0, 1)), 0.4**2 / 2, rtol=1e-4)
    assert price(term, CODER, x, (0, 0)) == 0.0


def test_only_what_comes_before_the_site_learns():
    # Even where a path leads past the bottleneck, neither it nor the decoder moves.
    coder = eqx.tree_at(lambda each: each.around, CODER, jnp.ones((3, 2)))
    pull = jax.grad(lambda c: price(Landing((0,), (0, 0)), c, [[1.0, 3.0, 4.0]]))(coder)
    assert np.all(pull.decoder == 0)
    assert np.all(pull.around == 0)
    assert np.abs(pull.encoder).max() > 0.1


def test_it_rehearses_the_very_ablation():
    # Zeroed rows and columns about a normalized bottleneck give what the term compares with its target.
    module = Autoencoder(latent=4).build(jax.random.key(0))
    last, first = module.encoder[-1], module.decoder[0]
    cut = eqx.tree_at(
        lambda m: (m.encoder[-1].weight, m.encoder[-1].bias, m.decoder[0].weight),
        module,
        (last.weight.at[0].set(0), last.bias.at[0].set(0), first.weight.at[:, 0].set(0)),
    )
    heard = {}
    module(RED, lambda site, value: heard.setdefault(site, value))
    output = cut(RED, lambda site, value: value)
    seen = View(module, {}, Batch(RED, RED, {}), output, heard, {}, jax.random.key(0), jnp.array(0))
    term = Landing((0,), (0.5, 0.5, 0.5))
    np.testing.assert_allclose(term.price(seen, ())[0], np.square(output - 0.5).mean(), rtol=1e-5)


def test_a_target_that_is_no_output_is_refused():
    with pytest.raises(DoesNotFit, match="the target has 3 numbers, and the output is 2 wide"):
        price(Landing((0,), (0, 0, 0)), CODER, [[1.0, 3.0, 4.0]])


def test_the_steady_design_keeps_the_published_budget():
    experiment = isolated_steady()
    assert (experiment.length, experiment.batch_size) == (1501, 64)
    assert experiment.task.labels[0].rate == 0.08
    assert set(experiment.schedule.names) == {"lr", *(term.name for term in experiment.terms)}

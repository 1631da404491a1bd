"""The embedded sum: its formula, its start, its tables, and what it refuses."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from tropism.core import Dial, silent
from tropism.core.dial import with_dials
from tropism.core.paths import flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import EmbeddedSum

SMALL = EmbeddedSum(tokens=7, outputs=5, embedding=6, hidden=12)
X = jax.random.randint(jax.random.key(1), (40, 2), 0, 7)


def size(network):
    return sum(int(np.prod(shape)) for shape in shapes(network).values())


def test_logits_are_the_formula():
    module = SMALL.build(jax.random.key(0))
    flat = {path: np.asarray(item, np.float64) for path, item in flattened(module).items()}
    into = np.hstack([flat["left.weight"], flat["right.weight"]])
    for (a, b), logits in zip(np.asarray(X), module(X, silent), strict=True):
        embedded = np.concatenate([flat["left.embedding"][a], flat["right.embedding"][b]])
        np.testing.assert_allclose(logits, flat["output.weight"] @ np.maximum(into @ embedded, 0), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("tokens", "count"), [(60, 103_936), (113, 137_856), (120, 142_336)])
def test_it_has_as_many_parameters_as_the_published_one(tokens, count):
    # Chughtai et al. (2023), with embeddings of 256 and 128 neurons: n·e twice, 2e·h and h·n.
    assert size(EmbeddedSum(tokens=tokens, outputs=tokens)) == count


def test_it_starts_normal_with_the_published_variances():
    flat = flattened(EmbeddedSum(tokens=120, outputs=120, biases=True).build(jax.random.key(4)))
    wanted = {"left.embedding": 256, "right.embedding": 256, "left.weight": 512, "right.weight": 512}
    for path, inputs in (wanted | {"output.weight": 128}).items():
        np.testing.assert_allclose(np.var(flat[path]) * inputs, 1, rtol=0.05)  # of 15,360 numbers or more
    assert not flat["left.bias"].any()
    assert not flat["output.bias"].any()
    assert not np.array_equal(flat["left.embedding"], flat["right.embedding"])


def test_a_scale_multiplies_the_start_and_may_be_a_members_own():
    plain = flattened(SMALL.build(jax.random.key(0)))
    twice = flattened(replace(SMALL, init_scale=2.0).build(jax.random.key(0)))
    traced = jax.jit(lambda s: with_dials(SMALL, "", {"init_scale": s}).build(jax.random.key(0)))(2.0)
    for path, item in plain.items():
        np.testing.assert_allclose(twice[path], 2 * item, rtol=1e-6)
        np.testing.assert_allclose(flattened(traced)[path], 2 * item, rtol=1e-6)


def test_a_tied_one_embeds_a_token_alike_on_both_sides_and_mixes_it_differently():
    network = replace(SMALL, tied=True)
    assert shapes(SMALL).keys() - shapes(network).keys() == {"right.embedding"}
    tables = network.build(jax.random.key(0)).tables()
    np.testing.assert_array_equal(tables["left.embedding"], tables["right.embedding"])
    assert not np.allclose(tables["left"], tables["right"])


def test_tables_are_what_the_hidden_layer_adds_up():
    module = SMALL.build(jax.random.key(0))
    tables = module.tables()
    heard = {}
    module(X, lambda site, value: heard.setdefault(site, value))
    summed = np.asarray(tables["left"])[X[:, 0]] + np.asarray(tables["right"])[X[:, 1]]
    np.testing.assert_allclose(heard["hidden.pre"], summed, rtol=1e-6)
    assert {name: table.shape for name, table in tables.items()} == {
        "left": (7, 12),
        "right": (7, 12),
        "unembedding": (5, 12),
        "left.embedding": (7, 6),
        "right.embedding": (7, 6),
    }


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"tokens": 0}, BadValue, "EmbeddedSum.tokens is 0; it must be a whole number, at least 1"),
        ({"hidden": 2.5}, BadValue, "EmbeddedSum.hidden is 2.5"),
        ({"activation": "sqare"}, UnknownName, "Did you mean 'square'"),
        ({"init_scale": -1.0}, BadValue, "EmbeddedSum.init_scale is -1.0; it must be at least 0"),
        ({"init_scale": None}, BadValue, "EmbeddedSum.init_scale is None; .* read once"),
        ({"init_scale": Dial()}, BadValue, "read once"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(fields, error, words):
    with pytest.raises(error, match=words):
        EmbeddedSum(**({"tokens": 7, "outputs": 5} | fields))


def test_it_is_pruned_at_its_neurons_alone():
    assert SMALL.narrowed("hidden", (0, 3)) == replace(SMALL, hidden=10)
    with pytest.raises(DoesNotFit, match="whose width the task decides"):
        SMALL.narrowed("output", (0,))

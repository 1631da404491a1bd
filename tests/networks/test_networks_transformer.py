"""The one-layer transformer: its size, its start, its sites, and what it refuses."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Dial, listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import OneLayerTransformer
from tropism.surgery import Ablate

SMALL = OneLayerTransformer(tokens=7, outputs=5, width=8, heads=2, head_width=3, hidden=12)
X = jax.random.randint(jax.random.key(1), (40, 2), 0, 7)


def size(network):
    return sum(int(np.prod(shape)) for shape in shapes(network).values())


@pytest.mark.parametrize(("outputs", "count"), [(114, 226_816), (113, 226_688)])
def test_it_has_as_many_parameters_as_the_published_one(outputs, count):
    # Nanda et al. (2023), p = 113; their code has an output for "=" too.
    assert size(OneLayerTransformer(tokens=113, outputs=outputs)) == count


def test_without_biases_only_they_are_missing():
    gone = shapes(SMALL).keys() - shapes(replace(SMALL, biases=False)).keys()
    assert gone == {"hidden.bias", "back.bias"}


def test_it_starts_normal_with_the_published_variances():
    flat = flattened(OneLayerTransformer(tokens=113, outputs=113, init_scale=3.0).build(jax.random.key(4)))
    inputs = dict.fromkeys(flat, 128) | {"output.weight": 114}
    for path in flat.keys() - {"hidden.bias", "back.bias", "position"}:
        np.testing.assert_allclose(np.var(flat[path]) * inputs[path] / 9, 1, rtol=0.05)  # of 14,464 numbers or more
    np.testing.assert_allclose(np.var(flat["position"]) * 128 / 9, 1, rtol=0.25)  # of 384
    assert not flat["hidden.bias"].any()
    assert not flat["back.bias"].any()


def test_each_head_shares_itself_out_over_the_positions():
    pattern = np.asarray(listen(SMALL.build(jax.random.key(0)), X, ("pattern",))[1]["pattern"])
    assert pattern.min() > 0
    np.testing.assert_allclose(pattern.reshape(40, 2, 3).sum(axis=-1), 1, rtol=1e-6)


def test_a_head_that_looks_at_nothing_but_one_token_carries_its_value():
    module = SMALL.build(jax.random.key(0))
    only_second = jnp.tile(jnp.array([0.0, 1.0, 0.0]), 2)
    _, heard = listen(module, X, ("heads",), tap=lambda at, v: v * 0 + only_second if at == "pattern" else v)
    flat = flattened(module)
    stream = np.asarray(flat["embedding"])[X[:, 1]] + np.asarray(flat["position"])[1]
    np.testing.assert_allclose(heard["heads"], stream @ np.asarray(flat["value.weight"]).T, rtol=1e-5, atol=1e-6)


def test_scores_far_apart_stay_finite():
    module = OneLayerTransformer(**vars(SMALL) | {"init_scale": 40.0}).build(jax.random.key(0))
    slopes = flattened(jax.grad(lambda m: m(X, silent).sum())(module))
    assert all(np.isfinite(slope).all() for slope in slopes.values())
    np.testing.assert_allclose(module(X, silent), module.in_full(X, silent), rtol=1e-4)  # scores reach 10^5 here


def test_a_head_that_is_cut_is_a_head_that_is_silenced():
    module, second = SMALL.build(jax.random.key(3)), (3, 4, 5)
    flat = {path: np.asarray(item)[None] for path, item in flattened(module).items()}
    network, params = Ablate("heads", second).apply(SMALL, flat)
    cut = assembled(network, {path: jnp.asarray(item[0]) for path, item in params.items()})
    muted = module(X, lambda at, v: v.at[:, second].set(0.0) if at == "heads" else v)
    np.testing.assert_allclose(cut(X, silent), muted, rtol=1e-5, atol=1e-6)


def test_tables_have_a_row_a_token_and_a_row_an_output():
    module = SMALL.build(jax.random.key(0))
    tables = module.tables()
    np.testing.assert_array_equal(tables["embedding"], module.embedding[:7])
    assert {name: table.shape for name, table in tables.items()} == {"embedding": (7, 8), "unembedding": (5, 8)}


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"heads": 0}, BadValue, "OneLayerTransformer.heads is 0; it must be a whole number, at least 1"),
        ({"positions": True}, BadValue, "OneLayerTransformer.positions is True"),
        ({"activation": "rleu"}, UnknownName, "Did you mean 'relu'"),
        ({"init_scale": float("nan")}, BadValue, "a finite number"),
        ({"init_scale": Dial()}, BadValue, "read once"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(fields, error, words):
    with pytest.raises(error, match=words):
        OneLayerTransformer(**({"tokens": 7, "outputs": 5} | fields))


def test_it_is_pruned_at_its_neurons_alone():
    assert SMALL.narrowed("hidden.pre", (0, 3)) == replace(SMALL, hidden=10)
    with pytest.raises(DoesNotFit, match="pruned at 'hidden', not at 'heads'"):
        SMALL.narrowed("heads", (0,))

"""The transformer of several layers: what it sees, how its stream adds up, and what it refuses."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import LayeredTransformer
from tropism.surgery import Ablate

SMALL = LayeredTransformer(tokens=7, outputs=5, positions=4, width=8, heads=2, hidden=12)
X = jax.random.randint(jax.random.key(1), (30, 4), 0, 7)
MODULE = eqx.filter_jit(SMALL.build)(jax.random.key(0))


@eqx.filter_jit
def run(module, x):
    """The output and all sites of one."""
    return listen(module, x, tuple(SMALL.sites()))


@pytest.fixture(scope="module")
def heard():
    return {name: np.asarray(value) for name, value in run(MODULE, X)[1].items()}


def test_no_position_sees_those_after_it(heard):
    other = X.at[:, 2].set((X[:, 2] + 1) % 7)
    again = run(MODULE, other)[1]
    for site in SMALL.stream():
        np.testing.assert_array_equal(heard[site][:, :2], again[site][:, :2])
        assert np.abs(heard[site][:, 2:] - again[site][:, 2:]).max() > 1e-3 or site == "embedding"


def test_the_stream_is_the_sum_of_the_embedding_and_of_all_that_writes_into_it(heard):
    total = heard["embedding"].copy()
    for site, writer in zip(SMALL.stream()[1:], SMALL.writers(), strict=True):
        total += heard[writer]
        np.testing.assert_allclose(heard[site], total, rtol=1e-5, atol=1e-6)


def test_each_head_shares_itself_out_over_the_positions_it_sees(heard):
    for layer in range(2):
        pattern = heard[f"pattern.{layer}"].reshape(30, 4, 2, 4)
        np.testing.assert_allclose(pattern.sum(axis=-1), 1, rtol=1e-6)
        assert not pattern[:, np.triu_indices(4, 1)[0], :, np.triu_indices(4, 1)[1]].any()


def test_what_a_head_takes_is_what_a_loop_over_positions_says(heard):
    flat = {path: np.asarray(item, np.float64) for path, item in flattened(MODULE).items()}
    stream = flat["embedding"][np.asarray(X)] + flat["position"]
    read = stream - stream.mean(axis=-1, keepdims=True)
    read /= np.sqrt(np.square(read).mean(axis=-1, keepdims=True) + 1e-5)
    q, k, v = (read @ flat[f"layers.0.{name}.weight"].T for name in ("query", "key", "value"))
    taken = np.zeros_like(q)
    for place, head in np.ndindex(4, 2):
        own = slice(4 * head, 4 * head + 4)
        scores = np.einsum("bk,bsk->bs", q[:, place, own], k[:, : place + 1, own]) / 2
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        taken[:, place, own] = np.einsum("bs,bsk->bk", shares, v[:, : place + 1, own])
    np.testing.assert_allclose(heard["heads.0"], taken, rtol=1e-5, atol=1e-5)


def test_without_norms_only_they_are_missing():
    gone = shapes(SMALL).keys() - shapes(replace(SMALL, norm=False)).keys()
    assert {path.split(".")[-1] for path in gone} == {"gain", "shift"}
    assert len(gone) == 2 * (2 * SMALL.layers + 1)


@eqx.filter_jit
def muted(module, x, gone):
    """The output with some values at some sites set to zero."""
    return module(x, lambda at, value: value * gone.get(at, 1.0))


def test_a_head_or_a_neuron_that_is_cut_is_one_that_is_silenced():
    flat = {path: np.asarray(item)[None] for path, item in flattened(MODULE).items()}
    gone = {"heads.1": (4, 5, 6, 7), "hidden.0": (1, 8)}
    kept = {site: np.isin(np.arange(SMALL.sites()[site].width), dims, invert=True) for site, dims in gone.items()}
    for site, dims in gone.items():
        flat = Ablate(site, dims).apply(SMALL, flat)[1]  # type: ignore[arg-type]
    cut = assembled(SMALL, {path: jnp.asarray(item[0]) for path, item in flat.items()})
    np.testing.assert_allclose(run(cut, X)[0], muted(MODULE, X, kept), rtol=1e-5, atol=1e-6)
    assert np.abs(run(cut, X)[0] - run(MODULE, X)[0]).max() > 0.01


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"heads": 3}, DoesNotFit, "width 8 cannot be shared by 3 heads"),
        ({"layers": 0}, BadValue, "LayeredTransformer.layers is 0"),
        ({"activation": "tanh"}, UnknownName, "activation 'tanh'"),
    ],
)
def test_what_cannot_be_is_refused_by_name(fields, error, words):
    with pytest.raises(error, match=words):
        replace(SMALL, **fields)

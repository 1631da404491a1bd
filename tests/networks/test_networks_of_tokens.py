"""Networks of tokens, as a family: fast forms are the plain ones, names of tokens mean nothing, luck has no company."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from sums import Sums

from tropism.core import Adam, Experiment, listen, silent
from tropism.core.member import members_of
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import DoesNotFit
from tropism.networks import EmbeddedSum, OneLayerTransformer
from tropism.surgery import Ablate, Prune
from tropism.training.growth import Growth
from tropism.values import describe, rebuild

TOKENS, OUTPUTS = 7, 5
SMALL = EmbeddedSum(tokens=TOKENS, outputs=OUTPUTS, embedding=6, hidden=12)
HEADS = OneLayerTransformer(tokens=TOKENS, outputs=OUTPUTS, width=8, heads=2, head_width=3, hidden=12)
NETWORKS = {
    "relu": SMALL,
    "square, tied": replace(SMALL, activation="square", tied=True),
    "gelu, biases": replace(SMALL, activation="gelu", biases=True),
    "transformer": HEADS,
    "transformer, gelu, no biases, one head": replace(HEADS, activation="gelu", biases=False, heads=1, head_width=5),
    "transformer, three positions": replace(HEADS, positions=3),
}
by_network = pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)


def examples(network):
    return jax.random.randint(jax.random.key(1), (40, network.input_width()), 0, TOKENS)


def busy(network, number=0):
    """A module none of whose parameters is zero, biases included."""
    start = network.build(jax.random.key(number))
    leaves, tree = jax.tree.flatten(start)
    keys = jax.random.split(jax.random.key(number + 100), len(leaves))
    return jax.tree.unflatten(
        tree, [leaf + 0.3 * jax.random.normal(key, leaf.shape) for leaf, key in zip(leaves, keys, strict=True)]
    )


@by_network
def test_the_fast_form_gives_the_outputs_and_sites_of_the_plain_one(network):
    module, x = busy(network), examples(network)

    @eqx.filter_jit
    def in_full(module, x):
        heard = {}
        return module.in_full(x, lambda site, value: heard.setdefault(site, value)), heard

    output, plain = in_full(module, x)
    fast = eqx.filter_jit(lambda module, x: listen(module, x, tuple(network.sites())))(module, x)
    np.testing.assert_allclose(fast[0], output, rtol=1e-5, atol=1e-5)
    assert plain.keys() == fast[1].keys()
    for site, value in plain.items():
        np.testing.assert_allclose(fast[1][site], value, rtol=1e-5, atol=1e-5, err_msg=site)


@by_network
def test_the_fast_form_has_the_gradients_of_the_plain_one(network):
    module, x = busy(network), examples(network)
    weights = jax.random.normal(jax.random.key(9), (len(x), OUTPUTS)) / len(x)
    plain = flattened(eqx.filter_jit(jax.grad(lambda m: (m.in_full(x, silent) * weights).sum()))(module))
    fast = flattened(eqx.filter_jit(jax.grad(lambda m: (m(x, silent) * weights).sum()))(module))
    assert plain.keys() == fast.keys() == shapes(network).keys()
    for path, slope in plain.items():
        assert np.abs(slope).max() > 0, path
        np.testing.assert_allclose(fast[path], slope, rtol=1e-5, atol=1e-5 * np.abs(slope).max(), err_msg=path)


@by_network
def test_naming_the_tokens_anew_names_the_examples_anew_and_nothing_else(network):
    order = np.random.default_rng(2).permutation(TOKENS)
    module, x, renamed = busy(network), examples(network), {}
    for path, item in flattened(module).items():
        rows = np.array(item)
        if path.endswith("embedding"):  # a transformer's has a row more, for "="
            rows[order] = np.array(item)[:TOKENS]
        renamed[path] = rows
    found = assembled(network, renamed)(jnp.asarray(order)[x], silent)
    np.testing.assert_allclose(found, module(x, silent), rtol=1e-5, atol=1e-5)


@by_network
def test_a_neuron_that_is_cut_is_a_neuron_that_is_silenced(network):
    module, x, gone = busy(network), examples(network), (1, 8)
    flat = {path: np.asarray(item)[None] for path, item in flattened(module).items()}
    muted = module(x, lambda at, v: v.at[:, gone].set(0.0) if at == "hidden" else v)
    for edit in (Ablate("hidden", gone), Prune("hidden", gone)):
        after, params = edit.apply(network, flat)
        cut = assembled(after, {path: jnp.asarray(item[0]) for path, item in params.items()})
        np.testing.assert_allclose(cut(x, silent), muted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("network", [SMALL, HEADS], ids=["sum", "transformer"])
def test_a_member_starts_and_learns_the_same_alone_as_among_five(network):
    task = Sums(tokens=TOKENS, positions=network.input_width())
    experiment = Experiment(
        task=task, network=replace(network, outputs=TOKENS), optimizer=Adam(lr=0.001), steps=30, batch_size=16
    )
    company, alone = (Growth(experiment, members_of(seeds)) for seeds in (range(5), [3]))
    for path, item in alone.harvest().params.items():
        np.testing.assert_array_equal(item[0], company.harvest().params[path][3], err_msg=path)
    for growth in (company, alone):
        for _ in growth.run():
            pass
    for path, item in alone.harvest().params.items():  # 1e-4: programs of other widths add in another order
        np.testing.assert_allclose(item[0], company.harvest().params[path][3], rtol=1e-4, atol=1e-5, err_msg=path)


@by_network
def test_a_network_of_tokens_is_described_and_told_apart(network):
    assert rebuild(describe(network)) == network
    assert network.num_tokens() == TOKENS
    assert network.output_width() == OUTPUTS
    assert len({each.key() for each in NETWORKS.values()}) == len(NETWORKS)


def test_a_task_of_other_tokens_is_refused():
    with pytest.raises(DoesNotFit, match="reads 7 tokens, and Sums has 5 tokens"):
        Experiment(task=Sums(tokens=5), network=SMALL, optimizer=Adam(lr=0.001), steps=3)

"""The two-layer network: its formula, its sites, how it starts, and its loss before training."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.dial import Dial, dials_of, with_dials
from tropism.core.paths import flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import TwoLayer
from tropism.networks._activations import activated
from tropism.networks.two_layer import TWO_LAYER_ACTIVATIONS
from tropism.rules import Retarget
from tropism.surgery import Ablate, Prune
from tropism.values import describe, rebuild

NARROW = TwoLayer(inputs=5, hidden=12, outputs=7)
WIDE = TwoLayer(inputs=5, hidden=40, outputs=7, output_bias=True)
STUDIED = {"inputs": 64, "hidden": 1024, "outputs": 512}  # LR1 of the original study: m, k and N
EACH = [
    pytest.param(TwoLayer(inputs=5, hidden=hidden, outputs=7, activation=name), id=f"{name}-{hidden}")
    for hidden, names in ((12, TWO_LAYER_ACTIVATIONS), (40, ("relu", "solu-norm")))  # columns inside, and rows
    for name in names
]
ONE_BY_ONE = [each for each in EACH if "solu" not in str(each.id)]
X = jax.random.normal(jax.random.key(1), (33, 5))


def bits(item):
    return np.asarray(item).view(np.uint32)


def plain(network, flat, x):
    """The output of parameters by their paths, as the formula is written."""
    hidden = activated(network.activation, x @ flat["hidden.weight"].T + flat["hidden.bias"], axis=-1)
    return hidden @ flat["output.weight"].T + flat.get("output.bias", 0)


def drawn(seed, *, size=2048, features=512, width=64, density=1 / 64):
    """Sparse features `[B, N]`, and their embedding `[B, D]` by random directions, as the original study draws them."""
    rng = np.random.default_rng(seed)
    directions = np.linalg.svd(rng.normal(size=(features, width)), full_matrices=False)[0]
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    found = rng.random((size, features)) * (rng.random((size, features)) < density)
    return (found @ directions).astype(np.float32), found.astype(np.float32)


def loss(network, seed, x, wanted):
    output = network.build(jax.random.key(seed))(jnp.asarray(x), silent)
    return float(((np.asarray(output) - wanted) ** 2).sum(-1).mean())


@pytest.mark.parametrize("network", EACH)
def test_every_site_is_offered_once_in_order_and_with_its_width(network):
    heard = []

    def tap(site, value):
        heard.append((site, value.shape))
        return value

    jax.eval_shape(lambda: network.build(jax.random.key(0))(X, tap))
    assert heard == [(name, (33, site.width)) for name, site in network.sites().items()]


@pytest.mark.parametrize("network", EACH)
def test_a_tap_that_does_nothing_changes_no_bit(network):
    module = network.build(jax.random.key(0))
    untouched = module(X, silent)
    np.testing.assert_array_equal(bits(module(X, lambda site, value: jnp.array(value))), bits(untouched))
    np.testing.assert_array_equal(bits(listen(module, X, tuple(network.sites()))[0]), bits(untouched))


@pytest.mark.parametrize("network", EACH)
def test_what_a_tap_changes_flows_on_and_changes_nothing_before(network):
    module, sites = network.build(jax.random.key(0)), tuple(network.sites())
    before = listen(module, X, sites)[1]
    push = jax.random.normal(jax.random.key(4), (33, 1))
    for place, site in enumerate(sites):
        weights = jnp.arange(network.sites()[site].width)  # the same for all neurons, it would be lost in a softmax
        output, heard = listen(
            module, X, sites, tap=lambda at, v, to=site, by=push * weights: v + by if at == to else v
        )
        np.testing.assert_array_equal(heard[site], before[site] + push * weights)
        for earlier in sites[:place]:
            np.testing.assert_array_equal(heard[earlier], before[earlier])
        assert not np.array_equal(output, before["output"])


@pytest.mark.parametrize("network", EACH)
def test_both_forms_inside_are_the_formula(network):
    module = network.build(jax.random.key(2))
    wanted = plain(network, flattened(module), X)
    for form in (module, module.in_rows, module.in_columns):
        np.testing.assert_allclose(form(X, silent), wanted, rtol=1e-5, atol=1e-6)


def test_an_offset_that_is_traced_makes_the_same_bits_alone_and_in_company():
    def made(number, key):
        return flattened(with_dials(NARROW, "network", {"network.offset": number}).build(key))

    keys, offsets = jax.random.split(jax.random.key(5), 3), (-1.0, 0.3, 0.0)
    company = jax.jit(jax.vmap(made))(jnp.array(offsets), keys)
    for row, offset in enumerate(offsets):
        for given in (offset, Dial(offset)):
            alone = flattened(TwoLayer(inputs=5, hidden=12, outputs=7, offset=given).build(keys[row]))
            for path, item in alone.items():
                np.testing.assert_array_equal(bits(company[path][row]), bits(item))


def test_an_offset_moves_hidden_biases_and_nothing_else():
    low, middle = (
        flattened(TwoLayer(inputs=5, hidden=12, outputs=7, offset=offset).build(jax.random.key(0)))
        for offset in (-1.0, 0.0)
    )
    np.testing.assert_allclose(low["hidden.bias"], middle["hidden.bias"] - 1, rtol=1e-6)
    for path in ("hidden.weight", "output.weight"):
        np.testing.assert_array_equal(low[path], middle[path])
    assert dials_of(NARROW, "network") == {"network.offset": 0.0}


def test_the_parameters_are_those_of_the_formula():
    assert shapes(NARROW) == {"hidden.weight": (12, 5), "hidden.bias": (12,), "output.weight": (7, 12)}
    assert shapes(WIDE) == {
        "hidden.weight": (40, 5),
        "hidden.bias": (40,),
        "output.weight": (7, 40),
        "output.bias": (7,),
    }
    # 65,536 + 1,024 + 524,288 parameters in the original study's first experiment
    assert sum(int(np.prod(shape)) for shape in shapes(TwoLayer(**STUDIED)).values()) == 590_848


def test_a_bias_at_the_output_leaves_the_other_draws_alone():
    without, with_bias = (
        flattened(TwoLayer(inputs=5, hidden=12, outputs=7, output_bias=wanted).build(jax.random.key(0)))
        for wanted in (False, True)
    )
    for path, item in without.items():
        np.testing.assert_array_equal(item, with_bias[path])
    assert 0 < np.abs(with_bias["output.bias"]).max() <= 12**-0.5


def test_parameters_start_as_long_as_measured_in_the_original():
    # PyTorch's Linear at these widths: norms of about 18.4, 2.31 (32.1 with an offset of -1) and 13.1. In closed form
    # each is reach·√(count / 3); a sum of n squares spreads by .9/√n, which is 3 % for the 1,024 biases.
    flat = flattened(TwoLayer(**STUDIED).build(jax.random.key(0)))
    for path, count, inputs, published in (
        ("hidden.weight", 65_536, 64, 18.4),
        ("hidden.bias", 1_024, 64, 2.31),
        ("output.weight", 524_288, 1024, 13.1),
    ):
        item = np.asarray(flat[path])
        assert np.linalg.norm(item) == pytest.approx((count / 3 / inputs) ** 0.5, rel=0.04)
        assert np.linalg.norm(item) == pytest.approx(published, rel=0.04)
        assert 0.99 * inputs**-0.5 < np.abs(item).max() <= inputs**-0.5
        assert abs(item.mean()) < 4 * inputs**-0.5 / (3 * count) ** 0.5
    pushed = flattened(TwoLayer(**STUDIED, offset=-1.0).build(jax.random.key(0)))
    assert np.linalg.norm(pushed["hidden.bias"]) == pytest.approx(32.1, rel=0.01)


@pytest.mark.parametrize(("activation", "published"), [("relu", 4.17), ("z-exp-z", 6.1)])
def test_the_loss_before_training_is_what_the_draws_say(activation, published):
    # Over fresh weights an example costs |f|² + (N / 3)·E φ(z)², with z of variance (|x|² + 1) / 3m and nearly normal:
    # half the variance s² for ReLU, s²(1 + 4s²)·exp(2s²) for z exp(z). That is 4.30 and 6.31 for all data together;
    # the published 4.17 and 6.1 are single draws of the original code, so they are only asked for within 7 %.
    found, expected = [], []
    for seed in range(3):
        x, features = drawn(seed)
        variance = ((x**2).sum(-1) + 1) / (3 * 64)
        square = variance / 2
        if activation == "z-exp-z":
            square = variance * (1 + 4 * variance) * np.exp(2 * variance)
        expected.append(((features**2).sum(-1) + 512 / 3 * square).mean())
        found.append(loss(TwoLayer(**STUDIED, activation=activation), seed, x, features))
    np.testing.assert_allclose(np.mean(found), np.mean(expected), rtol=0.02)  # a start's own luck is about 1 %
    assert np.mean(found) == pytest.approx(published, rel=0.07)


def test_far_below_zero_no_neuron_answers_and_the_loss_is_that_of_saying_nothing():
    # The original study's offset of -1: every neuron is silent at first.
    x, features = drawn(0)
    network = TwoLayer(**STUDIED, offset=-1.0)
    hidden = listen(network.build(jax.random.key(0)), jnp.asarray(x), ("hidden",))[1]["hidden"]
    assert (np.asarray(hidden) > 0).mean() < 1e-4
    assert loss(network, 0, x, features) == pytest.approx(float((features**2).sum(-1).mean()), rel=1e-4)


@pytest.mark.parametrize("network", ONE_BY_ONE)
def test_cutting_neurons_is_the_same_in_the_weights_and_at_the_sites(network):
    params = {path: np.asarray(item)[None] for path, item in flattened(network.build(jax.random.key(0))).items()}
    module, dims = network.build(jax.random.key(0)), (3, 0)
    muted = module(X, lambda at, v: v.at[:, list(dims)].set(0) if at == "hidden" else v)
    for site in ("hidden.pre", "hidden"):
        for edit in (Ablate(site, dims), Prune(site, dims)):
            after, held = edit.apply(network, params)
            found = plain(after, {path: np.asarray(item)[0] for path, item in held.items()}, X)
            np.testing.assert_allclose(found, muted, rtol=1e-5, atol=1e-6)
            assert {path: item.shape[1:] for path, item in held.items()} == shapes(after)


def test_surgery_is_refused_where_it_would_not_be_what_it_says():
    params = {path: np.zeros((1, *shape)) for path, shape in shapes(NARROW).items()}
    for activation in ("solu", "solu-norm"):
        with pytest.raises(DoesNotFit, match="refuses surgery"):
            Ablate("hidden", (0,)).apply(TwoLayer(inputs=5, hidden=12, outputs=7, activation=activation), params)
    with pytest.raises(DoesNotFit, match=r"allow it: hidden\.pre, hidden"):
        Ablate("output", (0,)).apply(NARROW, params)
    with pytest.raises(DoesNotFit, match="pruned at 'hidden'"):
        NARROW.narrowed("output", (0,))


def test_a_network_is_described_pruned_and_rebuilt_without_jax():
    script = "import sys; from tropism.networks import TwoLayer; from tropism.values import describe, rebuild\n"
    script += "it = TwoLayer(inputs=3, hidden=4, outputs=5, offset=-1.0, activation='solu-norm')\n"
    script += "assert rebuild(describe(it)) == it and it.sites() and it.narrowed('hidden', (1,)).hidden == 3\n"
    script += "assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_an_offset_that_a_dial_holds_is_the_same_description():
    held = TwoLayer(inputs=5, hidden=12, outputs=7, offset=Dial(-1.0))
    assert held.key() == TwoLayer(inputs=5, hidden=12, outputs=7, offset=-1).key()
    assert rebuild(describe(held)).offset == -1.0


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"hidden": 0}, BadValue, "TwoLayer.hidden is 0; it must be at least 1"),
        ({"inputs": True}, BadValue, "TwoLayer.inputs"),
        ({"outputs": 2.5}, BadValue, "TwoLayer.outputs is 2.5; it must be a whole number"),
        ({"activation": "solu_norm"}, UnknownName, "Did you mean 'solu-norm'"),
        ({"activation": "SoLU"}, UnknownName, "Known: gelu, linear, relu, solu, solu-norm, z-exp-z"),
        ({"activation": "solu-norm", "hidden": 1}, BadValue, "at least 2 with solu-norm"),
        ({"offset": float("nan")}, BadValue, "TwoLayer.offset is nan; it must be a finite number"),
        ({"offset": "low"}, BadValue, "TwoLayer.offset is 'low'; it must be a number"),
        ({"offset": None}, BadValue, "TwoLayer.offset is None; .* read once"),
        ({"offset": Dial()}, BadValue, "read once"),
        ({"offset": Dial(1.0, rule=Retarget(metric="error", to=0.1, below=0.1))}, BadValue, "read once"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(fields, error, words):
    with pytest.raises(error, match=words):
        TwoLayer(**({"inputs": 5, "hidden": 12, "outputs": 7} | fields))

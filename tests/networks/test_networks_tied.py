"""The toy model of superposition: its formulas, its sites, how it starts."""

import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.paths import assembled, flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Tied
from tropism.networks.tied import TIED_KINDS
from tropism.surgery import Ablate

EACH = [
    pytest.param(Tied(features=features, hidden=hidden, kind=kind), id=f"{kind}-{features}")
    for kind in TIED_KINDS
    for features, hidden in ((6, 3), (40, 4))  # columns inside, and rows
]
CLOSED = {
    "linear": lambda w, b, x: x @ (w.T @ w) + b,
    "relu-output": lambda w, b, x: np.maximum(x @ (w.T @ w) + b, 0),
    "relu-hidden": lambda w, b, x: np.maximum(np.maximum(x @ w.T, 0) @ w + b, 0),
}


def bits(item):
    return np.asarray(item).view(np.uint32)


def examples(network, count=33):
    return jax.random.uniform(jax.random.key(1), (count, network.features))


def with_parameters(network, seed=0):
    """A module whose bias is not zero, and its parameters."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(network.hidden, network.features)).astype(np.float32)
    bias = (0.3 * rng.normal(size=network.features)).astype(np.float32)
    return assembled(network, {"weight": jnp.asarray(weight), "bias": jnp.asarray(bias)}), weight, bias


@pytest.mark.parametrize("network", EACH)
def test_every_site_is_offered_once_in_order_and_with_its_width(network):
    heard = []

    def tap(site, value):
        heard.append((site, value.shape))
        return value

    jax.eval_shape(lambda: network.build(jax.random.key(0))(examples(network), tap))
    assert heard == [("hidden", (33, network.hidden)), ("output", (33, network.features))]
    assert [(name, (33, site.width)) for name, site in network.sites().items()] == heard


@pytest.mark.parametrize("network", EACH)
def test_a_tap_that_does_nothing_changes_no_bit(network):
    module, x = with_parameters(network)[0], examples(network)
    untouched = module(x, silent)
    np.testing.assert_array_equal(bits(module(x, lambda site, value: jnp.array(value))), bits(untouched))
    np.testing.assert_array_equal(bits(listen(module, x, ("hidden", "output"))[0]), bits(untouched))


@pytest.mark.parametrize("network", EACH)
def test_what_a_tap_changes_flows_on_and_changes_nothing_before(network):
    (module, weight, bias), x = with_parameters(network), examples(network)
    before = listen(module, x, ("hidden", "output"))[1]
    output, heard = listen(module, x, ("hidden", "output"), tap=lambda at, v: v + 1 if at == "hidden" else v)
    np.testing.assert_array_equal(heard["hidden"], before["hidden"] + 1)
    pushed = (np.asarray(before["hidden"]) + 1) @ weight + bias
    np.testing.assert_allclose(
        output, pushed if network.kind == "linear" else np.maximum(pushed, 0), rtol=1e-5, atol=1e-5
    )
    output, heard = listen(module, x, ("hidden", "output"), tap=lambda at, v: v + 1 if at == "output" else v)
    np.testing.assert_array_equal(heard["hidden"], before["hidden"])
    np.testing.assert_array_equal(output, before["output"] + 1)


@pytest.mark.parametrize("network", EACH)
def test_both_forms_inside_are_the_formula(network):
    (module, weight, bias), x = with_parameters(network), examples(network)
    wanted = CLOSED[network.kind](weight, bias, np.asarray(x))
    for form in (module, module.in_rows, module.in_columns):
        np.testing.assert_allclose(form(x, silent), wanted, rtol=1e-5, atol=1e-5)
    hidden = listen(module, x, ("hidden",))[1]["hidden"]
    below = x @ weight.T
    np.testing.assert_allclose(
        hidden, np.maximum(below, 0) if network.kind == "relu-hidden" else below, rtol=1e-5, atol=1e-5
    )


def test_two_antipodal_features_share_a_dimension_as_the_paper_says():
    # Elhage et al. (2022): with W = (1, -1) and no bias a ReLU at the output gives each of two features back alone,
    # while the linear model takes one for the negative of the other.
    weight = {"weight": jnp.array([[1.0, -1.0]]), "bias": jnp.zeros(2)}
    shared = assembled(Tied(features=2, hidden=1), weight)
    np.testing.assert_allclose(shared(jnp.eye(2), silent), np.eye(2), atol=1e-7)
    linear = assembled(Tied(features=2, hidden=1, kind="linear"), weight)
    np.testing.assert_allclose(linear(jnp.eye(2), silent), [[1, -1], [-1, 1]], atol=1e-7)


def test_the_same_key_draws_the_same_for_every_kind():
    first, *others = (flattened(Tied(features=6, hidden=3, kind=kind).build(jax.random.key(2))) for kind in TIED_KINDS)
    for other in others:
        np.testing.assert_array_equal(first["weight"], other["weight"])


def test_the_matrix_starts_xavier_normal_and_the_bias_at_zero():
    network = Tied(features=300, hidden=100)
    flat = flattened(network.build(jax.random.key(0)))
    assert shapes(network) == {"weight": (100, 300), "bias": (300,)}
    weight = np.asarray(flat["weight"], np.float64)
    spread = (2 / 400) ** 0.5  # Glorot and Bengio (2010); 30,000 draws know it to .4 %
    assert weight.std() == pytest.approx(spread, rel=0.02)
    assert abs(weight.mean()) < 4 * spread / 30_000**0.5
    assert (weight**4).mean() / spread**4 == pytest.approx(3, rel=0.1)  # normal, not uniform (9/5)
    np.testing.assert_array_equal(flat["bias"], 0)


def test_a_tied_matrix_is_written_and_read_at_once_so_surgery_is_refused():
    params = {path: np.zeros((1, *shape)) for path, shape in shapes(Tied(features=6, hidden=3)).items()}
    assert Tied(features=6, hidden=3).sites()["hidden"].writes == ("weight",)
    for site in ("hidden", "output"):
        with pytest.raises(DoesNotFit, match="refuses surgery; sites that allow it: none"):
            Ablate(site, (0,)).apply(Tied(features=6, hidden=3), params)


def test_a_network_is_described_and_rebuilt_without_jax():
    script = "import sys; from tropism.networks import Tied; from tropism.values import describe, rebuild\n"
    script += "it = Tied(features=5, hidden=2, kind='linear')\n"
    script += "assert rebuild(describe(it)) == it and it.sites() and it.input_width() == it.output_width() == 5\n"
    script += "assert 'jax' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"features": 0}, BadValue, "Tied.features is 0; it must be at least 1"),
        ({"hidden": -2}, BadValue, "Tied.hidden is -2"),
        ({"hidden": 2.0}, BadValue, "Tied.hidden is 2.0; it must be a whole number"),
        ({"features": True}, BadValue, "Tied.features"),
        ({"kind": "relu_output"}, UnknownName, "Did you mean 'relu-output'"),
        ({"kind": "tanh"}, UnknownName, "Known: linear, relu-hidden, relu-output"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_do(fields, error, words):
    with pytest.raises(error, match=words):
        Tied(**({"features": 5, "hidden": 2} | fields))

"""The two-layer network without hidden biases, and with a ReLU at the output; the forms before them are untouched."""

import hashlib

import jax
import numpy as np
import pytest

from tropism.core import Adam, Experiment, silent
from tropism.core.paths import flattened, shapes
from tropism.errors import DoesNotFit, UnknownName
from tropism.networks import TwoLayer
from tropism.subjects.superposition import SparseFeatures
from tropism.surgery import Ablate
from tropism.values import describe, rebuild

SIZES = {"inputs": 5, "hidden": 12, "outputs": 7}
X = jax.random.normal(jax.random.key(1), (33, 5))
OLD = {
    ("relu", False, 0.0): ("3fe496a881a32080", "abda13cbafec6377"),
    ("gelu", True, -0.3): ("6f2161ac49eafa7e", "c38eac931d0e2990"),
}
"""By activation, output bias and offset: the beginning of the key, and of a digest of the parameters, before there were
such forms; read off at the commit before."""


@pytest.mark.parametrize("form", OLD)
def test_the_forms_before_keep_their_keys_and_their_parameters(form):
    activation, output_bias, offset = form
    network = TwoLayer(inputs=3, hidden=6, outputs=3, activation=activation, output_bias=output_bias, offset=offset)
    flat = flattened(network.build(jax.random.key(5)))
    told = b"".join(path.encode() + np.asarray(flat[path]).tobytes() for path in sorted(flat))
    assert (network.key()[:16], hashlib.sha256(told).hexdigest()[:16]) == OLD[form]


@pytest.mark.parametrize("hidden", [12, 40])
def test_magnitudes_are_the_formula(hidden):
    network = TwoLayer(
        inputs=5, hidden=hidden, outputs=7, hidden_bias=False, output_bias=True, output_activation="relu"
    )
    module = network.build(jax.random.key(2))
    flat = flattened(module)
    assert set(flat) == set(shapes(network)) == {"hidden.weight", "output.weight", "output.bias"}
    below = np.maximum(X @ flat["hidden.weight"].T, 0) @ flat["output.weight"].T + flat["output.bias"]
    for form in (module, module.in_rows, module.in_columns):
        np.testing.assert_allclose(form(X, silent), np.maximum(below, 0), rtol=1e-5, atol=1e-6)


def test_six_neurons_give_three_magnitudes_exactly():
    # Elhage et al. (2022): |x| = ReLU(x) + ReLU(−x), two neurons a feature.
    network = TwoLayer(inputs=3, hidden=6, outputs=3, hidden_bias=False, output_bias=True, output_activation="relu")
    from tropism.core.paths import assembled

    eye = np.eye(3, dtype=np.float32)
    flat = {"hidden.weight": np.vstack([eye, -eye]), "output.weight": np.hstack([eye, eye]), "output.bias": np.zeros(3)}
    x = np.random.default_rng(0).uniform(-1, 1, (20, 3)).astype(np.float32)
    np.testing.assert_allclose(assembled(network, flat)(x, silent), np.abs(x), atol=1e-6)


def test_weights_are_drawn_the_same_with_and_without_hidden_biases():
    with_them = flattened(TwoLayer(**SIZES).build(jax.random.key(3)))
    without = flattened(TwoLayer(**SIZES, hidden_bias=False).build(jax.random.key(3)))
    assert set(with_them) - set(without) == {"hidden.bias"}
    for path, item in without.items():
        np.testing.assert_array_equal(item, with_them[path])


def test_a_neuron_without_a_bias_is_cut_as_others_are():
    network = TwoLayer(**SIZES, hidden_bias=False)
    params = {path: np.ones((1, *shape), np.float32) for path, shape in shapes(network).items()}
    _, cut = Ablate("hidden", (3,)).apply(network, params)
    assert not cut["hidden.weight"][0, 3].any()
    assert not cut["output.weight"][0, :, 3].any()


def test_the_new_forms_are_described_and_told_apart():
    plain = TwoLayer(**SIZES)
    for fields in ({"hidden_bias": False}, {"output_activation": "relu"}):
        network = TwoLayer(**SIZES, **fields)
        assert network.key() != plain.key()
        assert rebuild(describe(network)) == network


def test_what_cannot_be_is_refused():
    with pytest.raises(DoesNotFit, match="without hidden biases there is nothing to move"):
        TwoLayer(**SIZES, hidden_bias=False, offset=-1.0)
    with pytest.raises(UnknownName, match="Did you mean 'relu'"):
        TwoLayer(**SIZES, output_activation="rleu")


def test_a_glorot_start_is_normal_with_biases_of_zero():
    # Glorot and Bengio (2010): a variance of 2 / (inputs + outputs) in each layer.
    network = TwoLayer(inputs=200, hidden=300, outputs=100, start="glorot", offset=-1.0, output_bias=True)
    flat = flattened(network.build(jax.random.key(4)))
    np.testing.assert_allclose(np.var(flat["hidden.weight"]), 2 / 500, rtol=0.03)  # of 60,000 numbers
    np.testing.assert_allclose(np.var(flat["output.weight"]), 2 / 400, rtol=0.03)
    np.testing.assert_array_equal(flat["hidden.bias"], np.full(300, -1.0, np.float32))
    np.testing.assert_array_equal(flat["output.bias"], np.zeros(100, np.float32))
    kurtosis = np.mean(flat["hidden.weight"] ** 4) / np.var(flat["hidden.weight"]) ** 2
    assert 2.9 < kurtosis < 3.1  # a uniform start has 1.8


def test_a_start_that_is_not_there_is_refused():
    with pytest.raises(UnknownName, match="start"):
        TwoLayer(**SIZES, start="xavier")


def test_a_member_may_not_move_biases_that_are_not_there():
    network = TwoLayer(inputs=3, hidden=4, outputs=6, hidden_bias=False)
    experiment = Experiment(
        task=SparseFeatures(features=6, width=3), network=network, optimizer=Adam(lr=0.01), steps=4, batch_size=4
    )
    assert experiment.setting([("network.offset", 0.0)]) == (("network.offset", 0.0),)
    with pytest.raises(DoesNotFit, match="without hidden biases there is nothing to move"):
        experiment.setting([("network.offset", -1.0)])

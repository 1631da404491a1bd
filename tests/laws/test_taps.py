"""Listening changes nothing, and neither does a tap that does nothing."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from probe import Readout, assert_same_bits, grown, sweep, words
from tropism.core import Intervention, Regularizer, listen, silent
from tropism.networks import (
    Autoencoder,
    Convolutional,
    Dense,
    EmbeddedSum,
    Extended,
    Filtered,
    Framed,
    LayeredTransformer,
    OneLayerTransformer,
    Polar,
    Quadratic,
    Residual,
    Tied,
    TwoLayer,
)

NETWORKS = {
    "round": Autoencoder(hidden=16, latent=5, depth=2),
    "flat": Autoencoder(hidden=16, latent=4, unit=False, sigmoid=True, activation="tanh"),
    "two layers": TwoLayer(inputs=3, hidden=40, outputs=5, activation="gelu"),
    "two layers, magnitudes": TwoLayer(
        inputs=3, hidden=4, outputs=3, hidden_bias=False, output_bias=True, output_activation="relu"
    ),
    "dense": Dense(inputs=3, hidden=(8, 6), outputs=5),
    "linear": Dense(inputs=3, hidden=(), outputs=5),
    "tied": Tied(features=3, hidden=2),
    "quadratic": Quadratic(features=3, hidden=2),
    "sum of two tokens": EmbeddedSum(tokens=7, outputs=5, embedding=6, hidden=9, biases=True),
    "transformer": OneLayerTransformer(tokens=7, outputs=5, width=8, heads=2, head_width=3, hidden=9),
    "layers": LayeredTransformer(tokens=7, outputs=5, positions=3, layers=1, width=8, heads=2, hidden=9),
    "extended": Extended(first=EmbeddedSum(tokens=7, outputs=5, embedding=6, hidden=9), site="hidden", outputs=4),
    "extended at its output": Extended(first=Dense(inputs=3, hidden=(8,), outputs=5), site="output", outputs=4),
    "filtered": Filtered(features=3, hidden=8, kept=2),
    "framed": Framed(inner=Autoencoder(inputs=4, hidden=6, latent=2), inputs=3, outputs=5),
    "residual": Residual(inputs=3, outputs=5, width=4, hidden=6),
    "convolutions": Convolutional(size=9, in_channels=2, channels=(4, 3), hidden=6, outputs=5),
    "one convolution": Convolutional(size=4, channels=(3,), outputs=5),
    "polar": Polar(size=6, radii=3, angles=8, channels=(4, 5), kernel=3, hidden=6, outputs=5),
    "polar with position": Polar(
        size=6, radii=3, angles=8, channels=(13, 5), kernel=5, hidden=6, outputs=5, position=1.0
    ),
    "probe": Readout(inputs=3, hidden=8, outputs=3),
}
X = jax.random.uniform(jax.random.key(1), (33, 3))


def inputs_of(network):
    """Examples that a network takes: numbers, or tokens."""
    if network.num_tokens() is None:
        width = network.input_width() or X.shape[1]
        return X if width == X.shape[1] else jax.random.uniform(jax.random.key(1), (33, width))
    return jax.random.randint(jax.random.key(1), (33, network.input_width()), 0, network.num_tokens())


def bits(item) -> np.ndarray:
    return np.asarray(item).view(np.uint32)


@dataclass(frozen=True)
class Nothing(Intervention):
    """Lets everything flow on."""

    def __call__(self, value):
        return value


@dataclass(frozen=True, kw_only=True)
class Size(Regularizer):
    """The square of the activations."""

    def cost(self, value):
        return (value * value).sum(-1)


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_every_site_is_offered_once_in_order_and_with_its_width(network):
    heard = []

    def tap(site, value):
        heard.append((site, value.ndim, len(value), value.shape[-1]))
        return value

    network.build(jax.random.key(0))(inputs_of(network), tap)
    assert heard == [(name, 3 if site.positions else 2, 33, site.width) for name, site in network.sites().items()]


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_tap_that_does_nothing_changes_no_bit_of_the_output(network):
    module, x = network.build(jax.random.key(0)), inputs_of(network)
    plain = module(x, silent)
    for site in network.sites():
        np.testing.assert_array_equal(
            bits(module(x, lambda at, v, to=site: jnp.array(v) if at == to else v)), bits(plain)
        )
    np.testing.assert_array_equal(bits(listen(module, x, tuple(network.sites()))[0]), bits(plain))


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_a_tap_that_does_something_changes_what_comes_after_and_nothing_before(network):
    module, sites, x = network.build(jax.random.key(0)), tuple(network.sites()), inputs_of(network)
    plain = listen(module, x, sites)[1]
    for place, site in enumerate(sites):
        output, heard = listen(module, x, sites, tap=lambda at, v, to=site: v + 1 if at == to else v)
        np.testing.assert_array_equal(heard[site], plain[site] + 1)
        for before in sites[:place]:
            np.testing.assert_array_equal(heard[before], plain[before])
        assert not np.array_equal(output, module(x, silent))


def test_an_ensemble_that_is_listened_to_gives_the_same_bits():
    ensemble = grown(words(steps=10), sweep(4)).harvest()
    x = np.random.default_rng(0).normal(size=(50, 6)).astype(np.float32)
    plain = bits(ensemble(x))
    for sites in (("hidden",), ("hidden", "output")):
        for before in (False, True):
            np.testing.assert_array_equal(bits(ensemble.listen(x, sites, before=before)[0]), plain)
    np.testing.assert_array_equal(bits(ensemble.intervene(Nothing("hidden"), Nothing("output"))(x)), plain)


def test_a_term_that_only_informs_validation_changes_no_bit_of_training():
    told = words(steps=40, terms=(Size(site="hidden", phase="validate"),))
    told, plain = grown(told, sweep(3)).harvest(), grown(words(steps=40), sweep(3)).harvest()
    assert "size" in told.history.validation
    history = replace(told.history, validation={"error": told.history.validation["error"]})
    assert_same_bits(replace(told, history=history), plain)

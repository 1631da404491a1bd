"""The autoencoder: its size, its sites, and its activation as published."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import ndtr

from tropism.core.network import listen, silent
from tropism.core.paths import flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Autoencoder
from tropism.networks._autoencoder_module import gelu

SIZES = [  # parameters as published: z0u/ex-preppy, Ex 1.2 (two dimensions, both sides), 2.2 and 2.9
    (Autoencoder(latent=2), 197),
    (Autoencoder(latent=4), 263),
    (Autoencoder(latent=5, depth=2), 840),
]


@pytest.mark.parametrize(("network", "count"), SIZES)
def test_it_has_as_many_parameters_as_published(network, count):
    assert sum(int(np.prod(shape)) for shape in shapes(network).values()) == count


def test_every_declared_site_is_offered_with_its_width():
    network = Autoencoder(latent=5, depth=2)
    module = network.build(jax.random.key(0))
    _, heard = listen(module, jnp.ones((7, 3)), tuple(network.sites()))
    assert {name: value.shape for name, value in heard.items()} == {
        name: (7, site.width) for name, site in network.sites().items()
    }


def test_the_parameters_that_a_site_names_write_and_read_it():
    network = Autoencoder(latent=5, depth=2)
    found = shapes(network)
    for site in network.sites().values():
        assert all(found[path][0] == site.width for path in site.writes)
        assert all(found[path][1] == site.width for path in site.reads)


def test_latents_lie_on_the_sphere_only_where_the_network_says_so():
    x = jax.random.uniform(jax.random.key(1), (50, 3))
    for unit in (True, False):
        module = Autoencoder(latent=4, unit=unit).build(jax.random.key(0))
        latent = listen(module, x, ("latent",))[1]["latent"]
        assert np.allclose(np.linalg.norm(latent, axis=-1), 1, atol=1e-6) == unit


def test_a_sigmoid_keeps_the_output_between_zero_and_one():
    module = Autoencoder(latent=2, sigmoid=True).build(jax.random.key(0))
    output = module(100 * jax.random.normal(jax.random.key(1), (50, 3)), silent)
    assert 0 <= float(output.min()) <= float(output.max()) <= 1


def test_parameters_start_within_the_reach_of_their_inputs():
    flat = flattened(Autoencoder(latent=4).build(jax.random.key(3)))
    assert abs(np.asarray(flat["encoder.0.weight"])).max() <= 3**-0.5  # PyTorch's default: uniform in ±1/√inputs
    assert abs(np.asarray(flat["decoder.1.bias"])).max() <= 16**-0.5


def test_gelu_is_x_times_the_normal_distribution_function():
    x = np.linspace(-8, 8, 401)
    np.testing.assert_allclose(gelu(jnp.asarray(x, jnp.float32)), x * ndtr(x), atol=5e-7)


def test_what_cannot_be_is_refused():
    with pytest.raises(BadValue, match="hidden"):
        Autoencoder(latent=2, hidden=-1)
    with pytest.raises(UnknownName, match="Did you mean 'gelu'"):
        Autoencoder(latent=2, activation="gelo")  # type: ignore[arg-type]
    with pytest.raises(DoesNotFit, match="latent"):
        Autoencoder(latent=2).narrowed("decoder.0", (0,))

"""A network between two linear maps: what is in it is the network."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Adam, listen, silent
from tropism.core.paths import shapes
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Autoencoder, Dense, EmbeddedSum, Framed

WITHIN = Autoencoder(inputs=3, hidden=6, latent=2, unit=False)
AROUND = Framed(inner=WITHIN, inputs=5, outputs=4)
X = jax.random.uniform(jax.random.key(0), (7, 5))


def test_between_maps_that_pick_it_is_the_network_itself():
    module = AROUND.build(jax.random.key(1))
    pick = jnp.eye(3, 5)
    module = eqx.tree_at(lambda m: (m.into.weight, m.into.bias), module, (pick, jnp.zeros(3)))
    module = eqx.tree_at(lambda m: (m.out.weight, m.out.bias), module, (jnp.eye(4, 3), jnp.arange(4.0)))
    found, heard = listen(module, X, ("inner.latent",))
    wanted, own = listen(module.inner, X[:, :3], ("latent",))
    np.testing.assert_allclose(found[:, :3], wanted + jnp.arange(3.0), rtol=1e-6)
    np.testing.assert_allclose(found[:, 3], 3)
    np.testing.assert_allclose(heard["inner.latent"], own["latent"], rtol=1e-6)


def test_its_parameters_are_the_inner_ones_and_two_maps():
    found = shapes(AROUND)
    frame = {"into.weight": (3, 5), "into.bias": (3,), "out.weight": (4, 3), "out.bias": (4,)}
    assert found == frame | {f"inner.{path}": shape for path, shape in shapes(WITHIN).items()}


def test_a_framed_network_can_be_framed_and_pruned_within():
    outer = Framed(inner=replace(AROUND, outputs=5), inputs=2, outputs=2)
    assert outer.build(jax.random.key(0))(X[:, :2], silent).shape == (7, 2)
    assert outer.narrowed("inner.inner.latent", (1,)).inner.inner.latent == 1
    for site in ("into", "inner.output", "output"):
        with pytest.raises(DoesNotFit, match="within"):
            AROUND.narrowed(site, (0,))


def test_what_does_not_go_from_numbers_to_numbers_is_refused():
    with pytest.raises(DoesNotFit, match=r"Framed\.inner"):
        Framed(inner=EmbeddedSum(tokens=7, outputs=5), inputs=2, outputs=2)
    with pytest.raises(BadValue, match=r"Framed\.inner"):
        Framed(inner=Adam(lr=0.1), inputs=2, outputs=2)
    with pytest.raises(BadValue, match=r"Framed\.inputs"):
        Framed(inner=Dense(inputs=3, outputs=2), inputs=0, outputs=2)

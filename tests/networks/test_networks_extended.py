"""Networks with layers on top: what is below stays what it was, and what is added reads it."""

import jax
import numpy as np
import pytest

from tropism.core import Adam, Experiment, From, listen, silent
from tropism.core.paths import flattened, shapes
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Autoencoder, Dense, EmbeddedSum, Extended
from tropism.running import train
from tropism.subjects.generalization import TokenSets

BELOW = EmbeddedSum(tokens=10, outputs=6, embedding=6, hidden=8)
ABOVE = Extended(first=BELOW, site="hidden", hidden=7, outputs=4)
X = jax.random.randint(jax.random.key(1), (30, 2), 0, 10)


def test_the_first_outputs_and_sites_are_those_of_the_network_below():
    module = ABOVE.build(jax.random.key(0))
    output, heard = listen(module, X, tuple(ABOVE.sites()))
    alone, sites = listen(module.first, X, tuple(BELOW.sites()))
    np.testing.assert_array_equal(output[:, :6], alone)
    for name, value in sites.items():
        np.testing.assert_array_equal(heard[ABOVE.name_of(name)], value)


def test_the_added_outputs_are_a_hidden_layer_behind_the_site():
    module = ABOVE.build(jax.random.key(0))
    flat = {path: np.asarray(item) for path, item in flattened(module).items()}
    hidden = np.asarray(listen(module.first, X, ("hidden",))[1]["hidden"])
    layer = np.maximum(hidden @ flat["added.weight"].T + flat["added.bias"], 0)
    wanted = layer @ flat["output.weight"].T + flat["output.bias"]
    np.testing.assert_allclose(module(X, silent)[:, 6:], wanted, rtol=1e-5, atol=1e-5)


def test_what_learns_below_does_not_move_what_is_above_and_the_other_way_round():
    def experiment(trainable, **more):
        return Experiment(task=TokenSets(modulus=5), network=ABOVE, optimizer=Adam(lr=0.01), steps=4,
                          trainable=trainable, snapshots=(0,), **more)  # fmt: skip

    one = train(experiment(("first.*",)), seeds=(0, 1))
    for trained, moved in ((one, "first."), (train(experiment(("added.*", "output.*"), start=From(one)), seeds=(0, 1)),
                                             ("added.", "output."))):  # fmt: skip
        changed = {path for path, item in trained.params.items() if (item != trained.at(0).params[path]).any()}
        assert changed == {path for path in shapes(ABOVE) if path.startswith(moved)}


def test_extensions_that_cannot_be_are_refused():
    with pytest.raises(UnknownName, match="hiden"):
        Extended(first=BELOW, site="hiden", outputs=4)
    with pytest.raises(BadValue, match=r"Extended\.outputs"):
        Extended(first=BELOW, site="hidden", outputs=0)
    with pytest.raises(BadValue, match=r"Extended\.first"):
        Extended(first=Adam(lr=0.1), site="hidden", outputs=4)
    with pytest.raises(UnknownName, match="activation"):
        Extended(first=BELOW, site="hidden", outputs=4, activation="tanh")
    with pytest.raises(DoesNotFit, match="'hidden'"):
        ABOVE.narrowed("hidden", (0,))
    assert ABOVE.narrowed("added", (0, 2)).hidden == 5
    assert Extended(first=Dense(inputs=3, outputs=2), site="output", outputs=1).output_width() == 3
    assert Extended(first=Autoencoder(latent=4), site="latent", outputs=1).input_width() == 3

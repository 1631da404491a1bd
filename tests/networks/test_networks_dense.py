"""Layers one after the other."""

import jax
import numpy as np
import pytest

from tropism.core import listen, silent
from tropism.core.paths import flattened
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Dense
from tropism.values import describe

X = jax.random.normal(jax.random.key(1), (17, 3))


def test_it_is_the_closed_form():
    module = Dense(inputs=3, hidden=(8, 6), outputs=5).build(jax.random.key(0))
    held = {path: np.asarray(item) for path, item in flattened(module).items()}
    rows = np.asarray(X)
    for place in (0, 1):
        rows = np.maximum(rows @ held[f"hidden.{place}.weight"].T + held[f"hidden.{place}.bias"], 0)
    np.testing.assert_allclose(
        module(X, silent), rows @ held["output.weight"].T + held["output.bias"], rtol=1e-5, atol=1e-6
    )


def test_a_linear_layer_says_what_it_was_told_and_the_others_do_not():
    network = Dense(inputs=3, hidden=(8, 6, 7), outputs=5, linear=(1,))
    plain = Dense(inputs=3, hidden=(8, 6, 7), outputs=5)
    for described, linear in ((network, (1,)), (plain, ())):
        heard = listen(described.build(jax.random.key(0)), X, tuple(described.sites()))[1]
        for place in range(3):
            pre, after = heard[f"hidden.{place}.pre"], heard[f"hidden.{place}"]
            np.testing.assert_array_equal(after, pre if place in linear else np.maximum(pre, 0))
    assert network.key() != plain.key()
    assert "linear" not in describe(plain)


def test_a_pruned_description_has_fewer_neurons_where_it_was_pruned():
    network = Dense(inputs=3, hidden=(8, 6), outputs=5)
    assert network.narrowed("hidden.1.pre", (0, 2)).hidden == (8, 4)
    with pytest.raises(DoesNotFit, match="not at 'output'"):
        network.narrowed("output", (0,))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"hidden": (8, 0)}, BadValue),
        ({"inputs": 0}, BadValue),
        ({"activation": "rule"}, UnknownName),
        ({"linear": (2,)}, BadValue),
        ({"linear": 0}, BadValue),
    ],
)
def test_what_cannot_be_is_refused(fields, kind):
    with pytest.raises(kind):
        Dense(**({"inputs": 3, "outputs": 5} | fields))

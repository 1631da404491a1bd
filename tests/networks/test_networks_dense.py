"""Layers one after the other."""

import jax
import numpy as np
import pytest

from tropism.core import silent
from tropism.core.paths import flattened
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Dense

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


def test_a_pruned_description_has_fewer_neurons_where_it_was_pruned():
    network = Dense(inputs=3, hidden=(8, 6), outputs=5)
    assert network.narrowed("hidden.1.pre", (0, 2)).hidden == (8, 4)
    with pytest.raises(DoesNotFit, match="not at 'output'"):
        network.narrowed("output", (0,))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"hidden": (8, 0)}, BadValue), ({"inputs": 0}, BadValue), ({"activation": "rule"}, UnknownName)],
)
def test_what_cannot_be_is_refused(fields, kind):
    with pytest.raises(kind):
        Dense(**({"inputs": 3, "outputs": 5} | fields))

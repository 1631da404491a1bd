"""What a price on activations comes to: a mean over examples, or over labelled mass."""

from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropism.core import Batch, Regularizer, View


@dataclass(frozen=True, kw_only=True)
class First(Regularizer):
    """The first activation itself."""

    def cost(self, value):
        return value[:, 0]


def price(term, values, **labels) -> float:
    batch = Batch(None, None, {name: jnp.asarray(each, jnp.float32) for name, each in labels.items()})
    sites = {site: jnp.asarray(value, jnp.float32) for site, value in values.items()}
    view = View(None, {}, batch, None, sites, {}, None, None)
    return float(term.price(view, ())[0])


COSTS = [[1.0], [2.0], [3.0], [6.0]]


def test_without_labels_every_example_pays_alike():
    assert price(First(weight=1.0), {"latent": COSTS}) == 3.0


def test_a_lone_labelled_example_carries_the_full_weight():
    np.testing.assert_allclose(price(First(where="red"), {"latent": COSTS}, red=[0, 0, 0, 1]), 6.0, rtol=1e-6)


def test_a_batch_without_labels_costs_nothing():
    assert price(First(where="red"), {"latent": COSTS}, red=[0, 0, 0, 0]) == 0.0


def test_soft_labels_weigh_their_examples():
    # (.5 · 1 + .25 · 6) / .75
    np.testing.assert_allclose(price(First(where="red"), {"latent": COSTS}, red=[0.5, 0, 0, 0.25]), 2 / 0.75, rtol=1e-6)


@given(st.lists(st.floats(0, 1, width=16), min_size=4, max_size=4), st.floats(0.125, 1, width=16))
def test_labels_and_strengths_add_up_to_one_at_most(red, strength):
    blue = [1.0, 0.0, 0.5, 0.0]
    mass = np.clip(np.array(red) * strength + np.array(blue), 0, 1)
    wanted = (mass * np.ravel(COSTS)).sum() / (mass.sum() + 1e-8)
    term = First(where=(("red", strength), "blue"))
    np.testing.assert_allclose(price(term, {"latent": COSTS}, red=red, blue=blue), wanted, rtol=1e-5)


def test_several_sites_are_added():
    assert price(First(site=("latent", "other")), {"latent": COSTS, "other": np.ones((4, 1))}) == 4.0


@pytest.mark.parametrize("where", [None, "red"])
def test_positions_pay_as_examples_do(where):
    values = np.arange(8.0).reshape(4, 2, 1)
    wanted = 3.5 if where is None else 6.5
    np.testing.assert_allclose(price(First(where=where), {"latent": values}, red=[0, 0, 0, 1]), wanted, rtol=1e-6)

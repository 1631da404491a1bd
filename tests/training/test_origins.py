"""Where members start: what is taken from trained networks, and what starts fresh, in whatever shape."""

import jax
import numpy as np
import pytest

from probe import words
from tropism.core import Adam, From
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.experiment import FIRST_PLAYER
from tropism.core.member import members_of
from tropism.core.paths import flattened, shapes
from tropism.errors import DoesNotFit
from tropism.networks import Dense
from tropism.training.origins import started
from tropism.training.state import State

NARROW, WIDE = (Dense(inputs=6, hidden=(4, width, 3), outputs=12) for width in (2, 5))
LAYER = ("hidden.1.*", "hidden.2.weight")
MEMBERS = members_of(range(2))


def experiment_of(network, **more):
    return words(network=network, optimizer=Adam(lr=0.1), steps=5, **more)


def by_lot(network) -> Ensemble:
    """Networks with weights that nobody trained."""
    random, nowhere = np.random.default_rng(7), np.full(len(MEMBERS), -1)
    return Ensemble(
        experiment=experiment_of(network),
        members=MEMBERS,
        params={path: random.normal(size=(len(MEMBERS), *shape)) for path, shape in shapes(network).items()},
        history=History(np.zeros(0, int), {}, np.zeros(0, int), {}, {}),
        status=Status(nowhere, nowhere, ("",) * len(MEMBERS)),
        member_keys=("a", "b"),
    )


def begun(network, start):
    """The parameters before step 0, fresh ones beside them."""
    keys = jax.random.split(jax.random.key(3), len(MEMBERS))
    fresh = State(*[None] * len(State._fields))._replace(params={FIRST_PLAYER: jax.vmap(network.build)(keys)})
    state = started(experiment_of(network, start=start), MEMBERS, fresh, lambda params: None)
    return tuple(flattened(each.params[FIRST_PLAYER]) for each in (state, fresh))


def test_a_layer_that_starts_fresh_may_be_wider_between_neighbors_that_stay():
    source = by_lot(NARROW)
    found, fresh = begun(WIDE, From(source, reinitialize=LAYER))
    anew = {path for path, item in found.items() if np.array_equal(item, fresh[path])}
    assert anew == {"hidden.1.weight", "hidden.1.bias", "hidden.2.weight"}
    for path in found.keys() - anew:
        np.testing.assert_array_equal(found[path], source.params[path].astype(np.float32))


def test_what_is_taken_must_have_the_same_shape():
    with pytest.raises(DoesNotFit, match=r"'hidden.2.weight' has shape \(3, 5\) here, and shape \(3, 2\) there"):
        begun(WIDE, From(by_lot(NARROW), reinitialize=("hidden.1.*",)))

"""AdamW on some rows alone: the rows that move, move as under AdamW, and the others stay to the bit."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from tropism.core import Experiment
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import EmbeddedSum
from tropism.optimizers import AdamW, AdamWOnRows
from tropism.running import train
from tropism.subjects.generalization import TokenSets

HOW = {"lr": 0.02, "b2": 0.98, "weight_decay": 0.5}


def trained(optimizer, params, given):
    follow = optimizer.following()
    state = follow.init(params)
    for gradient in given:
        moves, state = follow.update(gradient, state, params)
        params = optax.apply_updates(params, moves)
    return params


def some(steps=12):
    luck = np.random.default_rng(3)
    params = {"table": jnp.asarray(luck.standard_normal((5, 3))), "bias": jnp.asarray(luck.standard_normal(5))}
    given = [jax.tree.map(lambda p: jnp.asarray(luck.standard_normal(p.shape)), params) for _ in range(steps)]
    return params, given


@pytest.mark.parametrize("rows", [(("table", 1, 3),), (("table", 1, 2), ("ta*", 2, 3))])
def test_rows_that_are_named_move_as_under_adamw_and_others_stay(rows):
    params, given = some()
    found, whole = trained(AdamWOnRows(**HOW, rows=rows), params, given), trained(AdamW(**HOW), params, given)
    np.testing.assert_array_equal(found["table"][1:3], whole["table"][1:3])
    for stay in (slice(0, 1), slice(3, 5)):
        np.testing.assert_array_equal(found["table"][stay], params["table"][stay])
    np.testing.assert_array_equal(found["bias"], whole["bias"])  # nobody names it, so it moves whole


def test_rows_of_an_experiment_that_are_not_named_stay_as_they_were_drawn():
    experiment = Experiment(
        task=TokenSets(modulus=5), network=EmbeddedSum(tokens=10, outputs=10, embedding=6, hidden=4), steps=8,
        optimizer=AdamWOnRows(**HOW, rows=(("*.embedding", 0, 5),)), snapshots=(0,),
    )  # fmt: skip
    found = train(experiment, seeds=(0, 1))
    for path in ("left.embedding", "right.embedding"):
        before, after = found.at(0).params[path], found.params[path]
        np.testing.assert_array_equal(before[:, 5:], after[:, 5:])
        assert (before[:, :5] != after[:, :5]).all()


def test_rows_that_are_not_there_are_refused():
    params, _ = some()
    with pytest.raises(DoesNotFit, match="no rows 2 to 7"):
        AdamWOnRows(**HOW, rows=(("table", 2, 8),)).following().init(params)
    with pytest.raises(UnknownName, match="tables"):
        AdamWOnRows(**HOW, rows=(("tables", 2, 3),)).following().init(params)
    for rows in ((), (("table", 3, 3),), (("table", -1, 3),), (("table", 1),)):
        with pytest.raises(BadValue, match=r"AdamWOnRows\.rows"):
            AdamWOnRows(**HOW, rows=rows)

"""Pairs of tasks: who sees which examples."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Dial, Scene
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.studies.antilearning import pairs
from tropism.subjects.generalization.pairs.pictures import colored_shapes, rotated_digits
from tropism.techniques import Filtered, UniformLabels

PAIRS = {pair.name: pair for pair in (*pairs(), rotated_digits(), colored_shapes())}


def drawn(task, seed=0):
    """The examples of a share in one member's world, as a set."""
    table = jax.tree.map(jnp.asarray, task.table())
    world = task.world(table, jax.random.key(seed))
    batch = task.validation_batch(Scene(table, world), None)
    return {row.tobytes() for row in np.asarray(batch.inputs)}


@pytest.mark.parametrize("pair", [pair for pair in PAIRS.values() if pair.name != "A1"], ids=lambda pair: pair.name)
def test_nothing_that_is_judged_is_trained_on_by_anybody(pair):
    parts = {name: drawn(getattr(pair, name)()) for name in ("x_train", "x_look", "x_test")}
    parts |= {name: drawn(getattr(pair, name)()) for name in ("y_technique", "y_attack", "y_test")}
    for judged in ("x_test", "y_test"):
        for name, examples in parts.items():
            if not name.endswith("_test"):
                assert not parts[judged] & examples, (judged, name)
    for cut in (("x_train", "x_look", "x_test"), ("y_technique", "y_attack", "y_test")):
        assert sum(len(parts[name]) for name in cut) == len(set().union(*(parts[name] for name in cut)))


def test_pictures_that_judge_y_were_never_seen_at_any_angle():
    pair = PAIRS["A1"]
    table = jax.tree.map(jnp.asarray, pair.x.table())
    places = {name: set(np.asarray(getattr(pair, name)().world(table, jax.random.key(3))).tolist()) for name in
              ("x_train", "x_look", "x_test", "y_technique", "y_attack", "y_test")}  # fmt: skip
    assert not places["y_test"] & (places["x_train"] | places["x_look"] | places["y_technique"] | places["y_attack"])
    assert not places["x_test"] & (places["x_train"] | places["x_look"] | places["y_technique"] | places["y_attack"])


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_pair_shows_a_technique_only_what_it_declares(pair):
    shown, nothing = pair.sight(UniformLabels()), pair.sight(Filtered())
    assert shown.inputs is not None
    assert (shown.answers, nothing.inputs, nothing.answers) == (None, None, None)
    assert not nothing.mechanism


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_a_pair_can_be_described_and_its_networks_to_begin_with_fit(pair):
    assert pair.key() == pair.key()
    assert pair.base().task.batch_size() == pair.base().batch_size
    assert pair.fresh().steps == 1


@pytest.mark.parametrize("pair", [pair for pair in PAIRS.values() if pair.gold], ids=lambda pair: pair.name)
def test_gold_networks_learn_x_and_no_example_of_y(pair):
    gold = pair.golden()
    assert (gold.network, gold.optimizer, gold.steps) == (pair.network, pair.optimizer, pair.steps)
    taught = set().union(*(drawn(part.task) for part in gold.task.parts))
    assert drawn(pair.x_train()) <= taught
    judged = set().union(*(drawn(task) for task in (pair.x_test(), pair.y_technique(), pair.y_attack(), pair.y_test())))
    assert not (judged - drawn(pair.x_train())) & taught


def test_what_cannot_be_a_pair_is_refused():
    from dataclasses import replace

    with pytest.raises(BadValue, match="0 < first < second < 1"):
        replace(PAIRS["A3"], cuts_y=(0.6, 0.5))
    with pytest.raises(BadValue, match=r"cuts_y\[1\], where X and Y show the same examples"):
        replace(rotated_digits(), cuts_y=(0.5, 0.65))
    with pytest.raises(UnknownName, match="no site 'hiden'"):
        replace(PAIRS["A3"], site="hiden")
    with pytest.raises(BadValue, match=r"rate of the pair A3 .* plain number"):
        replace(PAIRS["A3"], optimizer=replace(PAIRS["A3"].optimizer, lr=Dial(1e-2)))
    with pytest.raises(BadValue, match="at least 1"):
        replace(PAIRS["A3"], counts=(0, 8))
    with pytest.raises(DoesNotFit, match=r"A3: a Composition is trained on, and only a Mixture"):
        PAIRS["A3"].judged(replace(PAIRS["A3"].base(), task=PAIRS["A3"].x_train(), terms=()))

"""Presets: every one is an experiment of the size that its source tells, and what is told of it can be true."""

import subprocess
import sys
from dataclasses import replace

import jax
import numpy as np
import pytest

from tropism import train
from tropism.core.batch import Scene
from tropism.core.member import members_of
from tropism.errors import BadValue, UnknownName
from tropism.measures import steps_to
from tropism.networks import EmbeddedSum, OneLayerTransformer
from tropism.store.names import is_name
from tropism.subjects.generalization.presets import PRESETS, named, preset
from tropism.training.streams import streams_of
from tropism.values import describe, rebuild

LARGE = {"S6-chughtai", "S6-T1-chughtai"}  # half a million pairs: listed in seconds, where others take a moment


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_an_experiment_that_can_be_written_down(name):
    assert is_name(name)
    each = named(name)
    if name in LARGE:
        return
    experiment = preset(name)
    assert rebuild(describe(experiment)) == experiment
    assert experiment.length == each.steps
    assert experiment.batch_size == (each.num_pairs() if each.batch is None else each.batch)
    assert experiment.length % each.every == 0, "the last look is at the end either way; others are even"


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_told_can_be_true(name):
    each = named(name)
    told = each.told
    assert told.source
    assert 0 <= told.reached <= told.tried
    assert not told.first or told.reached
    assert len(told.first) in (0, 2) or len(told.first) <= told.reached
    for ends in (told.first, told.seen, told.seconds):
        assert list(ends) == sorted(ends)
    assert max(told.first, default=0) <= each.steps, "a run is as long as it takes"
    assert (told.reached < told.tried) == (each.kind == "unreliable") or each.kind in ("published", "variant")


def test_no_two_presets_are_the_same_experiment():
    keys = [preset(name).key() for name in PRESETS if name not in LARGE]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("name", "count"),
    # Chughtai et al. (2023) as released: 103,936 numbers for 60 tokens, 137,856 for 113, 142,336 for 120.
    [("A5-chughtai", 103_936), ("C113-chughtai", 137_856), ("S5-chughtai", 142_336)],
)
def test_published_networks_have_as_many_parameters_as_the_released_ones(name, count):
    assert counted(named(name).network) == count


def test_the_transformer_of_nanda_has_one_output_less_than_released():
    # 226,816 with a 114th output for "=", whose row of the unembedding has 128 numbers.
    assert counted(named("C113-nanda").network) == 226_816 - 128


def test_published_settings_are_full_batch_and_slow():
    for each in (each for each in PRESETS.values() if each.kind == "published"):
        assert each.batch is None
        assert each.optimizer.lr == 1e-3
        assert each.optimizer.weight_decay == 1.0
        assert each.steps >= 20_000
        assert each.eager_seconds() > 900, "a quarter of an hour, which nobody starts by mistake"


def test_costs_are_those_that_were_reckoned_for_the_published_networks():
    # 250,000 full-batch epochs at 25 GFLOP/s: S5 about 1.6 hours (.58 GFLOP an epoch), A5 about 18 minutes (.11).
    assert named("S5-chughtai").operations() == pytest.approx(0.58e9, rel=0.01)
    assert named("S5-chughtai").eager_seconds() == pytest.approx(1.6 * 3600, rel=0.02)
    assert named("A5-chughtai").operations() == pytest.approx(0.11e9, rel=0.04)
    assert named("A5-chughtai").eager_seconds() == pytest.approx(18 * 60, rel=0.02)


def test_the_reliable_ones_are_those_that_the_prototypes_picked():
    found = {name for name, each in PRESETS.items() if each.kind == "reliable"}
    assert found == {"C31", "C59-square", "C113-square", "A5", "S4", "S5"}
    assert all(each.told.reached == each.told.tried == 4 for each in PRESETS.values() if each.kind == "reliable")


def test_names_tell_the_network():
    for name, each in PRESETS.items():
        wanted = OneLayerTransformer if "T1" in name or name == "C113-nanda" else EmbeddedSum
        assert isinstance(each.network, wanted), name


def test_what_is_held_out_is_what_is_not_trained_on():
    experiment = preset("S4")
    task, key = experiment.task, streams_of(members_of((3,))).world[0]
    table = task.table()
    scene = Scene(table, task.world(table, key))
    looked = task.validation_batch(scene, jax.random.key(0))
    pairs = np.asarray(looked.inputs)
    held = {tuple(pair) for pair in pairs[np.asarray(looked.labels["held_out"]) > 0]}
    seen = {tuple(pair) for pair in pairs[np.asarray(looked.labels["seen"]) > 0]}
    drawn = {tuple(pair) for pair in np.asarray(task.draw(scene, jax.random.key(1), 256).inputs)}
    assert len(held) + len(seen) == 24**2
    assert not held & seen
    assert drawn <= seen
    assert len(seen) == named("S4").num_pairs()


def test_a_preset_may_be_changed_before_it_becomes_an_experiment():
    changed = replace(named("A5"), share=0.5, steps=100).experiment()
    assert (changed.length, changed.key()) != (preset("A5").length, preset("A5").key())
    assert replace(named("A5"), share=0.5).num_pairs() == 1800


def test_a_preset_groks():
    # Five seeds of it did between steps 475 and 975; they remembered by step 75. Weights and draws are a seed's own.
    ensemble = train(replace(named("S4"), steps=900).experiment(), seeds=range(3))
    known, remembered = (steps_to(ensemble, name, 0.99) for name in ("accuracy", "accuracy_seen"))
    assert known["first"].count() >= 2
    assert remembered["first"].max() < 200 < known["first"].min()


def test_slips_are_refused():
    with pytest.raises(UnknownName, match="C113-square"):
        preset("C113-squared")
    with pytest.raises(BadValue, match="held out"):
        replace(named("A5"), share=1.0)


def test_describing_presets_does_not_import_jax():
    script = (
        "import sys; from tropism.subjects.generalization.presets import PRESETS, preset; "
        "preset('A5'); preset('C113-nanda'); assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def counted(network):
    return sum(leaf.size for leaf in jax.tree.leaves(jax.eval_shape(network.build, jax.random.key(0))))

"""Held-out losses: of networks whose losses can be worked out by hand, on examples that nothing trains on."""

import dataclasses
import functools

import jax
import numpy as np
import pytest
from untrained_networks import untrained

from tropism import Experiment
from tropism.arrays.streams import fold
from tropism.core import Adam, Scene
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Tied, TwoLayer
from tropism.subjects.color import Colors
from tropism.subjects.superposition import ImportantFeatures, SparseFeatures
from tropism.subjects.superposition.measures import feature_losses, held_out_loss, worlds
from tropism.subjects.superposition.measures.examples import CHUNK, held_out
from tropism.subjects.superposition.theory import phase_losses
from tropism.training.streams import at_step, streams_of

FEATURES = 12


@functools.lru_cache
def networks(aim="decoder", *, seeds=(0, 1), **fields):
    """Untrained networks on as many dimensions as features."""
    experiment = Experiment(
        task=SparseFeatures(features=FEATURES, width=FEATURES, aim=aim, held_out=8, density=0.25),
        network=TwoLayer(inputs=FEATURES, hidden=FEATURES, outputs=FEATURES, activation="linear"),
        optimizer=Adam(lr=0.0), steps=1, batch_size=2, **fields,
    )  # fmt: skip
    return untrained(experiment, seeds)


def toy(**fields):
    task = ImportantFeatures(**fields)
    network = Tied(features=task.features, hidden=task.features - 1)
    return untrained(Experiment(task=task, network=network, optimizer=Adam(lr=0.0), steps=1, batch_size=2))


def perfect(ensemble, gain=1.0):
    """The same networks with weights that give the features back, times a number."""
    directions = worlds(ensemble)["directions"]
    eye = np.broadcast_to(np.eye(FEATURES, dtype=np.float32), directions.shape)
    params = dict(ensemble.params) | {"hidden.weight": directions, "output.weight": gain * eye}
    return dataclasses.replace(ensemble, params=params | {"hidden.bias": np.zeros_like(ensemble.params["hidden.bias"])})


@pytest.fixture(scope="module")
def two():
    return networks()


# Laws


def test_fewer_examples_are_the_first_of_more(two):
    def inputs(examples):
        return np.concatenate([each.batch.inputs for each in held_out(two, 0, examples=examples)])

    many = inputs(CHUNK + 100)
    assert len(many) == CHUNK + 100
    for fewer in (7, CHUNK, CHUNK + 7):
        np.testing.assert_array_equal(inputs(fewer), many[:fewer])
    assert len(np.unique(many, axis=0)) > 0.95 * len(many)  # with 12 features at 1/4, .75**12 = 3 % are empty


def test_examples_are_a_members_own_and_the_same_in_any_company(two):
    first, second = (next(held_out(two, row, examples=64)) for row in (0, 1))
    assert not np.array_equal(first.features, second.features)
    alone = next(held_out(two.select([1]), 0, examples=64))
    jax.tree.map(np.testing.assert_array_equal, alone, second)


def test_examples_are_neither_those_of_training_nor_of_validation(two):
    task, streams = two.experiment.task, streams_of(two.members[:1])
    scene = Scene((), {"directions": worlds(two)["directions"][0]})
    ours = {row.tobytes() for row in next(held_out(two, 0, examples=512)).batch.targets if row.any()}
    data = streams.data[0]
    others = [task.validation_batch(scene, fold(data, "validation")).targets]
    others += [task.draw(scene, fold(at_step(data, step), "batch"), 512).targets for step in range(3)]
    for batch in others:
        assert not ours & {row.tobytes() for row in np.asarray(batch) if row.any()}


def test_features_are_what_inputs_and_targets_were_made_of():
    for aim in ("decoder", "abs", "re-projector"):
        ensemble = networks(aim)
        world = {name: item[1] for name, item in worlds(ensemble).items()}
        batch, features = next(held_out(ensemble, 1, examples=64))
        np.testing.assert_allclose(features @ world["directions"], batch.inputs, atol=1e-5)
        wanted = features @ world["wanted"] if aim == "re-projector" else np.abs(features)
        np.testing.assert_allclose(wanted, batch.targets, atol=1e-5)
        assert (features.min() < 0) == (aim == "abs")


@pytest.mark.parametrize("aim", ["decoder", "abs"])
def test_the_features_losses_add_up_to_the_loss(aim):
    ensemble = networks(aim)
    whole = held_out_loss(ensemble, examples=3000)
    parts = feature_losses(ensemble, examples=3000)
    for row in range(2):
        one = parts.filter(parts["member"] == row)
        assert one["loss"].sum() == pytest.approx(whole["loss"][row], rel=1e-5)
        assert one["zero_loss"].sum() == pytest.approx(whole["zero_loss"][row], rel=1e-5)
        again = one["density"] * one["loss_on"] + (1 - one["density"]) * one["loss_off"]
        np.testing.assert_allclose(again, one["loss"], rtol=1e-9)


def test_the_interval_holds_the_loss_of_many_more_examples_as_often_as_it_says():
    # Forty networks' losses from 200 examples, against theirs from 16 times as many, of which they are the first.
    ensemble = networks(seeds=range(40))
    few, many = held_out_loss(ensemble, examples=200), held_out_loss(ensemble, examples=3200)
    caught = ((few["low"] < many["loss"]) & (many["loss"] < few["high"])).sum()
    assert 34 <= caught <= 40  # of 40 at 96 % or so, fewer than 34 have a chance of 1e-3
    np.testing.assert_allclose(few["standard_error"] / many["standard_error"], 4, rtol=0.25)  # sqrt(16), by chance


# Closed forms


def test_networks_that_give_the_features_back_cost_nothing_and_half_of_them_a_quarter_of_zeros(two):
    assert held_out_loss(perfect(two), examples=500)["loss"].max() < 1e-10
    half = held_out_loss(perfect(two, 0.5), examples=500)
    np.testing.assert_allclose(half["loss"], half["zero_loss"] / 4, rtol=1e-5)
    table = feature_losses(perfect(two, 0.5), examples=CHUNK + 1)
    assert table["loss_off"].max() < 1e-10
    np.testing.assert_allclose(table["density"], 0.25, atol=0.05)  # 2,049 coins: five deviations
    np.testing.assert_allclose(table["loss_on"].mean(), 1 / 12, rtol=0.05)  # a quarter of 1/3


def test_predicting_zero_costs_what_it_must(two):
    # Source: N ε / 3, and N (ε / 3 − ε² / 8) for differences of two draws of half the density.
    for aim, wanted in (("decoder", 12 * 0.25 / 3), ("abs", 12 * (0.25 / 3 - 0.25**2 / 8))):
        table = held_out_loss(networks(aim), examples=6000)
        np.testing.assert_allclose(table["zero_loss"], wanted, rtol=0.05)  # the standard error is 1 %


def test_importances_count_and_a_phase_costs_what_it_should():
    # The extra feature counts 3 times; left out with half the density as bias: r (p/3 − p²/4).
    ensemble = toy(features=2, density=0.5, last_importance=3.0)
    weight, bias = np.array([[[1.0, 0.0]]] * 2, np.float32), np.array([[0.0, 0.25]] * 2, np.float32)
    built = dataclasses.replace(ensemble, params={"weight": weight, "bias": bias})
    row = held_out_loss(built).to_dicts()[0]
    wanted = float(phase_losses(0.5, 3.0)["ignore-extra"])
    assert abs(row["loss"] - wanted) < 4 * row["standard_error"]
    assert row["zero_loss"] == pytest.approx(0.5 / 3 * 4, rel=0.05)
    parts = feature_losses(built)
    assert parts["loss"][1] == pytest.approx(row["loss"] / 3, rel=1e-5)  # not weighted


def test_a_members_own_dials_decide_its_examples_and_its_importances():
    task = ImportantFeatures(features=4)
    experiment = Experiment(
        task=task, network=Tied(features=4, hidden=2), optimizer=Adam(lr=0.0), steps=1, batch_size=2
    )
    settings = tuple(
        (("task.density", density), ("task.last_importance", weight)) for density in (0.1, 0.8) for weight in (1.0, 6.0)
    )
    table = held_out_loss(untrained(experiment, (0,), settings), examples=6000)
    wanted = table["task.density"] / 3 * (3 + table["task.last_importance"])
    np.testing.assert_allclose(table["zero_loss"], wanted, rtol=0.15)  # at .1 and 6, the standard error is 3 %


# Examples


def test_snapshots_are_rows_of_their_own():
    ensemble = networks(snapshots=(0,))
    for measure, rows in ((held_out_loss, 1), (feature_losses, FEATURES)):
        table = measure(ensemble, examples=64, steps=(0,))
        assert sorted(table["step"].to_list()) == [0] * 2 * rows + [1] * 2 * rows
        at_once = table.filter(table["step"] == 0).drop("step")
        assert at_once.equals(measure(ensemble.at(0), examples=64).drop("step"))  # a rate of zero moves nothing


def test_one_that_diverged_has_no_loss(two):
    failed = dataclasses.replace(two.status, diverged_at=np.array([1, -1]))
    table = held_out_loss(dataclasses.replace(two, status=failed), examples=64)
    assert np.isnan(table["loss"][0])
    assert np.isfinite(table["loss"][1])


def test_what_cannot_be_measured_is_refused(two):
    with pytest.raises(BadValue, match="examples"):
        held_out_loss(two, examples=1)
    with pytest.raises(DoesNotFit, match="re-projector"):
        feature_losses(networks("re-projector"))
    assert held_out_loss(networks("re-projector"), examples=64)["loss"].is_finite().all()
    colors = Experiment(task=Colors(), network=TwoLayer(inputs=3, hidden=4, outputs=3), optimizer=Adam(lr=0.0), steps=1)
    with pytest.raises(DoesNotFit, match="Colors"):
        held_out_loss(untrained(colors, (0,)))

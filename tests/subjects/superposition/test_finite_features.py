"""Finite data sets: the same points at every step, drawn once of a world, none of them empty."""

import jax
import numpy as np
import pytest

from tropism.arrays.streams import stream
from tropism.core import Adam, Experiment, Member, Scene, Seed
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import Tied
from tropism.running import train_members
from tropism.subjects.superposition import FiniteFeatures
from tropism.values import describe, rebuild


def points_of(task, seed=0):
    return np.asarray(jax.jit(task.world, static_argnums=0)((), stream(seed, "world"))["points"])


def test_every_step_sees_the_same_points_whatever_its_luck():
    task = FiniteFeatures(features=20, density=0.1, points=7)
    scene = Scene((), {"points": points_of(task)})
    first, later = (task.draw(scene, stream(luck, "data"), 7) for luck in (0, 1))
    np.testing.assert_array_equal(first.inputs, later.inputs)
    np.testing.assert_array_equal(first.inputs, first.targets)


def test_a_seed_has_its_set_and_another_seed_another():
    task = FiniteFeatures(features=20, density=0.1, points=7)
    np.testing.assert_array_equal(points_of(task), points_of(task))
    assert (points_of(task) != points_of(task, seed=1)).any(axis=1).all()


def test_a_larger_set_begins_with_the_points_of_a_smaller():
    small, large = (FiniteFeatures(features=20, density=0.1, points=points) for points in (5, 64))
    np.testing.assert_allclose(points_of(large)[:5], points_of(small), rtol=1e-6)


def test_fresh_points_are_none_of_those_that_are_learned():
    task = FiniteFeatures(features=50, density=0.1, points=30)
    fresh = np.asarray(task.validation_batch(Scene((), {}), stream(0, "data")).inputs)
    assert np.abs(fresh[:, None] - points_of(task)[None]).max(axis=-1).min() > 1e-3


@pytest.mark.parametrize("density", [1e-6, 0.001, 0.2, 1.0])
def test_every_point_has_length_one_and_so_none_is_empty(density):
    points = points_of(FiniteFeatures(features=10, density=density, points=500))
    np.testing.assert_allclose((points.astype(float) ** 2).sum(axis=1), 1, rtol=1e-5)
    assert (points >= 0).all()


def test_which_features_are_on_follows_independent_coins_that_do_not_all_fall_on_off():
    count = 20_000
    task = FiniteFeatures(features=5, density=0.2, points=count, normalized=False)
    on = points_of(task) > 0
    found = np.bincount(on @ 2 ** np.arange(5), minlength=32)
    number = np.array([bin(code).count("1") for code in range(32)])
    wanted = np.where(number > 0, 0.2**number * 0.8 ** (5 - number), 0.0)
    wanted = count * wanted / wanted.sum()
    assert found[0] == 0
    # χ² with 30 degrees of freedom lies below 59.7 with probability .999.
    assert ((found[1:] - wanted[1:]) ** 2 / wanted[1:]).sum() < 59.7


def test_features_that_are_on_are_uniform():
    values = points_of(FiniteFeatures(features=5, density=0.2, points=20_000, normalized=False))
    values = np.sort(values[values > 0])
    gap = np.abs(values - np.linspace(0, 1, len(values))).max()
    assert gap < 1.95 / np.sqrt(len(values))  # Kolmogorov's bound at .001


def test_predicting_nothing_costs_one_for_each_point():
    task = FiniteFeatures(features=20, density=0.1, points=7)
    batch = task.draw(Scene((), {"points": points_of(task)}), stream(0, "data"), 7)
    np.testing.assert_allclose(task.error(np.zeros((7, 20)), batch), 1, rtol=1e-5)


def test_training_needs_no_luck_but_the_start_and_lowers_the_error():
    task = FiniteFeatures(features=6, density=0.4, points=4)
    shape = {
        "network": Tied(features=6, hidden=2),
        "optimizer": Adam(lr=0.03),
        "steps": 30,
        "batch_size": 4,
        "validate_every": 0,
    }
    seeds = (Seed(0, 0, 5), Seed(0, 1, 5), Seed(1, 0, 5))
    grown = train_members(Experiment(task=task, **shape), tuple(Member(seed) for seed in seeds))
    weight = grown.params["weight"]
    np.testing.assert_array_equal(weight[0], weight[1])  # the data stream decides nothing
    assert np.abs(weight[0] - weight[2]).max() > 1e-3
    assert (grown.history.records["error"][:, -1] < grown.history.records["error"][:, 0]).all()


def test_a_batch_of_another_size_is_refused():
    task = FiniteFeatures(features=6, density=0.4, points=4)
    experiment = Experiment(
        task=task, network=Tied(features=6, hidden=2), optimizer=Adam(lr=0.1), steps=3, batch_size=64
    )
    with pytest.raises(DoesNotFit, match=r"all of its 4 points .* batch_size=4"):
        train_members(experiment, (Member(Seed.of(0)),))


@pytest.mark.parametrize("fields", [{"density": 0.0}, {"density": 1.5}, {"points": 0}, {"features": 0}])
def test_what_cannot_be_is_refused(fields):
    with pytest.raises(BadValue, match=f"FiniteFeatures.{next(iter(fields))}"):
        FiniteFeatures(**fields)


def test_it_is_read_back_from_its_description():
    task = FiniteFeatures(points=30, normalized=False)
    assert rebuild(describe(task)) == task

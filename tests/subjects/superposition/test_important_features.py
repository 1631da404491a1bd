"""The task of important features: its laws, its moments by hand, and what it refuses."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.streams import stream
from tropism.core import Dial, Scene
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.superposition import ImportantFeatures
from tropism.values import describe, rebuild, replaced

SIZE = 40_000


def drawn(task, *, size=SIZE, seed=0):
    return jax.jit(lambda key: task.draw(Scene((), ()), key, size))(stream(seed, "data"))


def close_to(share, wanted, *, count=SIZE):
    return np.all(np.abs(share - wanted) < 5 * np.sqrt(np.maximum(wanted * (1 - np.asarray(wanted)), 1e-9) / count))


@pytest.mark.parametrize("density", [0.0, 0.01, 0.3, 1.0])
def test_features_are_on_as_often_as_asked_and_uniform_then(density):
    values = np.asarray(drawn(ImportantFeatures(features=4, density=density)).inputs, np.float64)
    on = values > 0
    assert close_to(on.mean(axis=0), density)
    assert values.max() < 1
    if density:
        shown = values[on]  # mean 1/2, variance 1/12, fourth moment about zero 1/5
        assert abs(shown.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / len(shown))
        assert abs((shown**4).mean() - 1 / 5) < 5 * np.sqrt((1 / 9 - 1 / 25) / len(shown))
        between = np.corrcoef(on.T) if density < 1 else np.corrcoef(values.T)
        assert np.abs(between - np.eye(4)).max() < 5 / np.sqrt(SIZE)


def test_the_last_feature_may_have_a_density_of_its_own():
    task = ImportantFeatures(features=3, density=0.4, last_density=0.5)
    np.testing.assert_allclose(task.densities(), [0.4, 0.4, 0.2], rtol=1e-6)
    assert close_to((np.asarray(drawn(task).inputs) > 0).mean(axis=0), np.array([0.4, 0.4, 0.2]))
    np.testing.assert_allclose(ImportantFeatures(features=2, density=0.8, last_density=2).densities(), [0.8, 1.0])


def test_a_correlated_set_is_on_together_with_values_of_its_own():
    task = ImportantFeatures(features=6, density=0.3, sets="correlated", set_size=3)
    values = np.asarray(drawn(task).inputs, np.float64).reshape(-1, 2, 3)
    on = values > 0
    assert (on.all(axis=2) | ~on.any(axis=2)).mean() > 0.9999  # a value may be zero
    assert close_to(on.mean(axis=0), 0.3)
    assert abs(np.corrcoef(on[:, 0, 0], on[:, 1, 0])[0, 1]) < 0.03
    both = values[on[:, 0].all(axis=1), 0]
    assert np.abs(np.corrcoef(both.T) - np.eye(3)).max() < 5 / np.sqrt(len(both))


def test_an_anti_correlated_set_has_one_member_on_or_none():
    task = ImportantFeatures(features=4, density=0.3, sets="anti-correlated", set_size=2)
    on = np.asarray(drawn(task).inputs).reshape(-1, 2, 2) > 0
    assert on.sum(axis=2).max() == 1
    assert close_to(on.any(axis=2).mean(axis=0), 0.3)
    assert close_to(on.mean(axis=0), 0.15)
    np.testing.assert_allclose(task.densities(), 0.15, rtol=1e-6)


@pytest.mark.parametrize("sets", ["independent", "correlated", "anti-correlated"])
def test_magnitudes_are_wanted_of_values_with_signs(sets):
    task = ImportantFeatures(features=4, density=0.5, sets=sets, set_size=1 if sets == "independent" else 2, aim="abs")
    batch = drawn(task)
    values = np.asarray(batch.inputs, np.float64)
    np.testing.assert_array_equal(np.abs(batch.inputs), batch.targets)
    shown = values[values != 0]
    assert abs(shown.mean()) < 5 * np.sqrt(1 / 3 / len(shown))
    assert abs((shown**2).mean() - 1 / 3) < 5 * np.sqrt((1 / 5 - 1 / 9) / len(shown))


def test_the_error_weighs_each_feature_by_its_importance():
    task = ImportantFeatures(features=3, ratio=0.5, last_importance=8.0)
    np.testing.assert_allclose(task.importances(), [1, 0.5, 2], rtol=1e-6)
    batch = drawn(task, size=4)
    off = jnp.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(task.error(batch.targets + off, batch), 1 + 0.5 * 4 + 2 * 9, rtol=1e-5)


def test_a_dial_and_its_number_weigh_alike():
    held = ImportantFeatures(ratio=Dial(0.9), density=Dial(0.2), last_density=Dial(0.5), last_importance=Dial(2.0))
    plain = ImportantFeatures(ratio=0.9, density=0.2, last_density=0.5, last_importance=2.0)
    np.testing.assert_array_equal(held.importances(), plain.importances())
    np.testing.assert_array_equal(drawn(held, size=64).inputs, drawn(plain, size=64).inputs)
    assert held.key() == plain.key()


@pytest.mark.parametrize("sets", ["independent", "correlated", "anti-correlated"])
def test_a_draw_is_the_same_alone_and_in_company(sets):
    size = 1 if sets == "independent" else 2
    asked = jnp.linspace(0.01, 1, 7)

    def draw(density):
        task = replaced(ImportantFeatures(features=6, sets=sets, set_size=size), density=density, last_density=0.5)
        return task.draw(Scene((), ()), stream(4, "data"), 33).inputs

    together = jax.jit(jax.vmap(draw))(asked)
    for row, density in enumerate(asked):
        np.testing.assert_array_equal(together[row], jax.jit(draw)(density))


def test_predicting_zero_costs_what_it_must():
    # By the second moment of a uniform number: Σ_i I_i p_i / 3.
    task = ImportantFeatures(features=5, density=0.3, ratio=0.9, last_density=0.5, last_importance=3.0)
    batch = drawn(task)
    wanted = float((task.importances() * task.densities()).sum() / 3)
    errors = np.asarray(task.error(jnp.zeros_like(batch.targets), batch), np.float64)
    assert abs(errors.mean() - wanted) < 5 * errors.std() / np.sqrt(SIZE)


def test_validation_has_examples_of_its_own():
    task = ImportantFeatures(held_out=16)
    one, other = (task.validation_batch(Scene((), ()), stream(seed, "data")) for seed in (0, 1))
    assert one.inputs.shape == (16, 5)
    assert not np.array_equal(one.targets, other.targets)


@pytest.mark.parametrize(
    ("fields", "kind", "named"),
    [
        ({"sets": "corelated"}, UnknownName, "correlated"),
        ({"aim": "absolute"}, UnknownName, "abs"),
        ({"features": 0}, BadValue, "ImportantFeatures.features"),
        ({"held_out": 0}, BadValue, "ImportantFeatures.held_out"),
        ({"set_size": 2, "features": 4}, DoesNotFit, "independent"),
        ({"sets": "correlated", "set_size": 3}, DoesNotFit, "sets of 3"),
        ({"features": 2.5}, BadValue, "features"),
    ],
)
def test_what_cannot_be_is_refused(fields, kind, named):
    with pytest.raises(kind, match=named):
        ImportantFeatures(**fields)


def test_a_description_comes_back():
    task = ImportantFeatures(features=4, density=0.05, ratio=0.9, sets="correlated", set_size=2)
    assert rebuild(describe(task)) == task

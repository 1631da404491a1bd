"""The task of capacity: its moments, its kurtosis by density, and its draws."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.streams import stream
from tropism.core import Scene
from tropism.core.dial import with_dials
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.superposition import SquaredFeatures
from tropism.subjects.superposition.squares import AMPLITUDES
from tropism.values import describe, rebuild


def drawn(task, size=200_000, seed=0):
    return jax.jit(lambda key: task.draw(Scene((), ()), key, size))(stream(seed, "data"))


@pytest.mark.parametrize("amplitudes", AMPLITUDES)
@pytest.mark.parametrize("density", [1.0, 0.5, 0.09])
def test_features_have_mean_zero_variance_one_and_the_kurtosis_that_stands_beside_the_density(amplitudes, density):
    task = SquaredFeatures(features=2, density=density, amplitudes=amplitudes)
    x = np.asarray(drawn(task).inputs, np.float64)
    for power, wanted in ((1, 0.0), (2, 1.0), (4, task.kurtosis())):
        moments = x**power
        error = moments.std() / np.sqrt(moments.size)
        assert abs(moments.mean() - wanted) <= 4 * error + 1e-6
    together = x[:, 0] * x[:, 1]
    assert abs(together.mean()) < 4 / np.sqrt(len(x))
    assert abs((x[:, 0] != 0).mean() - density) < 4 * np.sqrt(density / len(x))


def test_kurtosis_by_density_is_the_closed_form():
    # Moments of uniform numbers in ±√(3/p), on a share p: p · (9/p²) / 5; of two points: p · 1/p².
    assert SquaredFeatures(density=0.3).kurtosis() == pytest.approx(6)
    assert SquaredFeatures(density=0.5, amplitudes="two-point").kurtosis() == pytest.approx(2)
    assert SquaredFeatures().kurtosis(1.0) == pytest.approx(1.8)
    for amplitudes in AMPLITUDES:
        task = SquaredFeatures(amplitudes=amplitudes)
        for kurtosis in (2.0, 6.0, 20.0):
            assert task.kurtosis(task.density_for(kurtosis)) == pytest.approx(kurtosis)


def test_what_is_wanted_is_the_weighted_sum_of_squares():
    task = SquaredFeatures(values=(1, 0.8, 0.5))
    batch = drawn(task, size=64)
    wanted = np.asarray(batch.inputs) ** 2 @ np.array([1, 0.8, 0.5])
    assert batch.targets.shape == (64, 1)
    np.testing.assert_allclose(batch.targets[:, 0], wanted, rtol=1e-5)
    np.testing.assert_allclose(task.error(batch.targets + 2, batch), 4, rtol=1e-5)
    np.testing.assert_allclose(SquaredFeatures(features=4, ratio=0.5).weights(), [1, 0.5, 0.25, 0.125])


@pytest.mark.parametrize("amplitudes", AMPLITUDES)
def test_inputs_are_the_same_bits_alone_and_in_company(amplitudes):
    task = SquaredFeatures(amplitudes=amplitudes)

    def inputs(density, key):
        return with_dials(task, "task", {"task.density": density}).draw(Scene((), ()), key, 50).inputs

    densities = jnp.array([0.1, 0.3, 0.9])
    keys = jnp.stack([stream(seed, "data") for seed in range(3)])
    together = jax.jit(jax.vmap(inputs))(densities, keys)
    for row, density in enumerate(densities):
        np.testing.assert_array_equal(together[row], jax.jit(inputs)(density, keys[row]))


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"amplitudes": "normal"}, UnknownName, "two-point"),
        ({"features": 0}, BadValue, "SquaredFeatures.features is 0"),
        ({"held_out": 0}, BadValue, "SquaredFeatures.held_out"),
        ({"values": (1.0, 0.5)}, DoesNotFit, "3 features and 2 values"),
        ({"values": (1.0, 0.5, 0.0)}, BadValue, "above zero"),
        ({"values": (1.0, 0.5, 0.2), "ratio": 0.5}, DoesNotFit, "ratio must stay 1"),
    ],
)
def test_what_cannot_be_is_refused(fields, error, words):
    with pytest.raises(error, match=words):
        SquaredFeatures(**fields)


def test_a_kurtosis_that_no_density_gives_is_refused():
    with pytest.raises(BadValue, match=r"at least 1\.8"):
        SquaredFeatures().density_for(1.5)
    with pytest.raises(BadValue, match="density"):
        SquaredFeatures().kurtosis(0.0)


def test_a_description_comes_back():
    task = SquaredFeatures(values=(1, 0.8, 0.5), amplitudes="two-point", density=0.5)
    assert rebuild(describe(task)) == task

"""The superposition task: its laws, and the losses that can be worked out by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.arrays.streams import stream
from tropism.core import Adam, Experiment, Member, Scene, Seed
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import TwoLayer
from tropism.subjects.superposition import SparseFeatures
from tropism.training.tables import alike
from tropism.values import describe, rebuild

SIZE = 2048


def batch_of(task, *, size=SIZE, seed=0, world=None):
    world = jnp.zeros((task.features, task.width)) if world is None else world["directions"]
    world = (
        {"directions": world, "wanted": world}
        if task.aim != "re-projector"
        else jax.jit(lambda key: task.world((), key))(stream(seed, "world"))
    )
    room = task.capacity({"density": (task.density, task.density)}, size)
    return jax.jit(lambda key: task.draw(Scene((), world, room), key, size))(stream(seed, "data"))


def mean_square(task, **how):
    targets = np.asarray(batch_of(task, **how).targets, np.float64)
    sums = (targets**2).sum(axis=1)
    return sums.mean(), sums.std() / np.sqrt(len(sums))


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        # By the moments of uniform numbers: N ε / 3, and N (ε / 3 − ε² / 8) for differences of two draws of ε / 2; the
        # power law's from its clipped densities.
        ({"density": 1 / 64}, 512 / 64 / 3),
        ({"density": 1 / 4}, 512 / 4 / 3),
        ({"density": 1 / 64, "aim": "abs"}, 512 * (1 / 64 / 3 - (1 / 64) ** 2 / 8)),
        ({"density": 1 / 16, "aim": "abs"}, 10.417),
        ({"density": 1 / 64, "spread": "power-law"}, 2.4897),
        ({"density": 1 / 64, "spread": "power-law-kept"}, 512 / 64 / 3),
    ],
)
def test_predicting_zero_costs_what_it_must(fields, wanted):
    mean, error = mean_square(SparseFeatures(**fields))
    assert abs(mean - wanted) < 4 * error


def test_the_power_law_has_the_originals_densities():
    densities = np.asarray(SparseFeatures(spread="power-law").densities(1 / 64))
    # Source: computed from p_i = min(1, N ε i^-1.1 / Σ j^-1.1), Σ = 5.22610 for 512 features.
    np.testing.assert_allclose(densities[:5], [1, 0.7141, 0.4572, 0.3332, 0.2606], atol=5e-5)
    np.testing.assert_allclose(densities[511], 0.0016022, atol=5e-8)
    np.testing.assert_allclose(densities.sum(), 7.4692, atol=2e-4)


def test_a_kept_power_law_has_the_density_that_was_asked_for():
    for density in (1 / 256, 1 / 64, 1 / 16, 0.5):
        densities = np.asarray(SparseFeatures(spread="power-law-kept").densities(density))
        np.testing.assert_allclose(densities.mean(), density, rtol=1e-4)
        assert (np.diff(densities) <= 1e-6).all()
        assert densities.max() <= 1


@pytest.mark.parametrize("fields", [{"aim": "abs"}, {"spread": "power-law"}])
def test_room_grows_with_the_density_and_decides_no_draw(fields):
    task = SparseFeatures(**fields)
    world = {"directions": jnp.zeros((512, 64))}
    drawn = {}
    for highest in (1 / 64, 1 / 10):
        room = task.capacity({"density": (1 / 64, highest)}, 256)
        drawn[room] = jax.jit(lambda key, room=room: task.draw(Scene((), world, room), key, 256))(stream(3, "data"))
    (small, one), (large, other) = drawn.items()
    assert small.slots < large.slots
    np.testing.assert_array_equal(one.targets, other.targets)
    assert one.overflow == other.overflow == 0


def test_densities_are_the_same_alone_and_in_company():
    asked = jnp.linspace(1 / 256, 1 / 8, 8)
    for spread in ("uniform", "power-law", "power-law-kept"):
        densities = SparseFeatures(spread=spread).densities
        together = jax.jit(jax.vmap(densities))(asked)
        for row, density in enumerate(asked):
            np.testing.assert_array_equal(together[row], jax.jit(densities)(density), err_msg=spread)


def test_dense_data_take_coins_in_programs_of_their_own():
    assert SparseFeatures().capacity({"density": (0.1, 0.2)}, 64) is None
    assert SparseFeatures(aim="abs").capacity({"density": (0.1, 0.2)}, 64) is not None
    experiment = Experiment(
        task=SparseFeatures(features=32, width=4), network=TwoLayer(inputs=4, hidden=8, outputs=32),
        optimizer=Adam(lr=0.01), steps=1,
    )  # fmt: skip
    members = tuple(Member(Seed.of(0), (("task.density", density),)) for density in (0.05, 0.5, 0.1))
    assert alike(experiment, members) == [[members[0], members[2]], [members[1]]]


def test_too_little_room_is_counted():
    task = SparseFeatures()
    room = task.capacity({"density": (1 / 64, 1 / 64)}, 64)._replace(slots=4)
    scene = Scene((), {"directions": jnp.zeros((512, 64))}, room)
    assert jax.jit(lambda key: task.draw(scene, key, 64))(stream(1, "data")).overflow > 20


def test_directions_are_those_of_the_original():
    # Rows of a thin orthonormal basis, N = 512, m = 64: their cosines have the deviation sqrt((N/m − 1) / (N − 1)).
    task = SparseFeatures()
    directions = np.asarray(task.world((), stream(5, "world"))["directions"], np.float64)
    np.testing.assert_allclose(np.linalg.norm(directions, axis=1), 1, atol=1e-6)
    cosines = directions @ directions.T
    off = cosines[~np.eye(512, dtype=bool)]
    np.testing.assert_allclose(off.std(), np.sqrt(7 / 511), rtol=5e-3)
    spread = directions.T @ directions
    assert np.abs(np.diag(spread) - 8).max() < 0.35
    assert np.abs(spread - np.diag(np.diag(spread))).max() < 0.4


def test_inputs_are_projections_of_the_features():
    for aim in ("decoder", "abs"):
        task = SparseFeatures(features=40, width=8, aim=aim)
        world = task.world((), stream(2, "world"))
        batch = batch_of(task, size=64, world=world)
        assert batch.inputs.shape == (64, 8)
        if aim == "decoder":
            np.testing.assert_allclose(batch.inputs, batch.targets @ world["directions"], atol=1e-5)
        assert (batch.targets >= 0).all()


def test_the_re_projector_wants_another_projection():
    task = SparseFeatures(features=40, width=8, aim="re-projector", density=0.05)
    world = task.world((), stream(2, "world"))
    batch = batch_of(task, size=512, world=world)
    features = np.linalg.lstsq(np.hstack([world["directions"], world["wanted"]]).T,
                               np.hstack([batch.inputs, batch.targets]).T, rcond=None)[0]  # fmt: skip
    assert batch.targets.shape == (512, 8)
    assert task.output_width() == 8
    assert np.abs(world["directions"] - world["wanted"]).max() > 0.1
    assert features.shape == (40, 512)
    # Source: N (ε/3 − ε²/4) |d|² + (ε/2)² |Σ d|², for any directions of unit length.
    total = float(jnp.square(world["wanted"].sum(0)).sum())
    wanted = 40 * (0.05 / 3 - 0.05**2 / 4) + 0.025**2 * total
    mean, error = mean_square(task)
    assert abs(mean - wanted) < 4 * error


def test_the_error_is_a_sum_over_outputs():
    task = SparseFeatures(features=4, width=2)
    batch = batch_of(task, size=3)
    np.testing.assert_allclose(task.error(batch.targets + 1.0, batch), 4.0, rtol=1e-6)


def test_validation_has_examples_of_its_own():
    task = SparseFeatures(features=40, width=8, held_out=32)
    world = task.world((), stream(0, "world"))
    one, other = (task.validation_batch(Scene((), world), stream(seed, "data")) for seed in (0, 1))
    assert one.inputs.shape == (32, 8)
    assert not np.array_equal(one.targets, other.targets)


@pytest.mark.parametrize(
    ("fields", "kind", "named"),
    [
        ({"aim": "autoencoder"}, UnknownName, "aim"),
        ({"spread": "power_law"}, UnknownName, "power-law"),
        ({"features": 0}, BadValue, "SparseFeatures.features"),
        ({"held_out": 0}, BadValue, "SparseFeatures.held_out"),
        ({"width": 600}, DoesNotFit, "600"),
        ({"features": 512.5}, BadValue, "features"),
    ],
)
def test_what_cannot_be_is_refused(fields, kind, named):
    with pytest.raises(kind, match=named):
        SparseFeatures(**fields)


def test_a_description_comes_back():
    task = SparseFeatures(aim="abs", spread="power-law", density=0.01)
    assert rebuild(describe(task)) == task

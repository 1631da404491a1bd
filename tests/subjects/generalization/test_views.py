"""Digits in several views, to be given back."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from tropism.core import Batch, Scene
from tropism.errors import BadValue, UnknownName
from tropism.subjects.generalization import Views
from tropism.subjects.generalization.images.upsampling import cubic_weights, upsampled
from tropism.subjects.generalization.tasks.views import VIEWS, components


def rows_of(view):
    return Views(view=view).table().inputs.astype(float)


def test_larger_pictures_keep_what_is_even_and_what_is_straight():
    weights = cubic_weights(8, 16)
    np.testing.assert_allclose(weights.sum(1), 1)
    np.testing.assert_allclose((weights @ np.arange(8.0))[4:12], (np.arange(4, 12) + 0.5) / 2 - 0.5)
    assert upsampled(np.ones((1, 8, 8)), 16) == pytest.approx(np.ones((1, 16, 16)))


def test_a_turned_view_has_the_lengths_and_angles_of_the_larger_one():
    larger, turned = rows_of("larger")[:50], rows_of("turned")[:50]
    np.testing.assert_allclose(turned @ turned.T, larger @ larger.T, rtol=1e-5)
    assert abs(np.corrcoef(larger.ravel(), turned.ravel())[0, 1]) < 0.1


def test_a_coded_view_is_decided_by_the_components_and_is_no_linear_map_of_them():
    z, coded = components(rows_of("digits"), 8), rows_of("coded")
    np.testing.assert_allclose(z.T @ z / len(z), np.eye(8), atol=1e-9)
    features = np.concatenate([z, np.ones((len(z), 1))], axis=1)
    left = coded - features @ np.linalg.lstsq(features, coded, rcond=None)[0]
    assert 0.05 < np.square(left).sum() / np.square(coded - coded.mean(0)).sum() < 0.6
    assert np.linalg.matrix_rank(coded - coded.mean(0), tol=1e-3) <= 64  # neurons of the function


@pytest.mark.parametrize("view", VIEWS)
def test_who_answers_with_the_mean_picture_is_off_by_one(view):
    task = Views(view=view)
    pictures = task.table().inputs
    answer = jnp.broadcast_to(jnp.asarray(pictures.mean(0)), pictures.shape)
    error = task.error(answer, Batch(pictures, jnp.asarray(pictures)))
    assert float(error.mean()) == pytest.approx(1, abs=1e-4)


def test_all_views_have_one_order_and_what_is_shown_is_wanted():
    scenes = {}
    for view in ("digits", "larger"):
        task = Views(view=view, share=(0.8, 1.0))
        table = jax.tree.map(jnp.asarray, task.table())
        scenes[view] = (task, Scene(table, task.world(table, jax.random.key(3))))
    worlds = [np.asarray(scene.world) for _, scene in scenes.values()]
    np.testing.assert_array_equal(*worlds)
    task, scene = scenes["larger"]
    batch = task.validation_batch(scene, jax.random.key(0))
    np.testing.assert_array_equal(batch.inputs, batch.targets)
    assert batch.inputs.shape == (len(task), task.output_width()) == (359, 256)


@pytest.mark.parametrize(
    ("wrong", "error", "name"),
    [
        ({"view": "large"}, UnknownName, "larger"),
        ({"source": "digits"}, BadValue, "Views.source"),
        ({"latent": 65}, BadValue, "Views.latent"),
        ({"seed": -1}, BadValue, "Views.seed"),
    ],
)
def test_views_refuse_what_they_cannot_be(wrong, error, name):
    with pytest.raises(error, match=name):
        Views(**wrong)

"""Orientation tuning: gratings, curves, and indices whose values are known."""

import numpy as np
import pytest

from tropism.core import Adam, Experiment
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import members_of
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks import Convolutional
from tropism.subjects.generalization import Outlines
from tropism.subjects.generalization.measures import curve_correlation, gratings, orientation_curves, tuning_index

ANGLES = np.pi * np.arange(16) / 16


def test_an_index_is_0_for_a_flat_curve_1_for_one_angle_and_half_the_depth_of_a_cosine():
    flat, one, wave = np.ones(16), np.eye(16)[3], 2 + np.cos(2 * (ANGLES - 0.4))
    found = tuning_index(np.stack([flat, one, wave, np.zeros(16)], axis=1))
    np.testing.assert_allclose(found[:3], [0, 1, 0.25], atol=1e-12)  # depth 1 of 2, halved
    assert np.isnan(found[3])


def test_correlations_know_each_channel_again():
    curves = np.stack([np.cos(2 * ANGLES), np.sin(2 * ANGLES), np.ones(16)], axis=1)[None]
    found = curve_correlation(curves, 3 * curves[..., ::-1] + 1)[0]
    np.testing.assert_allclose(found[:2, 1:], [[0, 1], [1, 0]], atol=1e-12)
    assert np.isnan(found[2]).all()
    assert np.isnan(found[:, 0]).all()


def test_the_first_grating_lies_level_and_the_middle_one_upright():
    found = gratings(12, angles=16, phases=4).reshape(16, 4, 12, 12)
    assert np.ptp(found[0], axis=2).max() < 1e-6
    assert np.ptp(found[8], axis=1).max() < 1e-6
    assert 0 <= found.min() < 0.1
    assert 0.9 < found.max() <= 1
    assert found.mean() == pytest.approx(0.5, abs=0.02)
    with pytest.raises(BadValue, match=r"gratings\.angles"):
        gratings(12, angles=0)


def looking(kernels):
    """Networks of one convolution with these kernels."""
    network = Convolutional(size=12, channels=(len(kernels),), outputs=22)
    task = Outlines(count=1)
    experiment = Experiment(task=task, network=network, optimizer=Adam(lr=0.1), steps=1, batch_size=2)
    params = {
        "maps.0.weight": np.asarray(kernels, np.float32)[None, :, None],
        "maps.0.bias": np.zeros((1, len(kernels)), np.float32),
        "output.weight": np.zeros((1, 22, len(kernels), 36), np.float32),
        "output.bias": np.zeros((1, 22), np.float32),
    }
    none = np.zeros(0, int)
    return Ensemble(
        experiment=experiment, members=members_of([0]), params=params, history=History(none, {}, none, {}, {}),
        status=Status(np.full(1, -1), np.full(1, -1), ("",)), member_keys=("planted",),
    )  # fmt: skip


def test_a_channel_that_looks_for_level_stripes_prefers_them_and_a_sum_prefers_nothing():
    level = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]])
    ensemble = looking([level, level.T, np.ones((3, 3))])
    curves = orientation_curves(ensemble, "maps.0", gratings(12))
    assert curves.shape == (1, 16, 3)
    turned = (curves[0] * np.exp(2j * ANGLES)[:, None]).sum(axis=0)
    np.testing.assert_allclose(turned[:2] / np.abs(turned[:2]), [1, -1], atol=0.05)  # at 0° and at 90°
    np.testing.assert_allclose(curves[0, :, 0], np.roll(curves[0, :, 1], 8), atol=1e-5)  # one turned is the other
    tuned = tuning_index(curves)[0]
    assert tuned[2] < 0.05
    assert min(tuned[:2]) > 0.4


def test_what_has_no_square_of_positions_is_refused():
    ensemble = looking([np.ones((3, 3))])
    with pytest.raises(UnknownName, match=r"maps\.0"):
        orientation_curves(ensemble, "maps.1", gratings(12))
    with pytest.raises(DoesNotFit, match="output"):
        orientation_curves(ensemble, "output", gratings(12))
    with pytest.raises(DoesNotFit, match=r"maps\.0"):
        orientation_curves(ensemble, "maps.0", gratings(12), rim=3)

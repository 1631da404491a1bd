"""Features with a difference for each pair: what comes in, what is wanted, and what an error counts."""

import jax
import numpy as np
import pytest

from tropism.core import Adam, Batch, Experiment
from tropism.errors import BadValue
from tropism.networks import Residual
from tropism.subjects.features import PairedFeatures

DRAWN = PairedFeatures(features=6, density=0.25).draw(None, jax.random.key(0), 20_000)


def test_features_come_in_and_their_differences_are_wanted_besides():
    x, wanted = np.asarray(DRAWN.inputs), np.asarray(DRAWN.targets)
    np.testing.assert_array_equal(wanted[:, :6], x)
    for pair in range(3):
        np.testing.assert_array_equal(wanted[:, 6 + pair], np.abs(x[:, 2 * pair] - x[:, 2 * pair + 1]))


def test_features_are_on_by_coins_and_then_uniform():
    x = np.asarray(DRAWN.inputs)
    assert (x > 0).mean() == pytest.approx(0.25, abs=5 * np.sqrt(0.25 * 0.75 / x.size))
    on = x[x > 0]
    assert on.mean() == pytest.approx(0.5, abs=5 * np.sqrt(1 / 12 / on.size))
    assert on.var() == pytest.approx(1 / 12, rel=0.03)  # of 30,000 numbers
    both = (x[:, 0] > 0) & (x[:, 1] > 0)
    assert both.mean() == pytest.approx(0.0625, abs=5 * np.sqrt(0.0625 / 20_000))


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.5])
def test_an_error_in_a_difference_counts_as_much_as_is_said(weight):
    task = PairedFeatures(features=4, weight=weight)
    targets = np.zeros((3, 6), np.float32)
    output = np.array([[2.0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 3.0, 0], [0, 0, 0, 1.0, 1.0, 1.0]], np.float32)
    found = task.error(output, Batch(targets[:, :4], targets))
    np.testing.assert_allclose(found, [4.0, 9 * weight, 1 + 2 * weight], rtol=1e-6)


def test_it_has_half_as_many_outputs_more_and_refuses_odd_features():
    assert (PairedFeatures(features=8).input_width(), PairedFeatures(features=8).output_width()) == (8, 12)
    for features in (0, 3):
        with pytest.raises(BadValue, match="an even number"):
            PairedFeatures(features=features)
    task, network = PairedFeatures(features=4, density=1.5), Residual(inputs=4, outputs=6, width=3, hidden=2)
    with pytest.raises(BadValue, match=r"in \[0, 1\]"):
        Experiment(task=task, network=network, optimizer=Adam(lr=0.1), steps=1)

"""Losses train networks in the engine."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from probe import Readout, grown
from tropism.arrays.answers import cross_entropy
from tropism.arrays.streams import integers
from tropism.core import Adam, Batch, Choice, Experiment, Member, Seed, Task
from tropism.losses import Ascent, CrossEntropy, SquaredOneHot, StableMax, Uniform
from tropism.optimizers import SGD

MEMBERS = (Member(Seed.of(0)), Member(Seed.of(1)))


@dataclass(frozen=True, kw_only=True)
class Doubled(Task):
    """Twice a number below 5, modulo 5; of 8 outputs the last three are never legal."""

    def input_width(self):
        return 5

    def draw(self, scene, key, size):
        numbers = integers(key, (size,), 5)
        low = jnp.zeros_like(numbers)
        return Batch(jax.nn.one_hot(numbers, 5), Choice(numbers * 2 % 5, low, low + 5))

    def error(self, output, batch):
        return cross_entropy(output, batch.targets.right)


def trained(loss, optimizer, members=MEMBERS):
    """What was measured while training: arrays of members and steps."""
    experiment = Experiment(
        task=Doubled(), network=Readout(inputs=5, hidden=16, outputs=8), optimizer=optimizer, loss=loss, steps=150,
        batch_size=16,
    )  # fmt: skip
    return grown(experiment, members).harvest().history.records


@pytest.mark.parametrize(
    ("loss", "low", "error"),
    [
        (CrossEntropy(over="legal"), 0.05, (0.0, np.inf)),  # outputs beyond the fifth cost nothing
        (StableMax(), 1.0, (0.0, 1.0)),
        (SquaredOneHot(), 0.01, (0.0, 1.5)),
        (Uniform(), np.log(5) + 0.01, (np.log(5) - 0.01, np.inf)),
    ],
    ids=repr,
)
def test_a_network_comes_to_lower_its_loss(loss, low, error):
    records = trained(loss, Adam(lr=0.03))
    assert (records["loss"][:, -1] < low).all()
    assert (records["loss"][:, -1] < records["loss"][:, 0]).all()
    assert (records["error"][:, -1] >= error[0]).all()
    assert (records["error"][:, -1] <= error[1]).all()


def test_ascent_ends_at_its_margin_which_members_may_have_of_their_own():
    own = tuple(Member(Seed.of(0), (("loss.margin", margin),)) for margin in (0.5, 3.0))
    error = trained(Ascent(), SGD(lr=0.1), own)["error"][:, -1]
    for found, margin in zip(error, (0.5, 3.0), strict=True):
        assert np.log(8) + margin < found < np.log(8) + margin + 2.0  # where nothing pulls: only what moved it there

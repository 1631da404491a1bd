"""LR1 at three batch sizes: 512 sparse features through 64 dimensions, 1,024 ReLU neurons, LAMB. No JAX until asked.

Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169, row LR1 of Table 1 at its highest rate.
"""

from __future__ import annotations

from dataclasses import replace

from tropism.core import Experiment
from tropism.core.member import Member
from tropism.core.sweep import members_in
from tropism.subjects.superposition.table_one import sweeps_of

RATE = 0.03
BATCHES = (128, 256, 8192)
"""Examples a step: the refactor's default, its data generation's, and the paper's."""

FLOPS = 4 * 64 * 1024 + 6 * 1024 * 512
"""Necessary for an example: four products with hidden weights (2 · 64 · 1024 twice), three with output weights."""


def experiment_at(batch: int, steps: int | None = None) -> Experiment:
    """LR1 at laptop scale; with `steps`, shorter and without its snapshots."""
    row = sweeps_of("LR1")[0].experiment
    assert isinstance(row, Experiment)
    found = replace(row, batch_size=batch)
    return found if steps is None else replace(found, steps=steps, snapshots=())


def members_at(experiment: Experiment, seeds: range) -> tuple[Member, ...]:
    """Members that learn at `RATE`."""
    return members_in(experiment, seeds, [(("optimizer.lr", RATE),)])

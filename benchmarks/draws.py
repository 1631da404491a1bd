"""Hands our draws to the peers: start parameters, batches, labels and the dials' numbers, as one file.

The engine's own functions draw, so a peer that reads the file trains on what our first member sees, number for number.
"""

from __future__ import annotations

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from tropism.arrays.streams import fold
from tropism.core import Batch, Experiment, Member
from tropism.core.batch import Scene
from tropism.core.member import members_of
from tropism.training.growth import Growth
from tropism.training.streams import at_step, streams_of

_SEARCHED = 4096


def first_seed(experiment: Experiment) -> int:
    """The smallest seed whose first batch bears every label; otherwise the first gradient would not show all terms."""
    drawn = _batches(experiment, members_of(range(_SEARCHED)), jnp.zeros(1, jnp.int32))
    borne = np.stack([np.asarray(labels[:, 0].any(axis=-1)) for labels in drawn.labels.values()])
    return int(np.flatnonzero(borne.all(axis=0))[0])


def export(experiment: Experiment, member: Member, path: Path) -> None:
    """Write what one member sees in its whole training."""
    drawn = _batches(experiment, (member,), jnp.arange(experiment.length, dtype=jnp.int32))
    arrays = {"colors": np.asarray(drawn.inputs[0])}
    arrays |= {f"label/{name}": np.asarray(borne[0]) for name, borne in drawn.labels.items()}
    start, _ = Growth(experiment, (member,)).checkpoint()
    prefix = "state/params.network."
    arrays |= {f"start/{n.removeprefix(prefix)}": a[0] for n, a in start.items() if n.startswith(prefix)}
    table = experiment.table(())
    for place, address in enumerate(experiment.dials()):
        arrays[f"dial/{address}"] = np.asarray(table[:, place], np.float64)
    shape = {"latent": experiment.network.latent, "depth": experiment.network.depth}  # type: ignore[attr-defined]
    np.savez(path, shape=np.array(json.dumps(shape)), **arrays)


def _batches(experiment: Experiment, members: tuple[Member, ...], steps: jax.Array) -> Batch:
    """What members see, `[E, T, B, ...]`, drawn as the engine draws it."""
    streams = streams_of(members)
    task = experiment.task
    table = jax.tree.map(jnp.asarray, task.table())

    def one(data: jax.Array, world: jax.Array, step: jax.Array) -> Batch:
        scene = Scene(table, task.world(table, world))
        return task.draw(scene, fold(at_step(data, step), "batch"), experiment.batch_size)

    over_steps = jax.vmap(one, in_axes=(None, None, 0))
    return jax.jit(jax.vmap(over_steps, in_axes=(0, 0, None)))(streams.data, streams.world, steps)

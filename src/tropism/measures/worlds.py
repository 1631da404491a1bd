"""What members are asked where each lives in a world of its own: their own splits of a task's examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tropism.core import Batch, Member, Scene, Task
from tropism.errors import DoesNotFit
from tropism.measures.examples import Examples


def in_their_worlds(task: Task, members: Sequence[Member], *, most: int | None = None) -> Examples:
    """A task's validation examples in each member's own world, with the right outputs as classes, `[E, B, …]`.

    Args:
        most: How many at most, the first ones; where a world puts them in an order, that is a draw.

    Raises:
        DoesNotFit: A task without validation examples, or one whose answers are not one of several outputs.
    """
    import jax
    import jax.numpy as jnp

    from tropism.arrays.streams import stream

    table = jax.tree.map(jnp.asarray, task.table())

    def asked(seed: jax.Array) -> Batch | None:
        world = task.world(table, stream(seed, "world"))
        batch = task.validation_batch(Scene(table, world), stream(seed, "data"))
        return None if batch is None else batch._replace(parts=())

    batch = jax.jit(jax.vmap(asked))(np.array([member.seed.world for member in members], np.uint32))
    if batch is None or not hasattr(batch.targets, "right"):
        raise DoesNotFit(f"{type(task).__name__} has no examples whose answers are one of several outputs.")
    right, low, high = (np.asarray(each)[:, :most] for each in batch.targets)
    return Examples(np.asarray(batch.inputs)[:, :most], right, ends=(low, high))

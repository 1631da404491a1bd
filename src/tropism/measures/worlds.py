"""What members are asked where each lives in a world of its own: their own splits of a task's examples."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int

from tropism.core import Batch, Member, Scene, Task
from tropism.errors import DoesNotFit
from tropism.measures.examples import Examples

if TYPE_CHECKING:
    import jax

_MOST_TYPES = 1 << 16


def in_their_worlds(task: Task, members: Sequence[Member], *, most: int | None = None) -> Examples:
    """A task's validation examples in each member's own world, with the right outputs as classes, `[E, B, …]`.

    They are those that training looks at. An example's type, for a probe's control task, is its first token where
    inputs are tokens; elsewhere alike inputs are of one type, by a hash of 16 bits.

    Args:
        most: How many at most, the first ones; where a world puts them in an order, that is a draw.

    Raises:
        DoesNotFit: A task without validation examples, or one whose answers are not one of several outputs.
    """
    batch = _asking(task)(np.array([member.seed.world for member in members], np.uint32))
    if batch is None or not hasattr(batch.targets, "right"):
        raise DoesNotFit(f"{type(task).__name__} has no examples whose answers are one of several outputs.")
    right, low, high = (np.asarray(each)[:, :most] for each in batch.targets)
    inputs = np.asarray(batch.inputs)[:, :most]
    return Examples(inputs, right, types_of(inputs, tokens=task.num_tokens() is not None), ends=(low, high))


def types_of(inputs: np.ndarray, *, tokens: bool) -> Int[np.ndarray, "E B"]:
    """Of which type each input is: the first of its tokens, or a hash of all of it."""
    if tokens:
        return inputs.reshape(*inputs.shape[:2], -1)[..., 0].astype(int)
    rows = np.ascontiguousarray(inputs.reshape(inputs.shape[0] * inputs.shape[1], -1))
    return np.array([zlib.crc32(row.tobytes()) % _MOST_TYPES for row in rows]).reshape(inputs.shape[:2])


@functools.lru_cache(maxsize=64)
def _asking(task: Task) -> Callable[[np.ndarray], Batch | None]:
    """From worlds to their validation examples, compiled once a task."""
    import jax

    from tropism.arrays.placing import placed
    from tropism.arrays.streams import stream

    table = placed(task.table())

    def asked(seed: jax.Array) -> Batch | None:
        world = task.world(table, stream(seed, "world"))
        batch = task.validation_batch(Scene(table, world), stream(seed, "data"))
        return None if batch is None else batch._replace(parts=())

    return jax.jit(jax.vmap(asked))

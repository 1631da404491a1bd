"""Held-out examples: each member's own, of its own world and densities, from a stream that nothing trains on."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.batch import Batch, Scene
from tropism.core.dial import with_dials
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit
from tropism.values import replaced

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

CHUNK = 2048
"""Examples that are held at once."""


class Examples(NamedTuple):
    """Some examples.

    Attributes:
        batch: Inputs and targets.
        features: The features that they were made of, with their signs.
    """

    batch: Batch
    features: Float[np.ndarray, "B N"]


def held_out(ensemble: Ensemble, row: int, *, examples: int) -> Iterator[Examples]:
    """A member's held-out examples, a chunk at a time; fewer are the first of more.

    Dials of the task have the numbers that they had at the end of training. Members of one seed and one setting see
    the same examples.

    Raises:
        DoesNotFit: A task without features, or without examples to be held out.
        BadValue: Fewer than two examples.
    """
    import jax

    if examples < 2:
        raise BadValue("examples", examples, "at least 2")
    task, seed = features_task(ensemble), ensemble.members[row].seed
    numbers = _numbers(ensemble, row)
    world, draw = _world_maker(task)(np.uint32(seed.world)), _drawer(task, CHUNK)
    for number, start in enumerate(range(0, examples, CHUNK)):
        made = draw(numbers, world, np.uint32(seed.data), np.uint32(number))
        yield jax.tree.map(lambda item, left=examples - start: np.asarray(item)[:left] if item.ndim else item, made)


def task_of_member(ensemble: Ensemble, row: int) -> Task:
    """The task with the numbers that a member's dials had at the end of training."""
    return with_dials(features_task(ensemble), "task", _numbers(ensemble, row))


def features_task(ensemble: Ensemble) -> Task:
    """The ensemble's task, whose examples are made of features.

    Raises:
        DoesNotFit: Another task.
    """
    task = ensemble.experiment.task
    if not (hasattr(task, "features") and hasattr(task, "held_out")):
        raise DoesNotFit(f"This measure wants a task of features, such as SparseFeatures, not {type(task).__name__}.")
    return task


def reads_features(ensemble: Ensemble) -> Task:
    """The ensemble's task, whose outputs are features.

    Raises:
        DoesNotFit: Another task, such as a re-projector's.
    """
    task = features_task(ensemble)
    if getattr(task, "aim", "same") == "re-projector" or task.output_width() != getattr(task, "features", None):
        raise DoesNotFit("This measure wants outputs that are features, which a re-projector's, for example, are not.")
    return task


def _numbers(ensemble: Ensemble, row: int) -> dict[str, np.float32]:
    """The last number of each of the task's dials."""
    experiment = ensemble.experiment
    last = experiment.table(ensemble.members[row].dials)[-1]
    pairs = zip(experiment.dials(), last, strict=True)
    return {address: np.float32(number) for address, number in pairs if address.startswith("task.")}


@functools.lru_cache(maxsize=16)
def _world_maker(task: Task) -> Callable[[Any], Any]:
    """Compiled: the number of a `world` stream -> what it decides."""
    import jax

    from tropism.arrays.streams import stream

    return jax.jit(lambda seed: task.world(task.table(), stream(seed, "world")))


@functools.lru_cache(maxsize=16)
def _drawer(task: Task, size: int) -> Callable[[Mapping[str, Any], Any, Any, Any], Examples]:
    """Compiled: (dials, world, the number of a `data` stream, which chunk) -> so many examples."""
    import jax
    import jax.numpy as jnp

    from tropism.arrays.streams import fold, stream

    def drawn(numbers: Mapping[str, Any], world: Any, seed: Any, chunk: Any) -> Examples:
        key = fold(stream(seed, "data"), "held-out examples", chunk)
        key = jax.lax.optimization_barrier(key)  # fused with the draws, the folding compiles for most of a minute
        asked = replaced(with_dials(task, "task", numbers), held_out=size)
        batch = asked.validation_batch(Scene(task.table(), world), key)
        assert batch is not None, "a task of features has examples to be held out"
        if not (isinstance(world, Mapping) and "directions" in world):
            return Examples(batch, batch.inputs)
        unseen = dict(world) | {"directions": jnp.eye(len(world["directions"]))}  # in which features are what comes in
        bare = asked.validation_batch(Scene(task.table(), unseen), key)
        assert bare is not None
        return Examples(batch, bare.inputs)

    return jax.jit(drawn)

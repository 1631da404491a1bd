"""Examples of the task that networks were trained on, which training never saw."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core import Batch, Ensemble, Scene, Task
from tropism.core.dial import dials_of, with_dials
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    import jax

CHUNK = 2048
"""Examples that are drawn at once."""


def fresh_examples(ensemble: Ensemble, row: int, count: int, *, purpose: str = "fresh") -> np.ndarray:
    """Inputs as a trained member saw them in the end, drawn of a purpose of their own, `[B, …]`.

    They follow from the member alone; fewer are the first of more. Where a task has few examples, they repeat.

    Args:
        purpose: Another purpose has other examples, for example `fit` and `test`.

    Raises:
        BadValue: No examples, or no such row.
        DoesNotFit: The task's inputs are no array, or its draw needs more room than it asks for.
    """
    if count < 1:
        raise BadValue("the count of fresh examples", count, "at least 1")
    if not 0 <= row < len(ensemble):
        raise BadValue("the row of fresh examples", row, f"from 0 to {len(ensemble) - 1}")
    experiment, member = ensemble.experiment, ensemble.members[row]
    numbers = _last(ensemble, row)
    draw = _drawer(_bare(experiment.task), experiment.task.capacity(_ends(numbers), CHUNK), purpose)
    seeds = np.uint32(member.seed.world), np.uint32(member.seed.data)
    batches = [draw(numbers, *seeds, np.uint32(number)) for number in range(-(-count // CHUNK))]
    if any(int(batch.overflow) for batch in batches):
        raise DoesNotFit(f"{type(experiment.task).__name__}: a draw of {CHUNK} examples needs more room than it has.")
    if not hasattr(batches[0].inputs, "shape"):
        raise DoesNotFit(f"{type(experiment.task).__name__} has inputs that are no array, but a tree of them.")
    return np.concatenate([np.asarray(batch.inputs) for batch in batches])[:count]


def validation_examples(ensemble: Ensemble, row: int) -> np.ndarray | None:
    """The inputs that training looked at without learning from them, at the dials' last numbers; `None` for none.

    Raises:
        DoesNotFit: The task's inputs are no array.
    """
    experiment, member = ensemble.experiment, ensemble.members[row]
    numbers = _last(ensemble, row)
    seeds = np.uint32(member.seed.world), np.uint32(member.seed.data)
    found = _looker(_bare(experiment.task), experiment.task.capacity(_ends(numbers), CHUNK))(numbers, *seeds)
    if found is None:
        return None
    if not hasattr(found, "shape"):
        raise DoesNotFit(f"{type(experiment.task).__name__} has inputs that are no array, but a tree of them.")
    return np.asarray(found)


def _last(ensemble: Ensemble, row: int) -> dict[str, float]:
    """What stood at the task's dials for a member in the end."""
    experiment = ensemble.experiment
    pairs = zip(experiment.dials(), experiment.table(ensemble.members[row].dials)[-1], strict=True)
    return {name: float(number) for name, number in pairs if name.startswith("task.")}


def _ends(numbers: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    return {name.removeprefix("task."): (number, number) for name, number in numbers.items()}


def _bare(task: Task) -> Task:
    """The task without a number at any dial, so that all settings share what was compiled."""
    return with_dials(task, "task", dict.fromkeys(dials_of(task, "task")))


@functools.lru_cache(maxsize=64)
def _looker(task: Task, capacity: Hashable) -> Callable[..., Any]:
    """Compiled: (dials, the numbers of a `world` and a `data` stream) -> validation inputs."""
    import jax

    from tropism.arrays.placing import placed
    from tropism.arrays.streams import fold, stream

    table = placed(task.table())

    def made(numbers: Mapping[str, Any], world: jax.Array, data: jax.Array) -> Any:
        asked = with_dials(task, "task", numbers)
        scene = Scene(table, asked.world(table, stream(world, "world")), capacity)
        key = jax.lax.optimization_barrier(fold(stream(data, "data"), "validation"))  # see `_drawer`
        batch = asked.validation_batch(scene, key)
        return None if batch is None else batch.inputs

    return jax.jit(made)


@functools.lru_cache(maxsize=64)
def _drawer(task: Task, capacity: Hashable, purpose: str) -> Callable[..., Batch]:
    """Compiled: (dials, the numbers of a `world` and a `data` stream, which chunk) -> a batch."""
    import jax

    from tropism.arrays.placing import placed
    from tropism.arrays.streams import fold, stream

    table = placed(task.table())

    def made(numbers: Mapping[str, Any], world: jax.Array, data: jax.Array, chunk: jax.Array) -> Batch:
        asked = with_dials(task, "task", numbers)
        scene = Scene(table, asked.world(table, stream(world, "world")), capacity)
        key = fold(stream(data, "data"), "fresh", purpose, chunk)
        key = jax.lax.optimization_barrier(key)  # fused with the draws, the folding compiles for most of a minute
        return asked.draw(scene, key, CHUNK)._replace(parts=())

    return jax.jit(made)

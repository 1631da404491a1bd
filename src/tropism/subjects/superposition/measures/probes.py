"""Probes: what each neuron answers to each feature alone."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import DoesNotFit
from tropism.subjects.superposition.measures.examples import features_task
from tropism.subjects.superposition.tasks import SparseFeatures

if TYPE_CHECKING:
    from jaxtyping import Array, PRNGKeyArray

    from tropism.core.ensemble import Ensemble


def worlds(ensemble: Ensemble) -> dict[str, Float[np.ndarray, "E N M"]]:
    """Each member's directions, made again from its `world` stream; `wanted` too, where there are such.

    Raises:
        DoesNotFit: An ensemble of another task.
    """
    from tropism.training.streams import streams_of

    made = _maker(task_of(ensemble))(streams_of(ensemble.members).world)
    return {name: np.asarray(directions) for name, directions in made.items()}


def responses(ensemble: Ensemble, *, amplitude: float = 1.0, site: str = "hidden") -> Float[np.ndarray, "E K N"]:
    """The value of every neuron where one feature alone is on, at `amplitude`: neurons in rows, features in columns.

    For the task `abs`, ask with a negative amplitude too. Such probes are cleaner than any example: on average several
    features are on at once. Source: adamjermyn/toy_model_interpretability, whose probes have amplitude 1.

    Raises:
        DoesNotFit: A task without features.
    """
    probes = amplitude * _alone(ensemble)
    return ensemble.listen(probes, (site,), apart=True)[1][site].swapaxes(1, 2)


def num_features(ensemble: Ensemble) -> int:
    """How many features the ensemble's task has.

    Raises:
        DoesNotFit: A task without features.
    """
    return int(features_task(ensemble).features)  # type: ignore[attr-defined]


def task_of(ensemble: Ensemble) -> SparseFeatures:
    """The ensemble's task.

    Raises:
        DoesNotFit: Another task.
    """
    task = ensemble.experiment.task
    if not isinstance(task, SparseFeatures):
        raise DoesNotFit(f"This measure wants networks trained on SparseFeatures, not on {type(task).__name__}.")
    return task


def _alone(ensemble: Ensemble) -> Float[np.ndarray, "E N M"]:
    """Each feature alone, at 1, as a member's network gets it: its direction, or the feature itself."""
    features = num_features(ensemble)
    if isinstance(ensemble.experiment.task, SparseFeatures):
        return worlds(ensemble)["directions"]
    return np.broadcast_to(np.eye(features, dtype=np.float32), (len(ensemble), features, features))


@functools.lru_cache(maxsize=64)
def _maker(task: SparseFeatures) -> Callable[[PRNGKeyArray], dict[str, Array]]:
    """The compiled function from streams to worlds, kept: snapshots of an ensemble share it."""
    import jax

    return jax.jit(jax.vmap(lambda key: task.world((), key)))

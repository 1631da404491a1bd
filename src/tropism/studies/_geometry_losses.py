"""What tiny networks cost on average over all their data, not over a sample, so that the best of several is known."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

import numpy as np
from jaxtyping import Float

from tropism.core.dial import with_dials
from tropism.core.ensemble import Ensemble
from tropism.errors import DoesNotFit

if TYPE_CHECKING:
    from tropism.subjects.superposition import ImportantFeatures

_BLOCK = 16
_MOST_PATTERNS = 300


def expected_losses(
    ensemble: Ensemble, *, points: int = 2048, instead: Mapping[str, float] | None = None
) -> Float[np.ndarray, "E"]:
    """The expected error of each network in float64; NaN for one that diverged.

    The loss is summed over every pattern of sets that can be on, times its probability; within a pattern it is
    averaged over Sobol points (Sobol 1967), the same for all networks. So networks are told apart, although a sample
    of the data would say as much about its own luck.

    Args:
        points: In each pattern.
        instead: Numbers of the task's dials, by address, on whose data networks are looked at instead of their own.

    Raises:
        DoesNotFit: More than 300 patterns.
    """
    weights, biases = ensemble.params["weight"], ensemble.params["bias"]
    found = np.full(len(ensemble), np.nan)
    for dials in dict.fromkeys(member.dials for member in ensemble.members):
        task = with_dials(ensemble.experiment.task, "task", {**_in_task(dials), **(instead or {})})
        rows = np.array([row for row, member in enumerate(ensemble.members) if member.dials == dials])
        rows = rows[ensemble.status.diverged_at[rows] < 0]
        found[rows] = _of_setting(cast("ImportantFeatures", task), weights[rows], biases[rows], points)
    return found


def _in_task(dials: tuple[tuple[str, float], ...]) -> dict[str, float]:
    return {address: number for address, number in dials if address.startswith("task.")}


def _of_setting(task: ImportantFeatures, weights: np.ndarray, biases: np.ndarray, points: int) -> np.ndarray:
    importances = np.asarray(task.importances(), np.float64)
    inputs, chances = _patterns(task, points)
    found = np.zeros(len(weights))
    for start in range(0, len(weights), _BLOCK):
        w, b = (item[start : start + _BLOCK].astype(np.float64) for item in (weights, biases))
        for x, chance in zip(inputs, chances, strict=True):
            output = np.maximum((x @ w.swapaxes(1, 2)) @ w + b[:, None], 0)
            found[start : start + _BLOCK] += chance * (((output - x) ** 2).mean(axis=1) @ importances)
    return found


def _patterns(task: ImportantFeatures, points: int) -> tuple[list[Float[np.ndarray, "P N"]], list[float]]:
    """For every pattern of features that may be on, inputs that stand for it, and how likely it is."""
    from scipy.stats.qmc import Sobol

    spread = Sobol(task.features, scramble=False).random(points) + 0.5 / points  # its first point is the corner
    choices = _choices(task)
    if math.prod(map(len, choices)) > _MOST_PATTERNS:
        raise DoesNotFit(f"Expected losses sum over patterns, and {task} has more than {_MOST_PATTERNS}.")
    inputs, chances = [], []
    for pattern in itertools.product(*choices):
        on = np.concatenate([mask for mask, _ in pattern])
        chances.append(math.prod(chance for _, chance in pattern))
        inputs.append(spread * on if on.any() else np.zeros((1, task.features)))
    return inputs, chances


def _choices(task: ImportantFeatures) -> list[list[tuple[np.ndarray, float]]]:
    """For each set, which of its members may be on together, and how likely that is."""
    size, alone = task.set_size, task.sets == "anti-correlated"
    found = []
    for density in np.asarray(task.densities(), np.float64)[::size]:
        ways = np.eye(size) if alone else np.ones((1, size))
        off = 1 - density * len(ways)
        found.append([(np.zeros(size), float(off)), *((way, float(density)) for way in ways)])
    return found

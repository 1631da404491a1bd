"""Losses on fresh examples, the same for all networks that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.batch import Scene
from tropism.core.dial import with_dials
from tropism.subjects.superposition import ImportantFeatures

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

FRESH, BLOCKS = 8192, 8


def fresh_losses(ensemble: Ensemble, density: float) -> Float[np.ndarray, "E"]:
    """Each network's mean error on fresh examples of a density, the same for all."""
    import jax

    from tropism.arrays.streams import fold, stream

    task = with_dials(ensemble.experiment.task, "task", {"task.density": density})
    assert isinstance(task, ImportantFeatures)
    drawn = jax.jit(lambda key: task.draw(Scene((), ()), key, FRESH))
    total = np.zeros(len(ensemble))
    for block in range(BLOCKS):
        batch = drawn(fold(stream(0, "fresh"), block))
        total += np.asarray(
            jax.vmap(lambda out, b=batch: task.error(out, b).mean())(ensemble(np.asarray(batch.inputs)))
        )
    return total / BLOCKS

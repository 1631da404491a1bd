"""How far two networks' weights moved."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def moved(before: Float[np.ndarray, "E ..."], after: Float[np.ndarray, "E ..."]) -> Float[np.ndarray, "E"]:
    """How far each network's weights went, as part of their length before: ‖Δ‖ / ‖W‖."""
    start, end = (each.reshape(len(each), -1).astype(np.float64) for each in (before, after))
    return np.linalg.norm(end - start, axis=1) / np.linalg.norm(start, axis=1)

"""Health: did training put the concept where it should be, alone there, with the colors still told apart?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.subjects.color.measures.color_sets import colors_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    axis_of,
    by_name,
    color_errors,
    latents,
    member_columns,
    table_of,
)
from tropism.subjects.color.named import rgb_of
from tropism.subjects.color.similarity import similarity_to

if TYPE_CHECKING:
    import polars

LEAK, ANCHOR, RECONSTRUCTION = 0.1, 0.3, 0.01
"""Above any of these a member is unhealthy. Source: z0u/sca2, ex-2.9.3, where healthy and failed runs lie far apart."""

FOREIGN = 0.01 ** (1 / 3)
"""Colors below this similarity to the anchor are foreign to it: for red, 337 of the 512 of an eight-level grid.

Source: z0u/sca2, ex-2.9.3: a similarity whose cube is below .01.
"""


def health(
    conditions: Conditions,
    *,
    anchor: str = "red",
    direction: Sequence[float] | None = None,
    site: str = "latent",
) -> polars.DataFrame:
    """Leak, anchor loss and reconstruction error, and which of them failed: a row a member and condition.

    Args:
        conditions: Ensembles by name, or one ensemble.
        anchor: The anchored color, by name.
        direction: Where it should sit; the site's first axis by default.
        site: Where.

    Returns:
        `member`, `seed`, `condition`, dials, and: `leak`, the mean of |z · direction| over the grid's foreign colors;
        `anchor_loss`, 1 − cos(latent of the anchor, direction); `reconstruction`, the mean squared error over the
        centers of the grid's cells and the cube's corners; `leak_ok`, `anchor_ok`, `reconstruction_ok`, `healthy`; and
        `failed`, the names of those that are not, with commas.

    Source: z0u/sca2, ex-2.9.3, whose validation points are the original's displaced centers instead.
    """
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        axis = axis_of(ensemble, direction, site)
        grid = colors_of(ensemble, "trained")
        foreign = grid[similarity_to(anchor, grid) < FOREIGN]
        leak = np.abs(latents(ensemble, foreign, site) @ axis).mean(-1)
        loss = 1 - cosines(latents(ensemble, rgb_of(anchor)[None], site), axis)[:, 0]
        error = color_errors(ensemble, colors_of(ensemble, "validation")).mean(-1)
        passed = {"leak": leak < LEAK, "anchor": loss < ANCHOR, "reconstruction": error < RECONSTRUCTION}
        failed = [", ".join(name for name, fine in passed.items() if not fine[row]) for row in range(len(ensemble))]
        parts.append(
            member_columns(ensemble, condition)
            | {"leak": leak, "anchor_loss": loss, "reconstruction": error}
            | {f"{name}_ok": fine for name, fine in passed.items()}
            | {"healthy": np.all(list(passed.values()), axis=0), "failed": failed}
        )
    return table_of(parts)


def cosines(vectors: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The cosine of vectors, `[..., D]`, to a unit axis, `[D]`; 0 for the zero vector."""
    length = np.linalg.norm(vectors, axis=-1)
    return (vectors @ axis) / np.where(length == 0, 1.0, length)

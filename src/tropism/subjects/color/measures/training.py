"""What training itself left behind: labels given, concept losses, and how the concept came to its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.errors import DoesNotFit
from tropism.subjects.color.measures.color_sets import colors_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    axis_of,
    by_name,
    latents,
    member_columns,
    table_of,
)
from tropism.subjects.color.measures.health import FOREIGN, cosines
from tropism.subjects.color.named import rgb_of
from tropism.subjects.color.similarity import similarity_to

if TYPE_CHECKING:
    import polars

_TALLY = "labels."


def label_counts(conditions: Conditions) -> polars.DataFrame:
    """How many labels were given over all of training: a row a member and condition.

    Returns:
        `member`, `seed`, `condition`, dials, and a column for each label and for `any`, whole numbers unless labels
        are soft.
    """
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        tallies = {
            name.removeprefix(_TALLY): np.asarray(values, dtype=float)
            for name, values in ensemble.history.tallies.items()
            if name.startswith(_TALLY)
        }
        parts.append(member_columns(ensemble, condition) | tallies)
    return table_of(parts)


def concept_losses(conditions: Conditions) -> polars.DataFrame:
    """The last look at validation examples: a row a member and condition, a column `val_…` for each that was measured.

    `val_error` is the reconstruction; a term with a label is measured at the prototypes of its concept.

    Raises:
        DoesNotFit: Nothing was looked at while training.
    """
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        looks = {
            f"val_{name}": seen[:, -1].astype(float)
            for name, seen in ensemble.history.validation.items()
            if seen.shape[1]
        }
        if not looks:
            raise DoesNotFit(f"concept_losses: the condition {condition!r} never looked at validation examples.")
        parts.append(member_columns(ensemble, condition) | looks)
    return table_of(parts)


def alignment(
    conditions: Conditions,
    *,
    concept: str | Sequence[Sequence[float]] | np.ndarray = "red",
    direction: Sequence[float] | None = None,
    site: str = "latent",
) -> polars.DataFrame:
    """How a concept came to a direction: a row a member, condition and snapshot, and one for the end.

    Args:
        conditions: Ensembles by name, or one ensemble, with snapshots.
        concept: A color's name, or RGB colors `[n, 3]` whose cosines are averaged.
        direction: The site's first axis by default.
        site: Where.

    Returns:
        `member`, `seed`, `condition`, dials, `step` (a snapshot is taken before that step's update), `alignment`, the
        cosine in [-1, 1], and `leak`, the mean |z · direction| of the grid's colors that are foreign to the concept.
    """
    wanted = rgb_of(concept)[None] if isinstance(concept, str) else np.atleast_2d(np.asarray(concept, dtype=float))
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        axis = axis_of(ensemble, direction, site)
        grid = colors_of(ensemble, "trained")
        likeness = np.max([similarity_to(color, grid) for color in wanted], axis=0)
        for step, then in stages(ensemble).items():
            beside = latents(then, grid[likeness < FOREIGN], site) @ axis
            parts.append(
                member_columns(ensemble, condition)
                | {
                    "step": [step] * len(ensemble),
                    "alignment": cosines(latents(then, wanted, site), axis).mean(-1),
                    "leak": np.abs(beside).mean(-1),
                }
            )
    return table_of(parts)


def stages(ensemble: Ensemble) -> dict[int, Ensemble]:
    """The members at each snapshot's step and, as the last, at the end."""
    found = {step: ensemble.at(step) for step in sorted(ensemble.snapshots)}
    return found | {ensemble.experiment.length: ensemble}

"""Damage: what an edit costs the color that it removes, and what it costs the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import DoesNotFit
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of, names_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    baseline_of,
    by_name,
    color_errors,
    member_columns,
    table_of,
)
from tropism.subjects.color.named import rgb_of
from tropism.subjects.color.similarity import similarity_to

if TYPE_CHECKING:
    import polars

GRAY_ERROR = 1 / 4
"""The error of mid gray given for a pure hue: what an emptied latent costs if the decoder falls back on its biases."""

RANDOM_ERROR = 1 / 3
"""The expected error of a color drawn evenly from the cube given for a pure hue.

Source: arXiv 2512.12469 gives this and `GRAY_ERROR` as points of reference; its best networks exceed both.
"""

_ROUNDING = 1e-9


def damage(
    conditions: Conditions,
    colors: ColorSet = "named",
    *,
    anchor: str = "red",
    baseline: str | None = None,
    unlike: float = 0.0,
) -> polars.DataFrame:
    """What a condition adds to errors, on the anchor itself and elsewhere: a row a member and condition.

    Args:
        conditions: Ensembles of the same members by name, or one ensemble.
        colors: The set whose others are looked at. Among the named colors twelve do not resemble red at all.
        anchor: The color that should suffer, by name.
        baseline: The condition compared with; the first if none is named.
        unlike: Colors at most this similar to the anchor are bystanders; those between it and 1 are neighbors.

    Returns:
        `member`, `seed`, `condition`, dials, and: `concept_mse` and `concept_added` at the anchor; `neighbors_added`,
        the mean over similar colors; `collateral_mean` and `collateral_max`, over bystanders; `collateral_worst`, the
        name of the bystander that suffers most; `bystanders`, how many there are.

    Source: "red damage" and "collateral" of z0u/sca2, there as mean errors, here as errors added.
    """
    named = by_name(conditions)
    reference = baseline_of(named, baseline)
    center = rgb_of(anchor)[None]
    parts: list[Columns] = []
    for condition, ensemble in named.items():
        shown = colors_of(ensemble, colors)
        likeness = similarity_to(anchor, shown)
        far, near = likeness <= unlike + _ROUNDING, (likeness > unlike + _ROUNDING) & (likeness < 1 - _ROUNDING)
        if not far.any():
            raise DoesNotFit(f"damage: no color of the set is at most {unlike:g} similar to {anchor}.")
        names = np.array(names_of(colors, shown))[far]
        own = color_errors(ensemble, center)[:, 0]
        added = color_errors(ensemble, shown) - color_errors(reference, shown)
        parts.append(
            member_columns(ensemble, condition)
            | {
                "concept_mse": own,
                "concept_added": own - color_errors(reference, center)[:, 0],
                "neighbors_added": added[:, near].mean(-1) if near.any() else np.full(len(ensemble), np.nan),
                "collateral_mean": added[:, far].mean(-1),
                "collateral_max": added[:, far].max(-1),
                "collateral_worst": np.where(np.isfinite(added).all(-1), names[added[:, far].argmax(-1)], ""),
                "bystanders": [int(far.sum())] * len(ensemble),
            }
        )
    return table_of(parts)

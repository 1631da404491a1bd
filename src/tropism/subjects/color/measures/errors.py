"""What every member makes of each color, and how much an edit added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.subjects.color.cubes import ColorCube
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of, hex_codes, names_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    baseline_of,
    by_name,
    color_errors,
    member_columns,
    table_of,
)
from tropism.subjects.color.measures.display_cubes import fine_cube
from tropism.subjects.color.named import nearest_name
from tropism.subjects.color.similarity import similarity_to

if TYPE_CHECKING:
    import polars


def error_by_color(
    conditions: Conditions, colors: ColorSet = "named", *, baseline: str | None = None, anchor: str = "red"
) -> polars.DataFrame:
    """The error of every member at each color: a row a member, condition and color.

    Args:
        conditions: Ensembles of the same members by name, or one ensemble.
        colors: A set's name, named colors, or RGB `[n, 3]`.
        baseline: The condition that the others are compared with; the first if none is named.
        anchor: The color that `similarity` is measured to.

    Returns:
        `member`, `seed`, `condition`, dials, `color` (its name or code), `hex`, `similarity` to the anchor in [0, 1],
        `mse` (mean over channels, in [0, 1]) and `added`, the error less the baseline's.
    """
    named = by_name(conditions)
    reference = baseline_of(named, baseline)
    parts: list[Columns] = []
    for condition, ensemble in named.items():
        shown = colors_of(ensemble, colors)
        errors = color_errors(ensemble, shown)
        members = len(ensemble)
        added = errors - (errors if ensemble is reference else color_errors(reference, shown))
        parts.append(
            member_columns(ensemble, condition, times=len(shown))
            | {
                "color": list(names_of(colors, shown)) * members,
                "hex": hex_codes(shown) * members,
                "similarity": np.tile(similarity_to(anchor, shown), members),
                "mse": errors.ravel(),
                "added": added.ravel(),
            }
        )
    return table_of(parts)


def error_extremes(conditions: Conditions, *, cube: ColorCube | None = None) -> polars.DataFrame:
    """The largest, the median and the mean error over a dense cube of colors: a row a member and condition.

    The cube is `fine_cube()` if none is given, of which every hue, saturation and value counts the same.

    Returns:
        `member`, `seed`, `condition`, dials, `max_mse`, `median_mse`, `mean_mse`, and `worst`, the name nearest to the
        color with the largest error; empty if not finite.

    Source: the loss cubes of z0u/ex-preppy, from Ex 2.2 on.
    """
    shown = (fine_cube() if cube is None else cube).colors.reshape(-1, 3)
    parts: list[Columns] = []
    for condition, ensemble in by_name(conditions).items():
        errors = color_errors(ensemble, shown)
        parts.append(
            member_columns(ensemble, condition)
            | {
                "max_mse": errors.max(-1),
                "median_mse": np.median(errors, axis=-1),
                "mean_mse": errors.mean(-1),
                "worst": [
                    nearest_name(shown[place]) if np.isfinite(one[place]) else ""
                    for one, place in zip(errors, errors.argmax(-1), strict=True)
                ],
            }
        )
    return table_of(parts)

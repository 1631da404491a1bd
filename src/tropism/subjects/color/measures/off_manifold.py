"""Off the manifold: how far an intervention takes latents from all those that colors produce."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import DoesNotFit
from tropism.subjects.color.cubes import cell_corners
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of, hex_codes, names_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    baseline_of,
    by_name,
    latents,
    member_columns,
    table_of,
)

if TYPE_CHECKING:
    import polars


def off_manifold(
    conditions: Conditions,
    colors: ColorSet = "named",
    *,
    baseline: str | None = None,
    levels: int = 20,
    site: str = "latent",
) -> polars.DataFrame:
    """How far latents lie from the nearest one of the baseline: a row a member, condition and color.

    Suppression on a sphere goes inside it and shortens latents; repulsion stays on the sphere, and may still end where
    no color lives. The baseline's own rows say how finely the reference covers its manifold.

    Args:
        conditions: Ensembles of the same members by name.
        colors: The colors looked at.
        baseline: The condition whose latents are the reference; the first if none is named.
        levels: The reference is an RGB grid of so many levels a channel.
        site: Where.

    Returns:
        `member`, `seed`, `condition`, dials, `color`, `hex`, `distance` to the nearest of the baseline's latents,
        `moved` from the baseline's own latent, and `norm`, the latent's length.
    """
    named = by_name(conditions)
    whole = baseline_of(named, baseline)
    reference = latents(whole, cell_corners(levels), site)
    parts: list[Columns] = []
    for condition, ensemble in named.items():
        shown = colors_of(ensemble, colors)
        after, before = latents(ensemble, shown, site), latents(whole, shown, site)
        if after.shape != before.shape:
            raise DoesNotFit(f"off_manifold: {condition!r} is {after.shape[-1]} wide there, {before.shape[-1]} before.")
        parts.append(
            member_columns(ensemble, condition, times=len(shown))
            | {
                "color": list(names_of(colors, shown)) * len(ensemble),
                "hex": hex_codes(shown) * len(ensemble),
                "distance": np.stack([_nearest(*pair) for pair in zip(after, reference, strict=True)]).ravel(),
                "moved": np.linalg.norm(after - before, axis=-1).ravel(),
                "norm": np.linalg.norm(after, axis=-1).ravel(),
            }
        )
    return table_of(parts)


def _nearest(points: Float[np.ndarray, "n D"], others: Float[np.ndarray, "m D"]) -> Float[np.ndarray, "n"]:
    """The distance of each point to the nearest of the others; NaN where either is not finite."""
    squares = (points**2).sum(-1)[:, None] + (others**2).sum(-1) - 2 * points @ others.T
    nearest = others[np.argmin(squares, axis=-1)]  # found by the quick form, then measured without its cancellation
    return np.linalg.norm(points - nearest, axis=-1)

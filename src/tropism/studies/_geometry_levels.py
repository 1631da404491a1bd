"""Features that are watched while they train: do their dimensionalities jump where the loss drops?"""

from __future__ import annotations

import numpy as np
import polars as pl
from jaxtyping import Bool, Float

from tropism.core.ensemble import Ensemble
from tropism.measures import dimensionality, norms
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_shapes import APART, DIGON, cosines
from tropism.subjects.superposition.measures.geometry import REPRESENTED, feature_directions

PART = 10
"""The first of so many parts of training is not looked at, and of the rest one in so many looks counts as a drop."""

ASIDE = 10
"""Looks on either side over which the median is a series' slow course."""


def level_tables(ensemble: Ensemble) -> dict[str, pl.DataFrame]:
    """Each feature's dimensionality and the expected loss on the way, and how the two go together: a row a seed."""
    steps = sorted(ensemble.snapshots)
    looks = [*(ensemble.at(step) for step in steps), ensemble]
    steps = [*steps, ensemble.experiment.length]
    dims = np.stack([dimensionality(feature_directions(each)) for each in looks], axis=1)
    losses = np.stack([expected_losses(each, points=512) for each in looks], axis=1)
    members, places = np.arange(len(ensemble)), np.arange(dims.shape[2])
    who, when = (each.ravel() for each in np.meshgrid(members, steps, indexing="ij"))
    features = pl.DataFrame(
        {
            "member": np.repeat(who, len(places)),
            "step": np.repeat(when, len(places)),
            "feature": np.tile(places, len(who)),
            "dimensionality": dims.ravel(),
        }
    )
    found = [_told(*each) for each in zip(dims, losses, feature_directions(ensemble), strict=True)]
    jumps = pl.DataFrame({"member": members, "seed": ensemble.seeds}).hstack(pl.DataFrame(found))
    return {
        "levels-jumps": jumps,
        "drawn-levels-features": features,
        "drawn-levels-losses": pl.DataFrame({"member": who, "step": when, "loss": losses.ravel()}),
    }


def coincidence(moved: Float[np.ndarray, "T"], fell: Float[np.ndarray, "T"]) -> tuple[float, float, float]:
    """How far one series jumps where the other does: the share in jumps, the same when shifted, and the shifts beaten.

    Of both only what exceeds the slow course counts, so that two series that merely slow down have nothing in common.
    The share is that of `moved` in the tenth of the looks in which `fell` exceeds its course most. The control shifts
    `moved` circularly by every number of looks; the second number is its mean, the third the part of the shifts that
    have a smaller share. NaN where one of them never exceeds its course.
    """
    jumps, drops = np.maximum(beyond_course(moved), 0), beyond_course(fell)
    if not (jumps.sum() > 0 and drops.max() > 0):
        return float("nan"), float("nan"), float("nan")
    chosen = np.argsort(drops, kind="stable")[-max(1, len(drops) // PART) :]
    shares = np.array([np.roll(jumps, shift)[chosen].sum() for shift in range(len(jumps))]) / jumps.sum()
    return float(shares[0]), float(shares[1:].mean()), float((shares[1:] < shares[0]).mean())


def beyond_course(series: Float[np.ndarray, "T"]) -> Float[np.ndarray, "T"]:
    """A series without its slow course, a running median; nothing is left of one that only falls, or only rises."""
    padded = np.pad(np.asarray(series, float), ASIDE, mode="edge")
    return series - np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * ASIDE + 1), axis=-1)


def octahedral(between: Float[np.ndarray, "N N"]) -> bool:
    """Whether each feature is antipodal to exactly one other, and apart from the rest."""
    antipodal: Bool[np.ndarray, "N N"] = between < DIGON
    rest = ~(antipodal | np.eye(len(between), dtype=bool))
    return bool((antipodal.sum(axis=1) == 1).all() and (np.abs(between[rest]) <= APART).all())


def _told(
    dims: Float[np.ndarray, "T N"], losses: Float[np.ndarray, "T"], directions: Float[np.ndarray, "N D"]
) -> dict[str, object]:
    late = len(losses) // PART
    moved = np.abs(np.diff(dims, axis=0)).sum(axis=1)[late:]
    share, shifted, beaten = coincidence(moved, -np.diff(np.log(losses))[late:])
    return {
        "share_in_drops": share,
        "share_shifted": shifted,
        "excess": share - shifted,
        "beaten": beaten,
        "octahedron": octahedral(cosines(directions)) and bool((norms(directions) >= REPRESENTED).all()),
        "largest_dimensionality": float(dims[-1].max()),
        "least_dimensionality": float(dims[-1].min()),
        "loss": float(losses[-1]),
    }

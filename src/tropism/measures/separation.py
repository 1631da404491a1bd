"""How well a direction tells two sets of inputs apart at a site, and which directions do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core import Ensemble
from tropism.errors import BadValue, UnknownName
from tropism.measures.examples import values_at

if TYPE_CHECKING:
    import polars

DirectionKind = Literal["means", "discriminant"]
DIRECTION_KINDS: tuple[DirectionKind, ...] = ("means", "discriminant")
_SHRINKAGE = 0.1


def separating(
    a: Float[np.ndarray, "E n F"],
    b: Float[np.ndarray, "E m F"],
    *,
    kind: DirectionKind = "discriminant",
    count: int = 1,
) -> Float[np.ndarray, "E R F"]:
    """Orthonormal directions a member that tell `a`, where they point, from `b`, the most telling first.

    `means` is the difference of the two means. `discriminant` is Fisher's: that difference after whitening by the
    covariance within the two sets, drawn by a tenth towards a multiple of the identity. Each further direction is found
    in what is left when those before are projected out; where nothing is left it is zero.

    Source: Fisher (1936) for the discriminant; Ravfogel et al. (2020), arXiv 2004.07667, for taking out one direction
    after another.
    """
    if kind not in DIRECTION_KINDS:
        raise UnknownName("kind of direction", str(kind), DIRECTION_KINDS, "separating")
    if count < 1:
        raise BadValue("separating.count", count, "at least 1")
    pairs = zip(np.asarray(a, np.float64), np.asarray(b, np.float64), strict=True)
    return np.stack([_one_after_another(one, other, kind, count) for one, other in pairs])


def area_under_curve(above: Float[np.ndarray, "n"], below: Float[np.ndarray, "m"]) -> float:
    """The chance that a number of `above` is larger than one of `below`, ties counting half; NaN if any is NaN.

    Source: Mann and Whitney (1947); it is the area under the receiver's operating characteristic.
    """
    from scipy.stats import rankdata

    if not (np.isfinite(above).all() and np.isfinite(below).all()):
        return math.nan
    n, m = len(above), len(below)
    ranks = rankdata(np.concatenate([above, below]))
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def separability(
    ensemble: Ensemble,
    sites: Sequence[str],
    fit: tuple[np.ndarray, np.ndarray],
    test: tuple[np.ndarray, np.ndarray],
    *,
    apart: bool = False,
) -> polars.DataFrame:
    """How well two sets of inputs are told apart at some sites by a linear discriminant: a row a member and site.

    Columns: `member`, `seed`, `site`, `area` (1/2 is guessing, 1 perfect; NaN for a member that diverged), and `n`, how
    many inputs were tested.

    Args:
        fit: Inputs of either set that the discriminant is fitted to, `[B, …]`, or `[E, B, …]` where `apart`.
        test: Other inputs of either set, that it is tested on.
    """
    import polars as pl

    heard = [values_at(ensemble, inputs, sites, apart=apart) for inputs in (*fit, *test)]
    rows = []
    for site in sites:
        a_seen, b_seen, a_new, b_new = (values[site] for values in heard)
        areas = areas_along(separating(a_seen, b_seen), a_new, b_new)
        for member, area in enumerate(areas):
            about = {"member": member, "seed": str(ensemble.members[member].seed), "site": site}
            rows.append(about | {"area": float(area), "n": a_new.shape[1] + b_new.shape[1]})
    return pl.DataFrame(rows)


def areas_along(
    directions: Float[np.ndarray, "E R F"], a: Float[np.ndarray, "E n F"], b: Float[np.ndarray, "E m F"]
) -> Float[np.ndarray, "E"]:
    """How well each member's first direction tells `a` from `b`: the area under its curve."""
    ranked = zip(directions[:, 0], a, b, strict=True)
    return np.array([area_under_curve(one @ direction, other @ direction) for direction, one, other in ranked])


def _one_after_another(a: np.ndarray, b: np.ndarray, kind: DirectionKind, count: int) -> Float[np.ndarray, "R F"]:
    found = np.zeros((count, a.shape[1]))
    if not (np.isfinite(a).all() and np.isfinite(b).all()):
        return found * np.nan
    for place in range(count):
        before = found[:place]
        direction = _direction(a - (a @ before.T) @ before, b - (b @ before.T) @ before, kind)
        direction = direction - (direction @ before.T) @ before
        length = np.linalg.norm(direction)
        if not length > 1e-9 * max(np.abs(a).max(), np.abs(b).max()):
            break
        found[place] = direction / length
    return found


def _direction(a: Float[np.ndarray, "n F"], b: Float[np.ndarray, "m F"], kind: DirectionKind) -> Float[np.ndarray, "F"]:
    means = a.mean(0) - b.mean(0)
    if kind == "means" or not np.any(means):
        return means
    within = [each - each.mean(0) for each in (a, b)]
    covariance = (within[0].T @ within[0] + within[1].T @ within[1]) / (len(a) + len(b))
    size = np.trace(covariance) / len(means)
    if size == 0:
        return means
    drawn = (1 - _SHRINKAGE) * covariance + _SHRINKAGE * size * np.eye(len(means))
    return size * np.linalg.solve(drawn, means)

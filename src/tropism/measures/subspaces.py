"""How two subspaces lie to each other, and components of like variance, which only together are determined."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import BadValue, DoesNotFit
from tropism.measures._given import alike, finite, line, table


class Blocks(NamedTuple):
    """Components compared in blocks within which their variances hardly differ.

    Attributes:
        number: The block of each component, from 0.
        overlap: How much each block's subspace is the other's, in [0, 1].
        gap: How many times the variance of the next block's first the block's last has; infinite behind the
            last.
    """

    number: Int[np.ndarray, "K"]
    overlap: Float[np.ndarray, "b"]
    gap: Float[np.ndarray, "b"]


def principal_angles(one: Float[np.ndarray, "K D"], other: Float[np.ndarray, "M D"]) -> Float[np.ndarray, "P"]:
    """The angles between the subspaces that rows span, in radians, the smallest first: as many as the lesser has.

    A single NaN where one spans nothing, or is not finite.

    Source: Björck and Golub (1973), "Numerical methods for computing angles between linear subspaces".
    """
    from scipy.linalg import subspace_angles

    a, b = table(one, "principal_angles' one"), table(other, "principal_angles' other")
    alike(a, b, 1, "principal_angles")
    if not finite(a, b) or not (a.any() and b.any()):
        return np.array([math.nan])
    return subspace_angles(a.T, b.T)[::-1]


def subspace_overlap(one: Float[np.ndarray, "K D"], other: Float[np.ndarray, "M D"]) -> float:
    """The mean squared cosine of the principal angles: 1 where one subspace holds the other.

    Chance is the larger of the two numbers of dimensions, over D.
    """
    return float(np.square(np.cos(principal_angles(one, other))).mean())


def block_overlaps(
    one: Float[np.ndarray, "K D"],
    other: Float[np.ndarray, "K D"],
    variances: Float[np.ndarray, "K"],
    *,
    near: float = 1.2,
) -> Blocks:
    """Two sets of components, compared a block at a time: directions of like variance are not determined singly.

    Args:
        variances: Of the first's components, the largest first.
        near: Neighbors are of one block where the variance falls by less than this factor.

    Raises:
        BadValue: Variances that rise or are below zero, or a factor below 1.
        DoesNotFit: Not as many of one as of the other.
    """
    a, b = table(one, "block_overlaps' one"), table(other, "block_overlaps' other")
    v = line(variances, "block_overlaps' variances")
    if not len(v) == len(a) == len(b) or not len(v):
        raise DoesNotFit(f"block_overlaps: {len(v)} variances, {len(a)} components, and {len(b)} beside them.")
    if not (finite(v) and (np.diff(v) <= 0).all() and v[-1] >= 0):
        raise BadValue("block_overlaps' variances", variances, "finite, at least 0, the largest first")
    if not near >= 1:
        raise BadValue("block_overlaps.near", near, "a factor of at least 1")
    falls = np.divide(v[:-1], v[1:], out=np.where(v[:-1] > 0, np.inf, 1.0), where=v[1:] > 0)
    number = np.concatenate([[0], np.cumsum(falls >= near)]).astype(int)
    overlaps = [subspace_overlap(a[number == block], b[number == block]) for block in range(number[-1] + 1)]
    return Blocks(number, np.array(overlaps), np.append(falls[falls >= near], np.inf))

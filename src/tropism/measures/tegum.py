"""Directions in blocks at right angles: those that a frame has, and frames made of them to compare it with.

The tegum product of figures puts each in dimensions of its own. A square's corners are two digons.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import BadValue
from tropism.measures._given import finite, table, unit_rows


class Component(NamedTuple):
    """Directions that hang together by overlaps.

    Attributes:
        members: Which rows, ascending.
        rank: The dimensions that they fill together.
    """

    members: Int[np.ndarray, "n"]
    rank: int


class ReferenceFrame(NamedTuple):
    """Unit directions from a center to the corners of figures, and what is known of them in closed form.

    Attributes:
        directions: A row a corner.
        dimensionality: Of each: the dimensions of its figure over its corners.
        coherence: The largest size of a cosine of two.
        rms: The root mean square of the cosines of two, √(Σ_b (n_b² / m_b − n_b) / (N (N − 1))) over figures
            of n_b corners in m_b dimensions.
    """

    directions: Float[np.ndarray, "N D"]
    dimensionality: Float[np.ndarray, "N"]
    coherence: float
    rms: float


def overlap_components(
    directions: Float[np.ndarray, "N D"], *, threshold: float = 0.1, least: float = 0.3
) -> tuple[Component, ...]:
    """The directions that hang together by cosines above a threshold, the largest component first.

    A row without direction is alone, with a rank of 0. There is no component where a number is not finite.

    Args:
        threshold: The size of a cosine that joins two; try several, from .05 to .4.
        least: The singular value of a component's unit rows above which it counts for the rank.
    """
    from scipy.sparse.csgraph import connected_components

    units = unit_rows(table(directions, "overlap_components' directions"))
    if not finite(units) or not len(units):
        return ()
    count, labels = connected_components(np.abs(units @ units.T) > threshold, directed=False)
    groups = [np.flatnonzero(labels == label) for label in range(count)]
    groups.sort(key=lambda group: (-len(group), group[0]))
    ranks = [int((np.linalg.svd(units[group], compute_uv=False) > least).sum()) for group in groups]
    return tuple(map(Component, groups, ranks))


def polygon(corners: int) -> ReferenceFrame:
    """A regular polygon in the plane; corners of even ones lie opposite each other, of odd ones π / n beside that.

    Raises:
        BadValue: Fewer than three corners; two are the digon, `simplex(1)`.

    Source: Elhage et al. (2022), "Toy Models of Superposition", for the fractions 2/n.
    """
    if corners < 3:
        raise BadValue("polygon.corners", corners, "at least 3; two opposite each other are simplex(1)")
    angles = 2 * np.pi * np.arange(corners) / corners
    coherence = math.cos(math.pi / corners) if corners % 2 else 1.0
    return _figure(np.stack([np.cos(angles), np.sin(angles)], axis=1), coherence)


def simplex(dims: int) -> ReferenceFrame:
    """One corner more than dimensions, all as far apart: the digon, the triangle, the tetrahedron.

    Raises:
        BadValue: Less than one dimension.

    Source: Elhage et al. (2022), "Toy Models of Superposition", for the fractions m / (m + 1).
    """
    from scipy.linalg import helmert

    if dims < 1:
        raise BadValue("simplex.dims", dims, "at least 1")
    return _figure(unit_rows(helmert(dims + 1).T), 1 / dims)


def tegum(*figures: ReferenceFrame) -> ReferenceFrame:
    """Some figures, each in dimensions of its own, which follow each other in the order given.

    Raises:
        BadValue: No figure.
    """
    from scipy.linalg import block_diag

    if not figures:
        raise BadValue("tegum's figures", figures, "at least one")
    directions = np.asarray(block_diag(*[each.directions for each in figures]))
    squares = sum(each.rms**2 * _pairs(len(each.directions)) for each in figures)
    return ReferenceFrame(
        directions=directions,
        dimensionality=np.concatenate([each.dimensionality for each in figures]),
        coherence=max(each.coherence for each in figures),
        rms=math.sqrt(squares / _pairs(len(directions))),
    )


def _figure(corners: Float[np.ndarray, "n m"], coherence: float) -> ReferenceFrame:
    n, m = corners.shape
    return ReferenceFrame(corners, np.full(n, m / n), coherence, math.sqrt((n * n / m - n) / _pairs(n)))


def _pairs(count: int) -> int:
    return count * (count - 1)

"""How alike two networks' values are on the same examples.

Examples are rows, and columns are taken about their mean. With few examples independent values look alike:
give the null of shuffled rows (`permuted`) beside every one of these, and that of networks that never
learned.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue
from tropism.measures._given import alike, centered, finite, ratio, table, unit_rows
from tropism.measures.matching import matching

_LARGEST_GRAM = 2048
_ROUNDING = 1e-6
"""Directions of so little, beside the largest singular value, are rounding: values come in single precision."""
_TINY = 1e-300


class Procrustes(NamedTuple):
    """How near one's values come to another's by a turn.

    Attributes:
        score: 1 − |X − YR|² / |X|²; at most 1, and below 0 where Y is much the longer.
        turn: The orthogonal R.
    """

    score: float
    turn: Float[np.ndarray, "F F"]


class LinearFits(NamedTuple):
    """The share of the variance that the best affine map explains, of the second by the first, and the other way."""

    forward: float
    backward: float


def gram(values: Float[np.ndarray, "B F"]) -> Float[np.ndarray, "B B"]:
    """Inner products of examples' values about their mean, of length 1 as a whole; NaN where they never change."""
    x = centered(table(values, "gram's values"))
    products = x @ x.T
    return ratio(products, np.linalg.norm(products))


def linear_cka(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"]) -> float:
    """Linear centered kernel alignment of two networks' values on the same examples, in [0, 1].

    ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of values about their means. It is 1 where one is the other turned and scaled as a
    whole, and tells how much variance is shared, not how many dimensions. NaN where values never change, or
    are not finite.

    Source: Kornblith et al. (2019), "Similarity of Neural Network Representations Revisited".
    """
    x, y = _views(one, other, "linear_cka")
    if len(x) <= _LARGEST_GRAM:
        return float((gram(one) * gram(other)).sum())
    lengths = np.linalg.norm(x.T @ x) * np.linalg.norm(y.T @ y)
    return float(ratio(np.square(y.T @ x).sum(), lengths))


def svcca(
    one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"], *, variance: float = 0.99
) -> Float[np.ndarray, "K"]:
    """The canonical correlations of two networks' values, within the directions that hold most of their variance.

    Of either, the fewest directions are kept that hold so much of the variance. The sum counts shared
    dimensions, however little they vary; the mean is the usual score. With no more examples than dimensions
    all are 1.

    Returns:
        The correlations, the largest first; a single NaN where values never change, or are not finite.

    Raises:
        BadValue: A variance that is no share.

    Source: Raghu et al. (2017), arXiv 1706.05806.
    """
    x, y = _views(one, other, "svcca")
    found = _canonical(x, y, variance)
    return np.array([math.nan]) if found is None else found[1]


def pwcca(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"], *, variance: float = 1.0) -> float:
    """The mean canonical correlation, weighted by how much of the first's values each direction holds.

    The weight of direction h is Σ_j |h · x_j| over the first's neurons, so the order of the two matters.

    Args:
        variance: How much of it to keep, as in `svcca`; by default all but rounding.

    Source: Morcos, Raghu and Bengio (2018), arXiv 1806.05759.
    """
    x, y = _views(one, other, "pwcca")
    found = _canonical(x, y, variance)
    if found is None:
        return math.nan
    directions, correlations = found
    weights = np.abs(directions.T @ x).sum(axis=1)
    return float((weights * correlations).sum() / weights.sum())


def procrustes(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B F"], *, scaled: bool = False) -> Procrustes:
    """How near the second's values come to the first's by a turn, or a reflection; NaN where `one` never changes.

    Args:
        scaled: Whether the second may also be scaled as a whole.

    Raises:
        DoesNotFit: Values of different widths.

    Source: Schönemann (1966): R = UVᵀ, of the singular vectors of YᵀX.
    """
    x, y = _views(one, other, "procrustes")
    alike(x, y, 1, "procrustes")
    if not finite(x, y):
        return Procrustes(math.nan, np.full((x.shape[1], x.shape[1]), np.nan))
    left, singular, right = np.linalg.svd(y.T @ x)
    a, b, shared = np.square(x).sum(), np.square(y).sum(), singular.sum()
    explained = ratio(shared**2, b) if scaled else 2 * shared - b
    return Procrustes(float(ratio(np.where(b > 0, explained, 0.0), a)), left @ right)


def neuron_matching(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"], *, signed: bool = False) -> float:
    """The mean correlation of neurons in the best one-to-one match, or of its sizes unless `signed`.

    A neuron that never changes correlates with none. NaN where values are not finite.

    Source: Li et al. (2015), arXiv 1511.07543.
    """
    x, y = _views(one, other, "neuron_matching")
    rows = (unit_rows(each.T, least=_TINY) for each in (x, y))
    paired = matching(*rows, signed=signed).cosine
    return float(paired.mean()) if len(paired) else math.nan


def linear_r2(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"]) -> LinearFits:
    """How much of the variance of either the best affine map from the other explains, all columns together.

    By least squares on these examples; with no more of them than dimensions it is 1. NaN without variance.
    """
    x, y = _views(one, other, "linear_r2")
    if not finite(x, y):
        return LinearFits(math.nan, math.nan)
    pairs = ((_spanned(x, 1.0), y), (_spanned(y, 1.0), x))
    return LinearFits(*[float(ratio(np.square(seen.T @ each).sum(), np.square(each).sum())) for seen, each in pairs])


def _views(one: np.ndarray, other: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = table(one, f"{where}'s one"), table(other, f"{where}'s other")
    alike(x, y, 0, where)
    return centered(x), centered(y)


def _spanned(x: Float[np.ndarray, "B F"], variance: float) -> Float[np.ndarray, "B K"]:
    """Orthonormal scores of the fewest directions that hold so much of the variance; none of rounding."""
    left, singular, _ = np.linalg.svd(x, full_matrices=False)
    squares = np.square(singular)
    rank = int((singular > _ROUNDING * singular.max(initial=0)).sum())
    enough = 1 + int((np.cumsum(squares) < variance * squares.sum()).sum())
    return left[:, : min(rank, enough)]


def _canonical(x: np.ndarray, y: np.ndarray, variance: float) -> tuple[np.ndarray, np.ndarray] | None:
    """The first's canonical directions, a column each, and their correlations; None where there are none."""
    if not 0 < variance <= 1:
        raise BadValue("The share of variance to keep", variance, "above 0 and at most 1")
    if not finite(x, y):
        return None
    a, b = _spanned(x, variance), _spanned(y, variance)
    if not (a.shape[1] and b.shape[1]):
        return None
    left, correlations, _ = np.linalg.svd(a.T @ b, full_matrices=False)
    return a @ left, np.minimum(correlations, 1.0)

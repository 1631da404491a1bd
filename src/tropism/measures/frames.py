"""How directions share a space: what each has to itself, how they overlap, and how much of the space they fill.

A frame is rows, one a feature, as long as they are. The mean square of their cosines does not tell a frame
spread evenly from blocks at right angles, both of which have the least there is (`welch_bound`): see the mean
size, the share of orthogonal pairs and the `overlap_components` beside it, over several thresholds.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures._given import finite, numbers, ratio, table, unit_rows

RankForm = Literal["participation", "entropy"]
RANK_FORMS: tuple[RankForm, ...] = ("participation", "entropy")


class Overlaps(NamedTuple):
    """The cosines of pairs of different directions, those without one left out.

    Attributes:
        most: The largest size (coherence).
        rms: The root of the mean square.
        mean: The mean size.
        orthogonal: The share of pairs of a size below the threshold.
    """

    most: float
    rms: float
    mean: float
    orthogonal: float


class EmptyShares(NamedTuple):
    """The share of a space's dimensions that is left empty, by the effective rank and by the count of sizable ones."""

    by_rank: Float[np.ndarray, "*E"]
    by_count: Float[np.ndarray, "*E"]


def norms(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E N"]:
    """The length of each feature's direction: near 1 if it is represented, near 0 if it is not."""
    return np.linalg.norm(np.asarray(directions, float), axis=-1)


def dimensionality(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E N"]:
    """How much of a dimension each feature has to itself, in [0, 1]; also called its capacity.

    For feature i with direction w_i: |w_i|² / Σ_j (ŵ_i · w_j)². One is a dimension of its own, one half an
    antipodal pair; a feature without a direction has none, and gets zero. They sum to at most the rank of the
    directions.

    Source: Elhage et al. (2022), "Toy Models of Superposition", on the geometry of superposition; as
    capacity, Scherlis et al. (2022), arXiv 2210.01892.
    """
    squares = norms(directions) ** 2
    seen = _seen(directions)
    return np.divide(squares, seen, out=np.where(np.isfinite(seen), 0.0, np.nan), where=seen > 0)


def interference(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E N"]:
    """How much the others lie along each feature's direction, Σ_{j≠i} (ŵ_i · w_j)²; zero without a direction.

    At 1 or more, the others together move it as much as the feature itself.

    Source: Elhage et al. (2022), "Toy Models of Superposition", on measuring superposition.
    """
    return np.maximum(_seen(directions) - norms(directions) ** 2, 0.0)


def frobenius_dimensions(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E"]:
    """Dimensions per feature, D / |W|²: features that are represented are about |W|²; infinite for zeros.

    Source: Elhage et al. (2022), "Toy Models of Superposition", on uniform superposition.
    """
    squares = np.square(np.asarray(directions, float)).sum(axis=(-2, -1))
    return np.divide(np.asarray(directions).shape[-1], squares, out=np.full(squares.shape, np.inf), where=squares != 0)


def welch_bound(count: int, dims: int) -> float:
    """The least that the largest size of a cosine among so many directions can be, √((N − m) / (m (N − 1))).

    Their root mean square is no less either, and just that where the directions, all of one length, are a
    tight frame.

    Source: Welch (1974), "Lower bounds on the maximum cross correlation of signals".
    """
    if count < 1 or dims < 1:
        raise BadValue("welch_bound's count and dims", (count, dims), "at least 1")
    return math.sqrt((count - dims) / (dims * (count - 1))) if count > dims else 0.0


def overlaps(directions: Float[np.ndarray, "N D"], *, below: float = 0.05) -> Overlaps:
    """How the directions of pairs overlap; NaN for fewer than two, or where one is not finite.

    Args:
        below: The size of a cosine up to which a pair counts as orthogonal.
    """
    units = unit_rows(table(directions, "overlaps' directions"))
    units = units[units.any(axis=1)]
    if len(units) < 2 or not finite(units):
        return Overlaps(math.nan, math.nan, math.nan, math.nan)
    sizes = np.abs(units @ units.T)[np.triu_indices(len(units), 1)]
    most, rms = min(float(sizes.max()), 1.0), math.sqrt(float(np.square(sizes).mean()))
    return Overlaps(most, rms, float(sizes.mean()), float((sizes < below).mean()))


def effective_rank(
    directions: Float[np.ndarray, "*E N D"], *, form: RankForm = "participation"
) -> Float[np.ndarray, "*E"]:
    """How many dimensions the rows fill, by their singular values: (Σσ²)² / Σσ⁴, or exp(−Σ p log p) with p = σ²/Σσ².

    Zero for rows of zeros, NaN where a number is not finite.

    Source: the participation ratio; for the entropy, Roy and Vetterli (2007), there of σ itself.
    """
    if form not in RANK_FORMS:
        raise UnknownName("form of rank", str(form), RANK_FORMS, "effective_rank")
    squares = _singular(directions, "effective_rank") ** 2
    total = squares.sum(axis=-1)
    if form == "participation":
        found = ratio(total**2, np.square(squares).sum(axis=-1))
    else:
        shares = np.nan_to_num(ratio(squares, np.broadcast_to(total[..., None], squares.shape)))
        logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
        found = np.where(np.isnan(total), np.nan, np.exp(-(shares * logs).sum(axis=-1)))
    return np.where(total == 0, 0.0, found)


def stable_rank(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E"]:
    """|W|² / σ₁², the squared length over the largest singular value's; zero for zeros, NaN where not finite.

    Source: Rudelson and Vershynin (2007), "Sampling from large matrices".
    """
    squares = _singular(directions, "stable_rank") ** 2
    largest = squares.max(axis=-1)
    return np.where(largest == 0, 0.0, ratio(squares.sum(axis=-1), largest))


def empty_shares(directions: Float[np.ndarray, "*E N D"], *, least: float = 0.05) -> EmptyShares:
    """How much of the space no direction uses: 1 − rank / D, in two ways; NaN where a number is not finite.

    Args:
        least: The part of the largest singular value above which another counts.
    """
    singular, dims = _singular(directions, "empty_shares"), np.asarray(directions).shape[-1]
    sizable = (singular > least * singular.max(axis=-1, keepdims=True)).sum(axis=-1)
    by_count = np.where(np.isnan(singular).any(axis=-1), np.nan, 1 - sizable / dims)
    return EmptyShares(1 - effective_rank(directions) / dims, by_count)


def _seen(directions: np.ndarray) -> np.ndarray:
    """Σ_j (ŵ_i · w_j)², by the directions' second moments, whose size does not grow with the number of features."""
    w = np.asarray(directions, float)
    w = np.where(np.isfinite(w), w, np.nan)
    lengths = np.linalg.norm(w, axis=-1, keepdims=True)
    unit = np.divide(w, lengths, out=np.where(np.isnan(w), np.nan, 0.0), where=lengths > 0)
    return ((unit @ (w.swapaxes(-1, -2) @ w)) * unit).sum(axis=-1)


def _singular(directions: np.ndarray, where: str) -> Float[np.ndarray, "*E K"]:
    """Singular values, the largest first; NaN for a member with a number that is not finite."""
    w = numbers(directions, f"{where}'s directions")
    if w.ndim < 2 or not all(w.shape[-2:]):
        raise DoesNotFit(f"{where}: directions of shape {w.shape}; wanted are rows, one at least.")
    whole = np.asarray(np.isfinite(w).all(axis=(-2, -1)))
    found = np.linalg.svd(np.where(whole[..., None, None], w, 0.0), compute_uv=False)
    return np.where(whole[..., None], found, np.nan)

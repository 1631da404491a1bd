"""Do two dictionaries hold the same directions? Learned against true, and learned against learned.

A dictionary is rows; only where they point counts. Cosines of random directions are far from zero (of 64 in
32 dimensions, each has one among 64 others at .44), so that no score here means anything without its
`chance`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.errors import DoesNotFit
from tropism.measures._given import alike, finite, marks, numbers, table, unit_rows


class Match(NamedTuple):
    """Pairs of rows, one to one, in the order of the first dictionary.

    Attributes:
        learned: Rows of the first dictionary.
        true: Their partners in the second.
        cosine: Between the two; its size, where signs do not count.
        sign: 1, or −1 where the two point apart and signs do not count.
    """

    learned: Int[np.ndarray, "M"]
    true: Int[np.ndarray, "M"]
    cosine: Float[np.ndarray, "M"]
    sign: Float[np.ndarray, "M"]


class Recovery(NamedTuple):
    """How much of a true dictionary a learned one holds.

    Attributes:
        to_learned: The best cosine of each true row among the learned, mean (MMCS true → dictionary). More
            learned rows raise it.
        to_true: The best cosine of each learned row among the true, mean (MMCS dictionary → true). Dead ones
            lower it.
        matched: The mean cosine of the best one-to-one match, over the smaller of the two counts (MCC).
        recall: The share of true rows whose matched cosine is above the threshold.
        precision: The share of learned rows of which that holds.
        f1: The harmonic mean of these two.
        uniqueness: How many true rows are the nearest of some learned one, as a share of the learned.
    """

    to_learned: float
    to_true: float
    matched: float
    recall: float
    precision: float
    f1: float
    uniqueness: float


class Consistency(NamedTuple):
    """The mean matched cosine of two learned dictionaries: of all their rows, and of the live ones alone."""

    whole: float
    live: float


def cosines(
    learned: Float[np.ndarray, "*E D d"], true: Float[np.ndarray, "*E G d"], *, signed: bool = False
) -> Float[np.ndarray, "*E D G"]:
    """The cosine of every learned row with every true one, its size unless `signed`; 0 without a direction."""
    one, other = numbers(learned, "cosines' learned"), numbers(true, "cosines' true")
    if min(one.ndim, other.ndim) < 2:
        raise DoesNotFit(f"cosines: rows are wanted, and given are the shapes {one.shape} and {other.shape}.")
    alike(one, other, -1, "cosines")
    found = np.clip(unit_rows(one) @ unit_rows(other).swapaxes(-1, -2), -1, 1)
    return found if signed else np.abs(found)


def matching(learned: Float[np.ndarray, "D d"], true: Float[np.ndarray, "G d"], *, signed: bool = False) -> Match:
    """The one-to-one match with the largest sum of cosines; empty where a number is not finite.

    Source: Kuhn (1955), "The Hungarian method for the assignment problem".
    """
    from scipy.optimize import linear_sum_assignment

    one, other = table(learned, "matching's learned"), table(true, "matching's true")
    found = cosines(one, other, signed=True)
    if not finite(found):
        found = found[:0]
    rows, columns = linear_sum_assignment(found if signed else np.abs(found), maximize=True)
    paired = found[rows, columns]
    sign = np.where((paired < 0) & (not signed), -1.0, 1.0)
    return Match(rows, columns, paired * sign, sign)


def recovery(
    learned: Float[np.ndarray, "D d"],
    true: Float[np.ndarray, "G d"],
    *,
    signed: bool = False,
    threshold: float = 0.9,
    live: Bool[np.ndarray, "D"] | None = None,
) -> Recovery:
    """How much of a true dictionary a learned one holds.

    Args:
        signed: Whether a row that points the other way is another row.
        threshold: The cosine that counts as found.
        live: Which learned rows there are; the others are taken out first.

    Returns:
        The scores; NaN where a number is not finite. Without learned rows, recall and F1 are 0, the rest NaN.

    Source: Sharkey, Braun and Millidge (2022), "Taking features out of superposition with sparse
    autoencoders", for the mean maximal cosine; Hyvärinen and Morioka (2016) for the matched one; SAELens for
    uniqueness.
    """
    one, other = table(learned, "recovery's learned"), table(true, "recovery's true")
    if live is not None:
        one = one[marks(live, len(one), "recovery's live")]
    if not len(other):
        raise DoesNotFit("recovery: the true dictionary has no rows.")
    near = cosines(one, other, signed=signed)
    if not finite(near):
        return Recovery(*[math.nan] * 7)
    if not len(one):
        return Recovery(math.nan, math.nan, math.nan, 0.0, math.nan, 0.0, math.nan)
    paired = matching(one, other, signed=signed).cosine
    hits = int((paired > threshold).sum())
    return Recovery(
        to_learned=float(near.max(axis=0).mean()),
        to_true=float(near.max(axis=1).mean()),
        matched=float(paired.mean()),
        recall=hits / len(other),
        precision=hits / len(one),
        f1=2 * hits / (len(one) + len(other)),
        uniqueness=len(np.unique(near.argmax(axis=1))) / len(one),
    )


def consistency(
    one: Float[np.ndarray, "D d"],
    other: Float[np.ndarray, "G d"],
    *,
    live: tuple[Bool[np.ndarray, "D"], Bool[np.ndarray, "G"]] | None = None,
    signed: bool = True,
) -> Consistency:
    """The mean matched cosine of two learned dictionaries (PW-MCC), of all rows and of the live ones alone.

    Dead rows stay where they began and make dictionaries look unstable that are not. NaN where a number is
    not finite, where nothing is live, and for the live ones where `live` does not say which.

    Source: Song et al. (2025), arXiv 2505.20254.
    """
    whole = _mean_matched(one, other, signed)
    if live is None:
        return Consistency(whole, math.nan)
    pairs = zip((one, other), live, strict=True)
    alive = [np.asarray(rows)[marks(mask, len(rows), "consistency's live")] for rows, mask in pairs]
    return Consistency(whole, _mean_matched(alive[0], alive[1], signed))


def shared_fraction(
    one: tuple[Float[np.ndarray, "D d"], Float[np.ndarray, "D d"]],
    other: tuple[Float[np.ndarray, "G d"], Float[np.ndarray, "G d"]],
    *,
    least: float = 0.7,
) -> float:
    """The share of the first network's latents that the second has too.

    Shared is a latent whose partner in the one-to-one match by decoder is also its partner by encoder, and
    whose two signed cosines are above `least` on average. Dead latents count too, unless pruned before.

    Args:
        one: Decoder and encoder rows of the first network.
        other: Those of the second.

    Returns:
        The share; NaN where a number is not finite, or without a latent.

    Source: Paulo and Belrose (2025), arXiv 2501.16615.
    """
    for decoder, encoder in (one, other):
        rows = table(decoder, "shared_fraction's decoder"), table(encoder, "shared_fraction's encoder")
        alike(*rows, 0, "shared_fraction")
    found = [matching(mine, theirs, signed=True) for mine, theirs in zip(one, other, strict=True)]
    if not all(len(match.learned) for match in found):
        return math.nan
    partners, closeness = np.full((2, len(one[0])), -1), np.zeros(len(one[0]))
    for row, match in enumerate(found):
        partners[row, match.learned] = match.true
        closeness[match.learned] += match.cosine / 2
    same = (partners[0] == partners[1]) & (partners[0] >= 0)
    return float((same & (closeness > least)).mean())


def _mean_matched(one: np.ndarray, other: np.ndarray, signed: bool) -> float:
    paired = matching(one, other, signed=signed).cosine
    return float(paired.mean()) if len(paired) else math.nan

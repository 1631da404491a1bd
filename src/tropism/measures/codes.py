"""Codes: how sparse they are, and whether they are the true ones.

Sums are over the examples that are given; how many those were belongs beside every share of the dead. A
window of 20,000 is little enough for toys: a latent that fires once in ten thousand is then dead in one of
seven.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.errors import BadValue, DoesNotFit
from tropism.measures._given import alike, centered, finite, marks, numbers, ratio, table
from tropism.measures.matching import Match

ACTIVE = 1e-8
"""A code of at most this size is off."""


class Sparsity(NamedTuple):
    """How sparse codes are, over a window; a number a member.

    Attributes:
        active: The mean number of codes that are on (L0).
        dead: The share of latents that are never on.
        alive: The share of those that are on more often than `least`.
        dense: The share of those that are on more often than `most`.
        window: How many examples that was seen on.
    """

    active: Float[np.ndarray, "*E"]
    dead: Float[np.ndarray, "*E"]
    alive: Float[np.ndarray, "*E"]
    dense: Float[np.ndarray, "*E"]
    window: int


class CodeScores(NamedTuple):
    """How well it can be read off codes which features are on: the F1 of latents, in three means.

    Attributes:
        latents: Over all latents, the dead with 0.
        live: Over the live ones alone.
        features: Over the features that are on at all, each with the latent that is nearest to it.
    """

    latents: float
    live: float
    features: float


class Recovered(NamedTuple):
    """Codes beside the true ones, a number a pair of the match.

    Attributes:
        correlation: Pearson's; NaN where one of the two never changes.
        error: The mean of |f − z| / |z| over the examples whose true code z is on; NaN where it never is.
    """

    correlation: Float[np.ndarray, "M"]
    error: Float[np.ndarray, "M"]


def firing_rates(codes: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E D"]:
    """The share of examples on which each latent is on; NaN for a latent with a code that is not finite.

    Raises:
        DoesNotFit: Codes without examples.
    """
    f = _codes(codes, "firing_rates' codes")
    return np.where(np.isfinite(f).all(axis=-2), (np.abs(f) > ACTIVE).mean(axis=-2), np.nan)


def live_latents(codes: Float[np.ndarray, "*E N D"], *, least: float = 1e-3) -> Bool[np.ndarray, "*E D"]:
    """Which latents are on more often than `least`: those that are left when a dictionary is pruned."""
    return firing_rates(codes) > least


def sparsity(codes: Float[np.ndarray, "*E N D"], *, least: float = 1e-3, most: float = 0.3) -> Sparsity:
    """How sparse codes are over the examples given; NaN where one is not finite.

    Args:
        least: The rate above which a latent is alive.
        most: The rate above which it is dense; for language models .1 is customary.

    Raises:
        BadValue: Rates that are none.
    """
    if not 0 <= least <= most <= 1:
        raise BadValue("sparsity's least and most", (least, most), "rates, in [0, 1], the lesser first")
    rates = firing_rates(codes)
    whole = np.isfinite(rates).all(axis=-1)
    shares = (np.where(whole, chosen.mean(axis=-1), np.nan) for chosen in (rates == 0, rates > least, rates > most))
    return Sparsity(rates.sum(axis=-1), *shares, window=np.asarray(codes).shape[-2])


def code_scores(
    codes: Float[np.ndarray, "N D"],
    true: Float[np.ndarray, "N G"],
    nearness: Float[np.ndarray, "D G"],
    *,
    live: Bool[np.ndarray, "D"] | None = None,
) -> CodeScores:
    """How well it can be read off codes which features are on: the means of latents' F1.

    A latent stands for the feature that its direction is nearest to. P is how often its feature is on when
    it is on, R how often it is on when its feature is, and F1 = 2PR / (P + R).

    Args:
        nearness: The cosines of the learned rows with the true ones, as of `cosines`.
        live: Which latents are; by default `live_latents`.

    Returns:
        The scores; NaN where a number is not finite, or there is nothing to take the mean of.

    Source: SAELens, for the mean over all latents.
    """
    f, z = _codes(codes, "code_scores' codes"), _codes(true, "code_scores' true")
    near = numbers(nearness, "code_scores' nearness")
    alike(f, z, 0, "code_scores")
    if f.ndim != 2 or near.shape != (f.shape[-1], z.shape[-1]):
        raise DoesNotFit(f"code_scores: {near.shape} cosines for {f.shape[-1]} latents and {z.shape[-1]} features.")
    if not finite(f, z, near) or not near.size:
        return CodeScores(math.nan, math.nan, math.nan)
    alive = live_latents(f) if live is None else marks(live, f.shape[1], "code_scores' live")
    on, truth = np.abs(f) > ACTIVE, np.abs(z) > ACTIVE
    each = _f1(on, truth[:, near.argmax(axis=1)])
    nearest = _f1(on[:, near.argmax(axis=0)], truth)
    return CodeScores(float(each.mean()), _mean(each[alive]), _mean(nearest[truth.any(axis=0)]))


def activation_recovery(codes: Float[np.ndarray, "N D"], true: Float[np.ndarray, "N G"], match: Match) -> Recovered:
    """How codes follow the true ones and how far they shrink, a pair of the match at a time.

    Codes are those of unit rows (else multiply by the rows' lengths), and are turned where the match says so.

    Raises:
        DoesNotFit: Another number of examples, or a match of other dictionaries.
    """
    f, z = table(codes, "activation_recovery's codes"), table(true, "activation_recovery's true")
    alike(f, z, 0, "activation_recovery")
    if len(match.true) and (match.learned.max() >= f.shape[1] or match.true.max() >= z.shape[1]):
        raise DoesNotFit(f"activation_recovery: no match of {f.shape[1]} latents and {z.shape[1]} features.")
    mine, theirs = f[:, match.learned] * match.sign, z[:, match.true]
    on = np.abs(theirs) > ACTIVE
    far = np.divide(np.abs(mine - theirs), np.abs(theirs), out=np.zeros_like(mine), where=on)
    a, b = centered(mine), centered(theirs)
    lengths = np.sqrt(np.square(a).sum(axis=0) * np.square(b).sum(axis=0))
    return Recovered(ratio((a * b).sum(axis=0), lengths), ratio(far.sum(axis=0), on.sum(axis=0)))


def _codes(codes: np.ndarray, where: str) -> np.ndarray:
    found = numbers(codes, where)
    if found.ndim < 2 or not found.shape[-2]:
        raise DoesNotFit(f"{where} of shape {found.shape} have no examples.")
    return found


def _f1(on: Bool[np.ndarray, "N M"], truth: Bool[np.ndarray, "N M"]) -> Float[np.ndarray, "M"]:
    return 2 * (on & truth).sum(axis=0) / np.maximum(on.sum(axis=0) + truth.sum(axis=0), 1)


def _mean(scores: np.ndarray) -> float:
    return float(scores.mean()) if len(scores) else math.nan

"""How alike the dictionaries of a group are, pair by pair: their directions, their latents' partners, their codes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.core.intervals import Interval, percentiles, resample
from tropism.measures.matching import consistency, matching, shared_fraction
from tropism.subjects.features.scores import Learned

CLOSE, ENOUGH = 0.9, 0.75
"""The cosine above which two directions are the same, and the share of the other dictionaries that makes one stable:
three of four others are, with one's own, four in five."""


class Alike(NamedTuple):
    """How alike any two dictionaries of a group are, with NaN on the diagonal.

    Attributes:
        directions: The mean matched cosine of decoders (PW-MCC).
        partners: The share of latents that have the same partner by decoder and by encoder.
        codes: The mean correlation of codes with those of their partners.
    """

    directions: Float[np.ndarray, "S S"]
    partners: Float[np.ndarray, "S S"]
    codes: Float[np.ndarray, "S S"]


class Agreed(NamedTuple):
    """Which of the other dictionaries have the latents of one, too, and which of them are true.

    Attributes:
        had: Whether each dictionary of the group has it; its own does.
        true: Whether a feature is its partner, and points where it does.
    """

    had: Bool[np.ndarray, "S D"]
    true: Bool[np.ndarray, "D"]

    def stable(self, own: int, drawn: Float[np.ndarray, "S"] | None = None) -> Bool[np.ndarray, "D"]:
        """Whether at least three in four of the others have it, each as often as it is drawn."""
        others = np.ones(len(self.had)) if drawn is None else np.array(drawn, float)
        others[own] = 0
        return others @ self.had >= ENOUGH * others.sum() - 1e-9


def alike(group: Sequence[Learned], *, live: bool) -> Alike:
    """How alike dictionaries are that were asked the same examples: of all latents, or of the live ones."""
    parts = [_chosen(each, live=live) for each in group]
    found = Alike(*(np.full((len(parts), len(parts)), np.nan) for _ in Alike._fields))
    for one, other in itertools.combinations(range(len(parts)), 2):
        a, b = parts[one], parts[other]
        partners = shared_fraction(a[:2], b[:2])
        if len(a[0]) != len(b[0]):
            partners = (partners + shared_fraction(b[:2], a[:2])) / 2
        for table, number in zip(found, (consistency(a[0], b[0]).whole, partners, _matched(a[2], b[2])), strict=True):
            table[one, other] = table[other, one] = number
    return found


def matched_codes(one: Float[np.ndarray, "N D"], other: Float[np.ndarray, "N G"]) -> float:
    """The mean correlation of codes with their partners', matched on one half of the examples, scored on the other.

    A latent that never changes on a half correlates with none there. NaN without latents.

    Source: Li et al. (2015), arXiv 1511.07543, for the match; here on examples of its own.
    """
    return _matched(_halves(one), _halves(other))


def _halves(codes: Float[np.ndarray, "N D"]) -> tuple[np.ndarray, np.ndarray]:
    """Standard codes on every other example and on those between, a row a latent."""
    return _standard(codes[::2]).T, _standard(codes[1::2]).T


def _matched(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> float:
    (a, b), (c, d) = one, other
    if not (len(a) and len(c)):
        return float("nan")
    paired = matching(a, c, signed=True)
    return float((b[paired.learned] * d[paired.true]).sum(axis=1).mean())


def agreed(group: Sequence[Learned], true: Float[np.ndarray, "G d"]) -> list[Agreed]:
    """For each dictionary, which others have its live latents, and which of these are true."""
    rows = [each.dictionary.atoms[each.live] for each in group]
    return [Agreed(np.array([_close(mine, theirs) for theirs in rows]), _close(mine, true)) for mine in rows]


class Precision(NamedTuple):
    """Which share of some latents is true, the mean over dictionaries.

    Attributes:
        stable: Of those that are stable.
        others: Of those that are not.
        gain: The difference of the two.
    """

    stable: Interval
    others: Interval
    gain: Interval


def precisions(found: Sequence[Agreed], *, seed: int = 0) -> Precision:
    """How many of the stable latents are true, and of the others, with intervals over dictionaries.

    What is stable is so by all dictionaries together, so that their shares are not independent: dictionaries are
    drawn, and what is stable is asked anew of those. One that is drawn twice is no witness of its own latents.
    """
    size = len(found)
    known: dict[bytes, np.ndarray] = {}

    def shares(rows: np.ndarray) -> np.ndarray:
        counts = (rows[:, :, None] == np.arange(size)).sum(axis=1)
        for each in np.unique(counts, axis=0):
            known.setdefault(each.tobytes(), _precision(found, each))
        return np.array([known[each.tobytes()] for each in counts])

    whole, drawn = _precision(found, np.ones(size, int)), resample(size, shares, seed=seed)
    return Precision(*(_interval(float(whole[place]), drawn[:, place]) for place in range(3)))


def _precision(found: Sequence[Agreed], drawn: np.ndarray) -> Float[np.ndarray, "3"]:
    """Shares that are true of the stable and of the others, and their difference, each over dictionaries that have it;
    NaN where only one dictionary is drawn."""
    rows, weights = [], []
    for own in np.flatnonzero(drawn).tolist() if (drawn > 0).sum() > 1 else ():
        stable, right = found[own].stable(own, drawn), found[own].true
        shares = [right[each].mean() if each.any() else np.nan for each in (stable, ~stable)]
        rows.append([*shares, shares[0] - shares[1]])
        weights.append(drawn[own])
    told = np.array(rows).reshape(-1, 3)
    there, weight = np.isfinite(told), np.array(weights, float)[:, None]
    total = (weight * there).sum(axis=0)
    return np.divide((weight * np.where(there, told, 0)).sum(axis=0), total, out=np.full(3, np.nan), where=total > 0)


def mean_alone(table: Float[np.ndarray, "S S"]) -> float:
    """The mean over pairs of dictionaries, without an interval."""
    return float(_mean(table[np.triu_indices(len(table), 1)]))


def mean_of_pairs(tables: Sequence[Float[np.ndarray, "S S"]], *, seed: int = 0) -> list[Interval]:
    """The mean over pairs of dictionaries, with an interval over dictionaries: of each table, then of each one's
    difference to the first.

    Pairs that share a dictionary are not independent, so dictionaries are drawn, with all their pairs; one that is
    drawn twice makes no pair with itself.
    """
    size = len(tables[0])
    one, other = np.triu_indices(size, 1)
    drawn = [resample(size, lambda rows, t=table: _mean(t[rows[:, one], rows[:, other]]), seed=seed)
             for table in tables]  # fmt: skip
    whole = [float(_mean(table[one, other])) for table in tables]
    apart = zip(whole[1:], drawn[1:], strict=True)
    return [
        *(_interval(each, draws) for each, draws in zip(whole, drawn, strict=True)),
        *(_interval(each - whole[0], draws - drawn[0]) for each, draws in apart),
    ]


def _mean(pairs: Float[np.ndarray, "*R P"]) -> Float[np.ndarray, "*R"]:
    """The mean over pairs that there are; NaN where there are none."""
    there = np.isfinite(pairs)
    count = there.sum(axis=-1)
    return np.where(count > 0, np.where(there, pairs, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)


def _interval(whole: float, draws: Float[np.ndarray, "R"]) -> Interval:
    kept = draws[np.isfinite(draws)]
    return Interval(whole, *percentiles(kept)) if len(kept) else Interval(whole, np.nan, np.nan)


def _chosen(one: Learned, *, live: bool) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Directions, the encoder's rows and codes in halves, of all latents or the live ones."""
    kept = one.live if live else np.ones_like(one.live)
    return one.dictionary.atoms[kept], one.encoders[kept], _halves(one.codes[:, kept])


def _standard(codes: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N D"]:
    """Codes about their means, each latent's of length one; zeros where it never changes."""
    about = codes - codes.mean(axis=0)
    length = np.linalg.norm(about, axis=0)
    return np.divide(about, length, out=np.zeros_like(about), where=length > 1e-12)


def _close(mine: Float[np.ndarray, "D d"], theirs: Float[np.ndarray, "G d"]) -> Bool[np.ndarray, "D"]:
    """Which rows have a partner that points where they do."""
    paired = matching(mine, theirs, signed=True)
    found = np.zeros(len(mine), bool)
    found[paired.learned[paired.cosine > CLOSE]] = True
    return found

"""How a few features lie: which of them are represented, which are opposite, and what that is called."""

from __future__ import annotations

import itertools

import numpy as np
from jaxtyping import Float

from tropism.subjects.superposition.measures.geometry import REPRESENTED

OPPOSITE, APART = -0.8, 0.35
"""Cosines: two features are opposite below the first, and apart (orthogonal) where the second is not exceeded."""

DIGON = -0.95
"""A pair is antipodal below this cosine; neighbors but one in a pentagon are at −.81."""


def cosines(directions: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E N N"]:
    """Cosines between all features; zero with one that has no direction."""
    lengths = np.linalg.norm(directions, axis=-1, keepdims=True)
    unit = np.divide(directions, lengths, out=np.zeros_like(directions), where=lengths > 0)
    return unit @ unit.swapaxes(-1, -2)


def phase(directions: Float[np.ndarray, "N D"]) -> str:
    """Which of `theory.phase_losses` a network with N − 1 dimensions is; `another` if none. The extra feature is last.

    A feature is represented from a length of 1/2 on, opposite another below a cosine of −.8, and apart from it where
    the cosine is at most .35 either way.
    """
    last = len(directions) - 1
    there = np.linalg.norm(directions, axis=-1) >= REPRESENTED
    between = cosines(directions)
    pairs = list(itertools.combinations(np.flatnonzero(there).tolist(), 2))
    opposite = [pair for pair in pairs if between[pair] < OPPOSITE]
    if any(abs(between[pair]) > APART for pair in pairs if pair not in opposite):
        return "another"
    if there.all() and len(opposite) == 1:
        return "pair-with-extra" if last in opposite[0] else "pair-without"
    if there.sum() == last and not opposite:
        return "ignore-other" if there[last] else "ignore-extra"
    return "another"


def extra_state(directions: Float[np.ndarray, "N D"]) -> str:
    """What became of the last feature: `left out`, `superposed` with another, or with a dimension `of its own`."""
    if np.linalg.norm(directions[-1]) < REPRESENTED:
        return "left out"
    others = np.linalg.norm(directions[:-1], axis=-1) >= REPRESENTED
    shared = np.abs(cosines(directions)[-1, :-1][others]).max(initial=0.0)
    return "superposed" if shared > APART else "of its own"


def five_in_a_plane(directions: Float[np.ndarray, "5 2"]) -> str:
    """`pentagon` if all five are represented and none is antipodal to another, `two digons` if four are, in pairs."""
    there = np.linalg.norm(directions, axis=-1) >= REPRESENTED
    antipodal = int((cosines(directions[there]) < DIGON).sum()) // 2
    if there.sum() == 5 and antipodal == 0:
        return "pentagon"
    return "two digons" if there.sum() == 4 and antipodal == 2 else "another"

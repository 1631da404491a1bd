"""What theory says of how many active atoms are got back: of all codes, of most, and in the limit of many atoms."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

HEIGHTS = np.linspace(0.0, 8.0, 160_001)
"""Thresholds among which the best is looked for; that of any share above 1e-8 is among them, to 5e-5."""


def by_coherence(coherence: float) -> int:
    """The most active atoms that basis pursuit and OMP get back for certain: the largest k below (1 + 1/μ) / 2.

    Source: Donoho and Elad (2003), "Optimally sparse representation in general dictionaries via ℓ1 minimization";
    Tropp (2004), "Greed is good".
    """
    return math.ceil((1 + 1 / coherence) / 2) - 1


def by_spark(width: int) -> int:
    """The most active atoms for which no other code with as few gives the same sum for certain: 2k < spark.

    Of atoms in general position any `width` are independent, so that the spark is one more.

    Source: Donoho and Elad (2003).
    """
    return width // 2


def by_rule(width: int, atoms: int) -> float:
    """How many active atoms the rule d = 2 k ln(G / k) allows; of its two answers the smaller.

    Source: Donoho and Tanner (2010), "Precise undersampling theorems", for few active atoms.
    """
    most = atoms / math.e  # where the right side is largest
    return _root(lambda active: 2 * active * math.log(atoms / active) - width, 1e-9, most)


def active_in_the_limit(width: int, atoms: int, *, non_negative: bool) -> float:
    """How many active atoms half of all codes may have for basis pursuit to get them back; exact for many atoms.

    d · max over z ≥ 0 of (1 − κ b / δ) / (1 + z² − κ b), where b = (1 + z²) Φ(−z) − z φ(z), δ = d / G, and κ is 2, or 1
    where codes are not negative.

    Source: Donoho, Maleki and Montanari (2009), "Message-passing algorithms for compressed sensing"; the curves are
    those of Donoho and Tanner (2005).
    """
    from scipy.special import ndtr

    square, density = HEIGHTS**2, np.exp(-(HEIGHTS**2) / 2) / math.sqrt(2 * math.pi)
    beyond = (1.0 if non_negative else 2.0) * ((1 + square) * ndtr(-HEIGHTS) - HEIGHTS * density)
    above = 1 + square - beyond
    shares = np.divide(1 - beyond * atoms / width, above, out=np.full_like(above, -np.inf), where=above > 1e-12)
    return width * float(shares.max())


def crossing(active: Float[np.ndarray, "K"], share: Float[np.ndarray, "K"], level: float) -> float:
    """At how many active atoms a share of successes falls to a level, straight between neighbors.

    A share never rises again: each counts as the least so far. With none active all succeed. NaN where it stays above.
    """
    places = np.concatenate([[0.0], active])
    falling = np.minimum.accumulate(np.concatenate([[1.0], share]))
    if falling[-1] > level:
        return math.nan
    after = int(np.argmax(falling <= level))
    before = after - 1
    step = (falling[before] - level) / (falling[before] - falling[after])
    return float(places[before] + step * (places[after] - places[before]))


def _root(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function is zero, by halving; the upper end where it nowhere is."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) > 0 else (middle, high)
    return high

"""What luck gives: the scores of random dictionaries, and of examples that do not belong together.

Every score of likeness goes beside its chance. The draws follow from a key alone.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue
from tropism.measures._given import finite, table
from tropism.measures.matching import Recovery, recovery


class Chance(NamedTuple):
    """What luck gives: the mean of some draws, and the interval in which the middle 95 % of them lie."""

    mean: float
    low: float
    high: float


def chance(
    true: Float[np.ndarray, "G d"],
    size: int,
    *,
    signed: bool = False,
    threshold: float = 0.9,
    draws: int = 200,
    key: int = 0,
) -> dict[str, Chance]:
    """What dictionaries of `size` random unit rows score against the true one, by the names of `Recovery`.

    Of two learned dictionaries, let one stand for the true.

    Raises:
        BadValue: Less than one row, or less than two draws.
    """
    other = table(true, "chance's true")
    if size < 1 or draws < 2:
        raise BadValue("chance's size and draws", (size, draws), "at least 1 row and 2 draws")
    dictionaries = _luck(key).normal(size=(draws, size, other.shape[1]))
    found = np.array([recovery(each, other, signed=signed, threshold=threshold) for each in dictionaries])
    return dict(zip(Recovery._fields, map(_spread, found.T), strict=True))


def permuted(
    score: Callable[[np.ndarray, np.ndarray], float],
    one: np.ndarray,
    other: np.ndarray,
    *,
    draws: int = 20,
    key: int = 0,
) -> Chance:
    """What a score of two arrays is when the rows of the second are shuffled, so that no two belong together.

    What is left is owed to the number of examples and of dimensions: of 200 independent examples, two views
    of ten dimensions have canonical correlations far above zero.

    Raises:
        BadValue: Less than two draws.
    """
    if draws < 2:
        raise BadValue("permuted's draws", draws, "at least 2")
    random, shuffled = _luck(key), np.asarray(other)
    return _spread(np.array([score(one, shuffled[random.permutation(len(shuffled))]) for _ in range(draws)]))


def chance_corrected(score: float, by_chance: float) -> float:
    """How much of the way from chance to 1 a score has gone, (s − c) / (1 − c).

    Below 0 it is worse than chance. NaN where chance is 1 already.
    """
    return (score - by_chance) / (1 - by_chance) if by_chance < 1 else math.nan


def _luck(key: int) -> np.random.Generator:
    """Draws of our own: a dictionary that somebody drew from the bare key would be among those of chance."""
    return np.random.default_rng((key, zlib.crc32(b"chance")))


def _spread(scores: Float[np.ndarray, "N"]) -> Chance:
    if not finite(scores):
        return Chance(math.nan, math.nan, math.nan)
    low, high = np.quantile(scores, [0.025, 0.975])
    return Chance(float(scores.mean()), float(low), float(high))

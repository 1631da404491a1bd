"""Intervals: how far a number over members may be trusted.

Everything is 95 % unless asked otherwise. A statistic of measured numbers gets a percentile bootstrap over members with
a fixed seed; a share gets Wilson's interval, which stays honest at none of sixty and at sixty of sixty.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

Statistic = Callable[[np.ndarray], np.ndarray]
"""Reduces the last axis: `[..., E]` to `[...]`."""

STATISTICS: Mapping[str, Statistic] = MappingProxyType(
    {
        "mean": lambda values: values.mean(axis=-1),
        "median": lambda values: np.median(values, axis=-1),
        "std": lambda values: values.std(axis=-1, ddof=1),
        "max": lambda values: values.max(axis=-1),
        "min": lambda values: values.min(axis=-1),
        "share": lambda values: values.mean(axis=-1),
    }
)
"""What may be said of numbers over members; `share` is the mean of zeros and ones."""

RESAMPLES = 10_000
_BLOCK = 2_000_000  # numbers held at once while resampling


class Interval(NamedTuple):
    """An estimate with its bounds; all three are NaN where nothing can be said."""

    estimate: float
    low: float
    high: float


NOTHING = Interval(math.nan, math.nan, math.nan)


def bootstrap(
    values: Float[np.ndarray, "E"],
    statistic: str = "mean",
    *,
    seed: int,
    level: float = 0.95,
    resamples: int = RESAMPLES,
) -> Interval:
    """A statistic over members with its percentile bootstrap interval.

    The bounds are NaN below two members. The interval of `max` and `min` never passes what was seen: it speaks of
    these members, not of ones yet to be grown.

    Source: Efron and Tibshirani (1993), "An Introduction to the Bootstrap", ch. 13.
    """
    compute = STATISTICS[statistic]
    if len(values) == 0:
        return NOTHING
    if len(values) < 2:
        alone = math.nan if statistic == "std" else float(compute(values))
        return Interval(alone, math.nan, math.nan)
    draws = resample(len(values), lambda rows: compute(values[rows]), seed=seed, resamples=resamples)
    return Interval(float(compute(values)), *percentiles(draws, level))


def resample(
    members: int, compute: Callable[[np.ndarray], np.ndarray], *, seed: int, resamples: int = RESAMPLES
) -> Float[np.ndarray, "R"]:
    """What `compute` makes of `[block, E]` row numbers drawn with replacement: a number (or several) a resample."""
    random = np.random.default_rng(seed)
    block = max(1, _BLOCK // members)
    sizes = [min(block, resamples - start) for start in range(0, resamples, block)]
    return np.concatenate([compute(random.integers(members, size=(size, members))) for size in sizes])


def percentiles(draws: Float[np.ndarray, "R"], level: float = 0.95) -> tuple[float, float]:
    """The bounds that leave out equal parts of the draws on both sides."""
    outside = 50 * (1 - level)
    low, high = np.percentile(draws, (outside, 100 - outside))
    return float(low), float(high)


def wilson(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """A share of `n` with Wilson's score interval, within [0, 1].

    Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
    """
    if n == 0:
        return Interval(math.nan, 0.0, 1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if successes == 0 else middle - reach  # rounding would leave 1e-18 where the formula gives zero
    high = 1.0 if successes == n else middle + reach
    return Interval(share, low, high)


def share_difference(
    ours: Float[np.ndarray, "E"], theirs: Float[np.ndarray, "F"], *, paired: bool, level: float = 0.95
) -> Interval:
    """The difference of two shares from zeros and ones, by Newcombe's hybrid of two Wilson intervals.

    Source: Newcombe (1998), "Interval estimation for the difference between independent proportions", method 10, and
    "Improved confidence intervals for the difference between binomial proportions based on paired data", method 10
    without the continuity correction.
    """
    if len(ours) == 0 or len(theirs) == 0:
        return NOTHING
    a = wilson(int(ours.sum()), len(ours), level=level)
    b = wilson(int(theirs.sum()), len(theirs), level=level)
    together = _correlation(ours, theirs) if paired else 0.0
    return Interval(a.estimate - b.estimate, *_hybrid(a, b, together))


def _hybrid(a: Interval, b: Interval, together: float) -> tuple[float, float]:
    down_a, up_a = a.estimate - a.low, a.high - a.estimate
    down_b, up_b = b.estimate - b.low, b.high - b.estimate
    below = down_a**2 - 2 * together * down_a * up_b + up_b**2
    above = up_a**2 - 2 * together * up_a * down_b + down_b**2
    difference = a.estimate - b.estimate
    return difference - math.sqrt(max(0.0, below)), difference + math.sqrt(max(0.0, above))


def _correlation(ours: Float[np.ndarray, "E"], theirs: Float[np.ndarray, "E"]) -> float:
    spread = float(ours.std() * theirs.std())
    return float(np.mean((ours - ours.mean()) * (theirs - theirs.mean()))) / spread if spread > 0 else 0.0

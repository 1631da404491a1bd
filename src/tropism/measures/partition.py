"""Does an ablation cut the examples in two: those that are destroyed by it, and those that do not notice?

An effect is an example's loss after the ablation less its loss before it. It may be below zero: some are
helped.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.errors import DoesNotFit, UnknownName
from tropism.measures._given import finite, line, marks
from tropism.measures.separation import area_under_curve

Whole = Literal["mean", "least"]
WHOLES: tuple[Whole, ...] = ("mean", "least")
_MOST_STEPS, _FLOOR = 500, 1e-6


class Partition(NamedTuple):
    """The examples that an ablation destroys, and the mean effects in and out of them.

    Attributes:
        destroyed: Which they are.
        share: Of all examples.
        inside: The mean effect on the destroyed; NaN if there are none.
        outside: The mean effect on the others; NaN if there are none.
    """

    destroyed: Bool[np.ndarray, "N"]
    share: float
    inside: float
    outside: float


class Split(NamedTuple):
    """The cut between numbers that leaves the least variance on its two sides.

    Attributes:
        separation: The share of the variance that lies between the sides, in [0, 1].
        threshold: Halfway between the neighbors that it cuts apart.
    """

    separation: float
    threshold: float


def partition(effects: Float[np.ndarray, "N"], *, threshold: float = 1.0) -> Partition:
    """Cuts the examples at an effect; where one is not finite, none is destroyed and the rest is NaN."""
    d = line(effects, "partition's effects")
    if not finite(d):
        return Partition(np.zeros(len(d), bool), math.nan, math.nan, math.nan)
    above = d > threshold
    return Partition(above, _mean(above), _mean(d[above]), _mean(d[~above]))


def bimodality(effects: Float[np.ndarray, "N"]) -> float:
    """Sarle's coefficient, (skewness² + 1) / kurtosis: 1 of two points, 5/9 of even, 1/3 of Gaussian numbers.

    The kurtosis is not the excess. Skewed numbers of one mode look like two, and fewer than 50 tell little:
    see `otsu` and `mixture_gain` beside it. NaN for numbers that are all one, or not finite.

    Source: Ellison (1987), and Pfister et al. (2013), on the bimodality coefficient.
    """
    deviations = _deviations(line(effects, "bimodality's effects"))
    if deviations is None:
        return math.nan
    skewness, kurtosis = np.mean(deviations**3), np.mean(deviations**4)
    return float((skewness**2 + 1) / kurtosis)


def otsu(effects: Float[np.ndarray, "N"]) -> Split:
    """The best cut in two, and how much of the variance it explains.

    That is 1 of two points, 3/4 of even numbers, and 2/π of Gaussian ones. NaN for numbers that are all one,
    or not finite.

    Source: Otsu (1979), "A threshold selection method from gray-level histograms"; here without bins.
    """
    given = np.sort(line(effects, "otsu's effects"))
    deviations = _deviations(given)
    if deviations is None:
        return Split(math.nan, math.nan)
    count = len(given)
    below = np.arange(1, count)
    between = np.cumsum(deviations)[:-1] ** 2 / (below * (count - below))
    between[given[1:] == given[:-1]] = 0.0
    best = int(between.argmax())
    return Split(min(float(between[best]), 1.0), float((given[best] + given[best + 1]) / 2))


def membership_area(projections: Float[np.ndarray, "N"], members: Bool[np.ndarray, "N"]) -> float:
    """The chance that a member's projection is larger in size than another's; 1/2 is guessing.

    NaN where all are members or none, or where a projection is not finite.
    """
    p = np.abs(line(projections, "membership_area's projections"))
    inside = marks(members, len(p), "membership_area's members")
    return area_under_curve(p[inside], p[~inside]) if inside.any() and not inside.all() else math.nan


def mutual_information(one: np.ndarray, other: np.ndarray, *, over: Whole = "mean") -> float:
    """How much two labelings tell about each other, in [0, 1]: their mutual information, over an entropy.

    Labels are anything that can be told apart. Among few examples it is above zero by chance: see `permuted`.
    NaN where one of the labelings says the same of all.

    Args:
        over: The mean of the two entropies, or the `least`: then a set of two whole classes of ten has 1.

    Source: Strehl and Ghosh (2002), "Cluster ensembles", on normalized mutual information.
    """
    if over not in WHOLES:
        raise UnknownName("whole", str(over), WHOLES, "mutual_information")
    a, b = (_labels(each) for each in (one, other))
    if len(a) != len(b):
        raise DoesNotFit(f"mutual_information: {len(a)} labels beside {len(b)}; they must be of the same examples.")
    if not len(a):
        return math.nan
    joint = np.zeros((a.max() + 1, b.max() + 1))
    np.add.at(joint, (a, b), 1 / len(a))
    first, second = _entropy(joint.sum(axis=1)), _entropy(joint.sum(axis=0))
    if min(first, second) <= 0:
        return math.nan
    whole = (first + second) / 2 if over == "mean" else min(first, second)
    return float(np.clip((first + second - _entropy(joint.ravel())) / whole, 0, 1))


def purity(members: Bool[np.ndarray, "N"], classes: np.ndarray) -> float:
    """The share of the most frequent class among the members; NaN without members."""
    labels = _labels(classes)
    inside = marks(members, len(labels), "purity's members")
    return float(np.bincount(labels[inside]).max() / inside.sum()) if inside.any() else math.nan


def mixture_gain(effects: Float[np.ndarray, "N"]) -> float:
    """How much better two Gaussians describe numbers than one: BIC of one less BIC of two; above 10, much better.

    One skewed mode, too, is described better by two. No deviation is below a thousandth of that of all, so
    that repeated numbers have no infinite likelihood. NaN for numbers that are all one, or not finite.

    Source: Schwarz (1978) for the criterion; Dempster, Laird and Rubin (1977) for the fit, from six splits.
    """
    deviations = _deviations(line(effects, "mixture_gain's effects"))
    if deviations is None:
        return math.nan
    x = np.sort(deviations)
    alone = -len(x) / 2 * (math.log(2 * math.pi) + 1)
    return float(2 * (_two_gaussians(x) - alone) - (5 - 2) * math.log(len(x)))


def _two_gaussians(x: Float[np.ndarray, "N"]) -> float:
    """The log-likelihood of the best mixture of two, by expectation and maximization from several splits at once."""
    cuts = np.append(np.quantile(x, [0.1, 0.25, 0.5, 0.75, 0.9]), otsu(x).threshold)
    above = (x > cuts[:, None]).astype(float)
    weights = np.clip(np.stack([1 - above, above], axis=1), 1e-3, 1 - 1e-3)
    found = np.full(len(cuts), -np.inf)
    for _ in range(_MOST_STEPS):
        counts = weights.sum(axis=-1) + 1e-10
        means = (weights * x).sum(axis=-1) / counts
        far = np.square(x - means[..., None])
        variances = np.maximum((weights * far).sum(axis=-1) / counts, _FLOOR)
        logs = np.log(counts / len(x)) - np.log(2 * math.pi * variances) / 2
        each = logs[..., None] - far / (2 * variances[..., None])
        both = np.logaddexp(each[:, 0], each[:, 1])
        weights, before, found = np.exp(each - both[:, None]), found, both.sum(axis=-1)
        if (found - before).max() < 1e-7 * len(x):
            break
    return float(found.max())


def _deviations(given: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N"] | None:
    """Numbers about their mean, of variance 1; None where they are all one, or not finite."""
    if not len(given) or not finite(given):
        return None
    about = given - given.mean()
    deviation = float(np.sqrt(np.square(about).mean()))
    return about / deviation if deviation > 1e-12 * np.abs(given).max() else None


def _labels(labels: np.ndarray) -> np.ndarray:
    found = np.asarray(labels)
    if found.ndim != 1:
        raise DoesNotFit(f"Labels of shape {found.shape}; wanted is a list, one an example.")
    return np.unique(found, return_inverse=True)[1]


def _entropy(shares: Float[np.ndarray, "K"]) -> float:
    held = shares[shares > 0]
    return float(-(held * np.log(held)).sum()) if len(held) > 1 else 0.0


def _mean(numbers: np.ndarray) -> float:
    return float(numbers.mean()) if len(numbers) else math.nan

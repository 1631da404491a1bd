"""Statistics over members: our number beside a published one."""

from __future__ import annotations

import math
from typing import NamedTuple

from tropism.errors import BadValue


class WelchInterval(NamedTuple):
    """A difference of two means, its interval, and the degrees of freedom behind it."""

    difference: float
    low: float
    high: float
    freedom: float


def welch_interval(
    mean_a: float, std_a: float, n_a: int, mean_b: float, std_b: float, n_b: int, *, level: float = 0.99
) -> WelchInterval:
    """The interval of `mean_a − mean_b` where only means, standard deviations (n − 1) and counts are known.

    Two experiments agree, at this level, where it contains zero.

    Source: Welch (1947), "The generalization of Student's problem when several different population variances are
    involved"; degrees of freedom after Satterthwaite (1946).
    """
    for name, n in (("n_a", n_a), ("n_b", n_b)):
        if n < 2:
            raise BadValue(f"welch_interval.{name}", n, "at least 2, because one number has no spread")
    for name, std in (("std_a", std_a), ("std_b", std_b)):
        if not std >= 0:
            raise BadValue(f"welch_interval.{name}", std, "a standard deviation, at least 0")
    from scipy.special import stdtrit

    square_a, square_b = std_a**2 / n_a, std_b**2 / n_b
    square, difference = square_a + square_b, mean_a - mean_b
    if square == 0:
        return WelchInterval(difference, difference, difference, math.inf)
    freedom = square**2 / (square_a**2 / (n_a - 1) + square_b**2 / (n_b - 1))
    reach = float(stdtrit(freedom, (1 + level) / 2)) * math.sqrt(square)
    return WelchInterval(difference, difference - reach, difference + reach, freedom)

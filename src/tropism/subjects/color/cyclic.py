"""Numbers on a circle, such as hues: ranges, closeness and membership that do not break where the circle closes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tropism.errors import BadValue

_ROUNDING = 1e-9


def arange_cyclic(
    lower: float = 0.0,
    upper: float | None = None,
    *,
    step: float = 1 / 12,
    period: float = 1.0,
    inclusive: bool = False,
) -> NDArray[np.float64]:
    """Evenly spaced numbers from `lower` up to `upper`, through the point where the circle closes if need be.

    Args:
        lower: The first number.
        upper: Where to stop; one whole period after `lower` if not given.
        step: The distance between neighbors.
        period: The circle's length.
        inclusive: Whether `upper` itself belongs to the range, where the steps reach it.

    Returns:
        The numbers, each in [0, period). A stop that the steps reach but for rounding counts as reached.
    """
    _check_positive("arange_cyclic.step", step)
    _check_positive("arange_cyclic.period", period)
    span = period if upper is None else _span(lower, upper, period)
    steps = span / step
    count = int(np.floor(steps + _ROUNDING)) + 1 if inclusive else int(np.ceil(steps - _ROUNDING))
    numbers = (lower + step * np.arange(count)) % period
    return np.where(isclose_cyclic(numbers, 0.0, atol=_ROUNDING * period, period=period), 0.0, numbers)


def isclose_cyclic(a: ArrayLike, b: ArrayLike, *, atol: float = 1e-8, period: float = 1.0) -> NDArray[np.bool_]:
    """Where `a` and `b` lie at most `atol` apart, the short way round."""
    apart = np.mod(np.asarray(a, dtype=float) - b, period)
    return np.minimum(apart, period - apart) <= atol


def isbetween_cyclic(
    a: ArrayLike, lower: float, upper: float, *, atol: float = 1e-8, period: float = 1.0
) -> NDArray[np.bool_]:
    """Where `a` lies on the arc that runs upwards from `lower` to `upper`, ends included.

    The arc may pass through 0: from 11/12 to 1/12 are the reds. An arc of a whole period or more holds everything; one
    whose ends are equal holds its end. `atol` widens both ends, wherever the arc lies.
    """
    beyond = np.mod(np.asarray(a, dtype=float) - lower, period)
    return (beyond <= _span(lower, upper, period) + atol) | (beyond >= period - atol)


def _span(lower: float, upper: float, period: float) -> float:
    difference = upper - lower
    return period if difference >= period * (1 - _ROUNDING) else difference % period


def _check_positive(where: str, given: float) -> None:
    if not given > 0:
        raise BadValue(where, given, "positive")

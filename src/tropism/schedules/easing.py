"""How a number gets from one keyframe to the next, and how a number in flight takes a new target.

Everything here is written with + - * / alone, so that it takes floats, NumPy arrays and traced JAX arrays alike.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, Protocol, TypeVar, get_args

import numpy as np

from tropism.errors import BadValue, UnknownName

Easing = Literal["minjerk", "linear", "step"]
EASINGS: tuple[str, ...] = get_args(Easing)


class Arithmetic(Protocol):
    """What can be added, multiplied and divided: a float, a NumPy array, a JAX array."""

    def __add__(self, other: Any, /) -> Any: ...
    def __radd__(self, other: Any, /) -> Any: ...
    def __sub__(self, other: Any, /) -> Any: ...
    def __rsub__(self, other: Any, /) -> Any: ...
    def __mul__(self, other: Any, /) -> Any: ...
    def __rmul__(self, other: Any, /) -> Any: ...
    def __truediv__(self, other: Any, /) -> Any: ...


N = TypeVar("N", bound=Arithmetic)


class Motion(NamedTuple):
    """Where a number is, how fast it moves (per step) and how that changes (per step²)."""

    value: Arithmetic
    velocity: Arithmetic
    acceleration: Arithmetic


class Quintic(NamedTuple):
    """A transition of `duration` steps: Σ_k c_k (t / duration)^k for t in [0, duration].

    It is at rest at its end; whoever follows it holds the last value from there on.
    """

    c0: Arithmetic
    c1: Arithmetic
    c2: Arithmetic
    c3: Arithmetic
    c4: Arithmetic
    c5: Arithmetic
    duration: Arithmetic

    def at(self, t: Arithmetic) -> Motion:
        """Value, velocity and acceleration `t` steps after the start."""
        c0, c1, c2, c3, c4, c5, duration = self
        s = t / duration
        value = c0 + s * (c1 + s * (c2 + s * (c3 + s * (c4 + s * c5))))
        slope = c1 + s * (2 * c2 + s * (3 * c3 + s * (4 * c4 + s * (5 * c5))))
        bend = 2 * c2 + s * (6 * c3 + s * (12 * c4 + s * (20 * c5)))
        return Motion(value, slope / duration, bend / (duration * duration))


def minimum_jerk(tau: N) -> N:
    """The share of the way covered after a share `tau` of the time, both in [0, 1]: 10τ³ − 15τ⁴ + 6τ⁵.

    Source: Flash & Hogan (1985), "The coordination of arm movements", for a movement from rest to rest.
    """
    return tau * tau * tau * (tau * (tau * 6 - 15) + 10)


def ease(easing: str, tau: float | np.ndarray) -> np.ndarray:
    """The share of the way covered after a share `tau` of the time, in [0, 1]; a `step` waits until the very end.

    Raises:
        UnknownName: An easing that is none of `EASINGS`.
    """
    share = np.asarray(tau, dtype=np.float64)
    if easing == "minjerk":
        return np.clip(minimum_jerk(share), 0.0, 1.0)
    if easing == "linear":
        return share
    if easing == "step":
        return np.where(share < 1, 0.0, 1.0)
    raise UnknownName("easing", easing, EASINGS)


def retarget(motion: Motion, target: Arithmetic, duration: Arithmetic) -> Quintic:
    """The minimum-jerk way from a motion under way to rest at `target`, `duration` steps from now.

    Value, velocity and acceleration are continuous at the start. The last three coefficients solve p(1) = target,
    p'(1) = 0, p''(1) = 0, here in closed form.

    Source: Flash & Hogan (1985), with the boundary conditions of a movement that has begun.
    """
    if isinstance(duration, (int, float)) and not 0 < duration < float("inf"):
        raise BadValue("duration", duration, "a number of steps greater than 0")
    c0, c1, c2 = motion.value, motion.velocity * duration, motion.acceleration * duration * duration / 2
    way = target - c0 - c1 - c2
    slope = c1 + 2 * c2
    c3 = 10 * way + 4 * slope - c2
    c4 = 2 * c2 - 15 * way - 7 * slope
    c5 = 6 * way + 3 * slope - c2
    return Quintic(c0, c1, c2, c3, c4, c5, duration)

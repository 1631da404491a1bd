"""Mappings: which alignment a vector is turned to, from the alignment it has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.errors import BadValue, DoesNotFit
from tropism.interventions.checks import number_between
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float

Point = tuple[float, float]

_NEWTON_STEPS = 12


@dataclass(frozen=True)
class AlignmentMap(Value):
    """A new alignment for each alignment in [0, 1]; nothing changes up to `a`, and 1 goes to `b`.

    Attributes:
        a: The cosine at which it begins to act, in [0, 1).
        b: The cosine of the hole's half-angle, in [-1, 1].
    """

    a: float
    b: float

    def check(self) -> None:
        kind = type(self).__name__
        number_between(f"{kind}.a", self.a, 0.0, 1.0, open_above=True)
        number_between(f"{kind}.b", self.b, -1.0, 1.0)
        if 1.0 - self.a < 1e-6:
            raise BadValue(f"{kind}.a", self.a, "below 1 by at least 1e-6")

    def __call__(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        """The new alignment at each alignment."""
        raise NotImplementedError

    def handles(self) -> tuple[Point, ...]:
        """The points that a drawing of the curve may show: its two ends, and control points between them."""
        return ((self.a, self.a), (1.0, self.b))


@dataclass(frozen=True)
class Linear(AlignmentMap):
    """A straight line from (a, a) to (1, b).

    Source: `LinearMapper` of z0u/ex-preppy.
    """

    def __call__(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        import jax.numpy as jnp

        slope = (self.b - self.a) / (1.0 - self.a)
        return jnp.where(alpha > self.a, self.a + slope * (alpha - self.a), alpha)


@dataclass(frozen=True)
class Bezier(AlignmentMap):
    """A cubic Bézier curve from (a, a) to (1, b), whose tangents are given at both ends.

    With I the point where the tangents meet (the midpoint of the ends, if they are parallel), the inner control points
    lie at `control_distance` of the way from either end to I. The curve is solved, not looked up: to about 1e-6.

    Attributes:
        start_slope: At (a, a); 1 makes the turn begin smoothly.
        end_slope: At (1, b).
        control_distance: In (0, 1].

    Source: `BezierMapper` of z0u/ex-preppy.
    """

    start_slope: float = 1.0
    end_slope: float = 0.0
    control_distance: float = math.sqrt(0.5)

    def check(self) -> None:
        super().check()
        number_between("Bezier.start_slope", self.start_slope, -1e3, 1e3)
        number_between("Bezier.end_slope", self.end_slope, -1e3, 1e3)
        number_between("Bezier.control_distance", self.control_distance, 1e-3, 1.0)
        if not self.a <= self._meeting()[0] <= 1.0:
            raise DoesNotFit(
                f"Bezier: tangents of slope {self.start_slope:g} at alignment {self.a:g} and {self.end_slope:g} at 1 "
                f"meet at {self._meeting()[0]:.3g}, not between the two; change a slope or b."
            )

    def handles(self) -> tuple[Point, Point, Point, Point]:
        """The curve's four control points, each (alignment before, alignment after)."""
        first, last, meeting, share = (self.a, self.a), (1.0, self.b), self._meeting(), self.control_distance

        def towards(end: Point) -> Point:
            return (end[0] + share * (meeting[0] - end[0]), end[1] + share * (meeting[1] - end[1]))

        return first, towards(first), towards(last), last

    def __call__(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        import jax.numpy as jnp

        before, after = zip(*self.handles(), strict=True)
        inside = jnp.clip(alpha, self.a, 1.0)
        turned = _cubic(after, _solved(before, inside))
        return jnp.where(alpha > self.a, turned, alpha)

    def _meeting(self) -> Point:
        apart = self.start_slope - self.end_slope
        if abs(apart) < 1e-8:
            return ((self.a + 1.0) / 2, (self.a + self.b) / 2)
        x = (self.b - self.a + self.start_slope * self.a - self.end_slope) / apart
        return (x, self.a + self.start_slope * (x - self.a))


def _cubic(points: tuple[float, ...], t: Array) -> Array:
    p0, p1, p2, p3 = points
    s = 1.0 - t
    return s * s * s * p0 + 3 * s * s * t * p1 + 3 * s * t * t * p2 + t * t * t * p3


def _slope(points: tuple[float, ...], t: Array) -> Array:
    p0, p1, p2, p3 = points
    s = 1.0 - t
    return 3 * (s * s * (p1 - p0) + 2 * s * t * (p2 - p1) + t * t * (p3 - p2))


def _solved(points: tuple[float, ...], x: Array) -> Array:
    """The t in [0, 1] at which a rising cubic reaches x: Newton's method, halving where a step leaves the bracket."""
    import jax.numpy as jnp

    t = (x - points[0]) / (points[3] - points[0])
    low, high = jnp.zeros_like(t), jnp.ones_like(t)
    for _ in range(_NEWTON_STEPS):
        miss = _cubic(points, t) - x
        low, high = jnp.where(miss < 0, t, low), jnp.where(miss > 0, t, high)
        step = t - miss / jnp.maximum(_slope(points, t), 1e-6)
        t = jnp.where((step >= low) & (step <= high), step, (low + high) / 2)
    return t

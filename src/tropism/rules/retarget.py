"""A dial that sets off for another value when something was measured, smoothly, wherever it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.dial import Rule
from tropism.errors import BadValue
from tropism.schedules.easing import Motion, retarget

if TYPE_CHECKING:
    from jaxtyping import Array


class Course(NamedTuple):
    """The transition that is under way: the motion it began with, when, where to, and whether it is the rule's own."""

    value: Any
    velocity: Any
    acceleration: Any
    began: Array
    target: Array
    tripped: Array


@dataclass(frozen=True, kw_only=True)
class Retarget(Rule):
    """Heads for `to` once a measurement lies below (or above) a threshold; heads back if it no longer does.

    Every change of mind begins a minimum-jerk transition from the motion of that moment, so that value, velocity and
    acceleration stay continuous. Until the first one the dial is what the schedule says.

    Attributes:
        metric: A name in the history: `error`, `loss` or a term's.
        to: Where the dial goes.
        below: Tripped where the metric lies below this; or
        above: where it lies above.
        duration: Steps that a transition takes.
        once: Whether it stays once it was tripped.

    Source: the reactive half of Ex 1.4, z0u/ex-preppy (`SmoothProp`).
    """

    metric: str
    to: float
    below: float | None = None
    above: float | None = None
    duration: int = 100
    once: bool = True

    def check(self) -> None:
        if (self.below is None) == (self.above is None):
            raise BadValue("Retarget", (self.below, self.above), "given exactly one of below and above")
        if self.duration < 1:
            raise BadValue("Retarget.duration", self.duration, "at least 1 step")

    def metrics(self) -> tuple[str, ...]:
        return (self.metric,)

    def start(self) -> Course:
        import jax.numpy as jnp

        nothing = jnp.float32(0.0)
        return Course(nothing, nothing, nothing, nothing, nothing, jnp.bool_(False))

    def turn(self, scheduled: Array, measured: Mapping[str, Array], state: object, step: Array) -> tuple[Array, object]:
        import jax
        import jax.numpy as jnp

        assert isinstance(state, Course)
        tripped = (self._met(measured[self.metric]) & (step > 0)) | (state.tripped & self.once)
        turns = tripped != state.tripped
        now = step.astype(jnp.float32)
        begun = state.began > 0
        here = self._where(state, now)
        at_rest = Motion(scheduled, jnp.float32(0.0), jnp.float32(0.0))
        motion = jax.tree.map(partial(jnp.where, begun), here, at_rest)
        new = Course(
            motion.value, motion.velocity, motion.acceleration, now, jnp.where(tripped, self.to, scheduled), tripped
        )
        course = jax.tree.map(partial(jnp.where, turns), new, state)
        moved = self._where(course, now)
        return jax.tree.map(partial(jnp.where, course.began > 0), moved.value, scheduled), course

    def _where(self, course: Course, now: Array) -> Motion:
        import jax
        import jax.numpy as jnp

        way = retarget(Motion(course.value, course.velocity, course.acceleration), course.target, float(self.duration))
        elapsed = jnp.minimum(now - course.began, float(self.duration))
        arrived = now - course.began >= self.duration
        motion = way.at(elapsed)
        rest = Motion(course.target, jnp.float32(0.0), jnp.float32(0.0))
        return jax.tree.map(partial(jnp.where, arrived), rest, motion)

    def _met(self, number: Array) -> Array:
        return number < self.below if self.below is not None else number > float(self.above or 0.0)

"""A weight that rises while its constraint is violated and falls while it is met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.dial import Rule
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class DualAscent(Rule):
    """Adds `rate` × (metric − level) to the dial at every step, within [low, high]; starts from what the schedule says.

    Source: the closed-loop weights of z0u/sca2, ex-2.9.4, which found no gain over keyframes; here to be tried again.
    """

    metric: str
    level: float
    rate: float = 0.01
    low: float = 0.0
    high: float = 1.0

    def check(self) -> None:
        if not self.low < self.high:
            raise BadValue("DualAscent.low", self.low, f"less than high, which is {self.high:g}")
        if not self.rate > 0:
            raise BadValue("DualAscent.rate", self.rate, "positive")

    def metrics(self) -> tuple[str, ...]:
        return (self.metric,)

    def start(self) -> Array:
        import jax.numpy as jnp

        return jnp.float32(0.0)

    def turn(self, scheduled: Array, measured: Mapping[str, Array], state: object, step: Array) -> tuple[Array, object]:
        import jax.numpy as jnp

        change = jnp.where(step > 0, self.rate * (measured[self.metric] - self.level), 0.0)
        before = jnp.where(step > 0, jnp.asarray(state), scheduled)
        number = jnp.clip(before + change, self.low, self.high)
        return number, number

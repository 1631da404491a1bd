"""Separation: examples of one batch push each other apart by angle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array, Float

    from tropism.terms._pairs import Rule

_SAME = 1e-5 + 1e-8
"""How near to 1 a cosine counts as 1: `isclose` with a relative tolerance of 1e-5 and an absolute one of 1e-8."""


@dataclass(frozen=True)
class Separate(Regularizer):
    """Keeps a batch from clumping: each example pays for the others that lie in its direction.

    For unit rows u, with c = u_i · u_j, the price of example i is Σ_j c^power. Cosines that equal 1 (to 1e-5) count as
    0, which drops an example's pair with itself, and with its duplicates. With `shift`, c becomes (c + 1) / 2 after
    that, so that antipodes are free; the dropped pairs then cost 2^-power each. Without it, an even power makes
    antipodes pay as much as neighbors. It is a sum over the batch: twice the examples pay twice the price.

    The gradient is finite everywhere: a vector shorter than 1e-12 counts as nearly zero; dropped pairs pull nothing.

    It is differentiable in reverse, to any order, and forward over reverse; not in forward mode alone.

    Attributes:
        power: A whole number of at least 1; the larger, the nearer two examples must be to mind each other.
        shift: Whether cosines are moved to [0, 1] first.

    Source: z0u/ex-preppy, the `Separate` regularizer; Fraser and Wielopolski (2025), arXiv 2512.12469.
    """

    power: int = 100
    shift: bool = True

    default_name: ClassVar[str] = "separate"

    def check(self) -> None:
        if type(self.power) is not int or self.power < 1:
            raise BadValue("Separate.power", self.power, "a whole number of at least 1")

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        from tropism.terms._pairs import pair_prices

        return pair_prices(*self._pairs(value))

    def mean_cost(self, value: Float[Array, "B D"]) -> Float[Array, ""]:
        from tropism.terms._pairs import pair_total

        total: Array = pair_total(*self._pairs(value))
        return total / len(value)

    def _pairs(self, value: Array) -> tuple[Array, Rule]:
        """Vectors of one length in columns, and how their pairs are priced."""
        import jax.numpy as jnp

        from tropism.arrays.unit import unit
        from tropism.terms._pairs import Rule

        directions = unit(value.T, axis=0)
        if not self.shift:
            return directions, Rule(self.power, 1.0, _SAME, dropped=0.0)
        # One more coordinate, the same for all, makes every cosine c a cosine of (c + 1) / 2.
        further = jnp.concatenate([directions, jnp.ones_like(directions[:1])])
        return further, Rule(self.power, 0.5, 0.5 * _SAME, dropped=0.5**self.power)

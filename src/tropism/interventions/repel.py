"""Repulsion: vectors are turned away from a direction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core import Cone, Intervention
from tropism.errors import BadValue
from tropism.interventions.checks import alignment, unit_wanted, width_wanted, working
from tropism.interventions.mappings import AlignmentMap

if TYPE_CHECKING:
    from jaxtyping import Array, Float

_ALIGNED = 1e-6
"""Below this share of a vector's length, what lies across the direction is rounding."""


@dataclass(frozen=True)
class Repel(Intervention):
    """Turns the vectors aligned with a direction v away from it, each in the plane that it spans with v.

    A vector at cosine α to v comes to lie at the cosine that the mapping gives, at the length it had. Vectors not
    aligned beyond the mapping's `a`, and so every anti-aligned one, stay as they are, bit for bit.

    A vector exactly along v spans no plane with it. It is turned towards the first coordinate axis that is at least 45°
    from the line of v, made perpendicular to v; the original draws a direction at random there. Everywhere else the
    map is continuous.

    The original takes z · v for α and returns unit vectors, which is the same on the unit sphere.

    Attributes:
        direction: At least two numbers; any length but zero; kept at length one.
        mapping: From the alignment that a vector has to the one it gets.

    Source: z0u/ex-preppy, the `Repulsion` intervention.
    """

    direction: tuple[float, ...]
    mapping: AlignmentMap

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", unit_wanted("Repel.direction", self.direction))
        super().__post_init__()

    def check(self) -> None:
        if len(self.direction) < 2:
            raise BadValue("Repel.direction", self.direction, "of at least two dimensions, so that there is an aside")

    def __call__(self, value: Float[Array, "... D"]) -> Float[Array, "... D"]:
        import jax.numpy as jnp

        from tropism.arrays.unit import length

        z = working(value)
        direction = jnp.asarray(self.direction, z.dtype)
        size = length(z)[..., None]
        alpha = alignment(z, direction)
        turned_to = self.transfer(alpha)[..., None]
        across = jnp.sqrt(jnp.maximum(1.0 - turned_to * turned_to, 0.0))
        turned = (size * (turned_to * direction + across * self._aside(z, direction, size))).astype(value.dtype)
        return jnp.where((alpha > self.mapping.a)[..., None], turned, value)

    def fits(self, width: int) -> None:
        width_wanted("Repel", self.site, width, len(self.direction))

    def transfer(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        """The alignment that a vector gets, at each alignment in [0, 1]."""
        import jax.numpy as jnp

        return jnp.clip(self.mapping(alpha), -1.0, 1.0)

    def cones(self) -> tuple[Cone, ...]:
        begins = Cone(self.direction, math.acos(self.mapping.a), "begins")
        return (begins, Cone(self.direction, math.acos(self.mapping.b), "hole"))

    def _aside(self, z: Array, direction: Array, size: Array) -> Array:
        """The unit vector across the direction, in the plane of each vector."""
        import jax.numpy as jnp

        from tropism.arrays.unit import length, unit

        rest = z - (z @ direction)[..., None] * direction
        # Once more: where little is left of a vector, the first difference is no longer perpendicular.
        rest = rest - (rest @ direction)[..., None] * direction
        spans = length(rest)[..., None] > _ALIGNED * size
        return jnp.where(spans, unit(rest), jnp.asarray(_perpendicular(self.direction), z.dtype))


def _perpendicular(direction: tuple[float, ...]) -> tuple[float, ...]:
    """The first coordinate axis at least 45° from the line of a unit vector, made perpendicular to it."""
    axis = next(place for place, number in enumerate(direction) if abs(number) < math.sqrt(0.5) + 1e-9)
    across = [(place == axis) - direction[axis] * number for place, number in enumerate(direction)]
    return tuple(number / math.hypot(*across) for number in across)

"""Suppression: a direction is taken out of the vectors that point its way."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tropism.core import Cone, Intervention
from tropism.interventions.checks import alignment, unit_wanted, width_wanted, working
from tropism.interventions.falloffs import Bounded, Falloff

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Suppress(Intervention):
    """Takes a direction v out of the vectors aligned with it: z − g(α) (z · v) v.

    α is the cosine between z and v, clamped to [0, 1], and g the falloff. What remains is not renormalized: vectors on
    a sphere land inside it. Vectors that are not aligned beyond the falloff's `a`, and so every anti-aligned one, stay
    as they are, bit for bit.

    The original takes z · v for α, which is the same on the unit sphere.

    Attributes:
        direction: Any length but zero; kept at length one.
        falloff: How strongly to act; by default whole, on the whole hemisphere.

    Source: z0u/ex-preppy, the `Suppression` intervention; Fraser and Wielopolski (2025), arXiv 2512.12469.
    """

    direction: tuple[float, ...]
    falloff: Falloff = field(default_factory=lambda: Bounded(0.0, 1.0, 0.0))

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", unit_wanted("Suppress.direction", self.direction))
        super().__post_init__()

    def __call__(self, value: Float[Array, "... D"]) -> Float[Array, "... D"]:
        import jax.numpy as jnp

        z = working(value)
        direction = jnp.asarray(self.direction, z.dtype)
        alpha = alignment(z, direction)
        taken = self.falloff(alpha) * (z @ direction)
        rest = (z - taken[..., None] * direction).astype(value.dtype)
        return jnp.where((alpha > self.falloff.a)[..., None], rest, value)

    def fits(self, width: int) -> None:
        width_wanted("Suppress", self.site, width, len(self.direction))

    def transfer(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        """The share of the component that is taken out, at each alignment in [0, 1]."""
        return self.falloff(alpha)

    def cones(self) -> tuple[Cone, ...]:
        return (Cone(self.direction, math.acos(self.falloff.a), "begins"),)

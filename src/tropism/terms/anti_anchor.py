"""A direction that examples keep away from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.terms.checks import direction_wanted, width_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class AntiAnchor(Regularizer):
    """Keeps examples away from a direction: max(cos, 0), or (cos + 1) / 2 on the whole sphere.

    To keep the far side of an anchor free, give the direction opposite to it.

    Attributes:
        direction: The direction to avoid; any length but zero.
        hemi: Whether only the hemisphere about it pays.

    Source: z0u/ex-preppy, the `AntiAnchor` regularizer.
    """

    direction: tuple[float, ...]
    hemi: bool = True

    default_name: ClassVar[str] = "anti-anchor"

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", direction_wanted("AntiAnchor.direction", self.direction))
        super().__post_init__()

    def fits(self, widths: Mapping[str, int]) -> None:
        width_wanted(self.name, widths, self.listens(), numbers=len(self.direction), what="direction")

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        from tropism.arrays.unit import cosine, unit

        along = cosine(value, unit(jnp.asarray(self.direction, value.dtype)))
        return jnp.maximum(along, 0.0) if self.hemi else (along + 1.0) * 0.5

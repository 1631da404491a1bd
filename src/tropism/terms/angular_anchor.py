"""A direction that examples are drawn to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.terms.checks import direction_wanted, width_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class AngularAnchor(Regularizer):
    """Draws examples to a direction, whatever their length: 1 − cos(z, direction), in [0, 2].

    A vector much shorter than 1e-8 has cosine 0. The gradient is finite everywhere, at zero too.

    Attributes:
        direction: Any length but zero; only where it points matters.

    Source: z0u/ex-preppy, experiments 2.8 and later.
    """

    direction: tuple[float, ...]

    default_name: ClassVar[str] = "anchor"

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", direction_wanted("AngularAnchor.direction", self.direction))
        super().__post_init__()

    def fits(self, widths: Mapping[str, int]) -> None:
        width_wanted(self.name, widths, self.listens(), numbers=len(self.direction), what="direction")

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        from tropism.arrays.unit import cosine, unit

        return 1.0 - cosine(value, unit(jnp.asarray(self.direction, value.dtype)))

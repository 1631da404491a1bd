"""A point that examples are drawn to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.terms.checks import point_wanted, width_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Anchor(Regularizer):
    """Draws examples to a point: the squared distance |z − point|².

    Attributes:
        point: One number for each dimension of the site.

    Source: z0u/ex-preppy, experiments 1.7 to 2.7 (there first called `Pin`).
    """

    point: tuple[float, ...]

    default_name: ClassVar[str] = "anchor"

    def __post_init__(self) -> None:
        object.__setattr__(self, "point", point_wanted("Anchor.point", self.point))
        super().__post_init__()

    def fits(self, widths: Mapping[str, int]) -> None:
        width_wanted(self.name, widths, self.listens(), numbers=len(self.point), what="point")

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        away = value - jnp.asarray(self.point, value.dtype)
        return (away * away).sum(axis=-1)

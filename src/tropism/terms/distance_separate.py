"""Separation by distance, as the first color experiments had it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.errors import BadValue
from tropism.terms.checks import dims_inside, dims_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class DistanceSeparate(Regularizer):
    """Keeps a batch apart by distance: example i pays the mean over the others of 1 / (|z_i − z_j|² + floor).

    It fights any pull on lengths; `Separate` does not. The original also counted each example's pair with itself, a
    constant 1 / floor each, and divided by B² rather than by B (B − 1); the first is left out here.

    Attributes:
        dims: The dimensions in which distance is measured.
        floor: Above zero; duplicates pay 1 / floor and pull nothing.

    Source: z0u/ex-preppy, experiments 1.5 and 1.6.
    """

    dims: tuple[int, ...] = (0, 1)
    floor: float = 1e-6

    default_name: ClassVar[str] = "separate"

    def check(self) -> None:
        dims_wanted("DistanceSeparate.dims", self.dims)
        if not 1e-12 <= self.floor < float("inf"):
            raise BadValue("DistanceSeparate.floor", self.floor, "a number of at least 1e-12")

    def fits(self, widths: Mapping[str, int]) -> None:
        dims_inside(self.name, widths, self.listens(), self.dims)

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        count = value.shape[0]
        points = jnp.stack([value[:, dim] for dim in self.dims], axis=-1)
        gaps = points[:, None] - points[None, :]
        prices = 1.0 / ((gaps * gaps).sum(axis=-1) + self.floor)
        return jnp.where(jnp.eye(count, dtype=bool), 0.0, prices).sum(axis=1) / max(count - 1, 1)

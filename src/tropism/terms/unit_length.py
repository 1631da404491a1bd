"""A soft pull to the unit sphere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class UnitLength(Regularizer):
    """Draws activations to length one: (|z| − 1)². A zero vector pays 1 and is pulled nowhere.

    Source: z0u/ex-preppy, the `Unitarity` regularizer.
    """

    default_name: ClassVar[str] = "unit"

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        from tropism.arrays.unit import length

        return (length(value) - 1.0) ** 2

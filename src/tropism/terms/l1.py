"""A price on the size of activations, which makes most of them zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.core.dial import Dial, number_wanted, within

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class L1(Regularizer):
    """Prices the sum of magnitudes |z_i| over an example's activations, not over weights.

    At zero the gradient is zero, as everywhere else it is ±1 for each activation. A weight below zero is refused: it
    would pay for activations without end, and there is no least loss.

    Source: the column "L1" of Table 1 in Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169.
    """

    default_name: ClassVar[str] = "l1"

    weight: float | Dial | None = within(None, low=0.0)

    def check(self) -> None:
        super().check()
        number_wanted("L1.weight", self.weight, low=0.0)

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        return jnp.abs(value).sum(axis=-1)

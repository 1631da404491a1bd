"""Codes whose being on and whose size are told by two readings of the same directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.dictionaries.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True)
class GatedCode(Code):
    """f = 1[a + b_gate > 0] · ReLU(eʳ a + b_mag), a without a bias of the encoder.

    The gate has no slope: `GateNorm` and `GateError` teach it.

    Source: Rajamanoharan et al. (2024), arXiv 2404.16014.
    """

    biased: ClassVar[bool] = False

    def parameters(self) -> dict[str, float]:
        return {"gate": 0.0, "magnitude": 0.0, "scale": 0.0}

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        import jax
        import jax.numpy as jnp

        size = jax.nn.relu(jnp.exp(params["scale"])[:, None] * pre + params["magnitude"][:, None])
        return jnp.where(pre + params["gate"][:, None] > 0, size, 0.0)

    def gates(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        import jax

        return jax.nn.relu(pre + params["gate"][:, None])

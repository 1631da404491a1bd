"""Codes of which a given number are on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.dictionaries.code import Code
from tropism.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class TopKCode(Code):
    """The k largest pre-activations of each example, as far as they are positive; all others are zero.

    Of equal ones all that reach the k-th are kept. A latent that is taken out leaves its place to another.

    Attributes:
        k: How many at most.

    Source: Makhzani and Frey (2013), arXiv 1312.5663; Gao et al. (2024), arXiv 2406.04093.
    """

    k: int

    def check(self) -> None:
        if self.k < 1:
            raise BadValue("TopKCode.k", self.k, "at least 1")

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        return replace(self, k=min(self.k, latents))

    def check_latents(self, latents: int) -> None:
        if self.k > latents:
            raise BadValue("TopKCode.k", self.k, f"at most the {latents} latents that there are")

    def of(self, pre: Float[Array, "B D"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "B D"]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.largest import kth_largest

        least = kth_largest(pre, self.k)[..., None]
        return jnp.where(pre >= least, jax.nn.relu(pre), 0.0)

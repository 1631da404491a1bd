"""Codes of which a given number are on over a batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.dictionaries.code import Code
from tropism.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class BatchTopKCode(Code):
    """The k · B largest pre-activations of a batch of B examples, as far as they are positive.

    An example's code depends on its company; `thresholded` in `JumpReLUCode` is the same with a threshold that was
    measured, for use alone.

    Attributes:
        k: How many an example on average, at most.

    Source: Bussmann, Leask and Nanda (2024), arXiv 2412.06410.
    """

    k: int

    def check(self) -> None:
        if self.k < 1:
            raise BadValue("BatchTopKCode.k", self.k, "at least 1")

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        return replace(self, k=min(self.k, latents))

    def check_latents(self, latents: int) -> None:
        if self.k > latents:
            raise BadValue("BatchTopKCode.k", self.k, f"at most the {latents} latents that there are")

    def of(self, pre: Float[Array, "B D"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "B D"]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.largest import kth_largest

        least = kth_largest(pre.reshape(-1), self.k * len(pre))
        return jnp.where(pre >= least, jax.nn.relu(pre), 0.0)

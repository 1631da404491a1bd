"""Codes of which the first few are dense and free, and the others sparse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.dictionaries.code import Code
from tropism.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class HybridCode(Code):
    """The first δ latents are what the encoder says, of either sign; the others have a sparse code.

    Attributes:
        dense: δ.
        sparse: The code of the others. It counts them alone.

    Source: the seed text on features, "δ unpenalised neurons".
    """

    dense: int
    sparse: Code

    def check(self) -> None:
        if self.dense < 0:
            raise BadValue("HybridCode.dense", self.dense, "at least 0")
        if isinstance(self.sparse, HybridCode) or not self.sparse.biased:
            raise BadValue("HybridCode.sparse", self.sparse, "a sparse code whose encoder has a bias")

    def without(self, dims: tuple[int, ...], latents: int) -> Code:
        dense = self.dense - sum(dim < self.dense for dim in dims)
        others = tuple(dim - self.dense for dim in dims if dim >= self.dense)
        return HybridCode(dense=dense, sparse=self.sparse.without(others, latents - dense))

    def check_latents(self, latents: int) -> None:
        if self.dense >= latents:
            raise BadValue("HybridCode.dense", self.dense, f"fewer than the {latents} latents that there are")
        self.sparse.check_latents(latents - self.dense)

    def parameters(self) -> dict[str, float]:
        return self.sparse.parameters()

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        import jax.numpy as jnp

        return jnp.concatenate([pre[: self.dense], self.sparse.of(*self._sparse_part(pre, params))])

    def steps(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        return self.sparse.steps(*self._sparse_part(pre, params))

    def _sparse_part(
        self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]
    ) -> tuple[Float[Array, "S B"], dict[str, Float[Array, "S"]]]:
        return pre[self.dense :], {name: each[self.dense :] for name, each in params.items()}

"""Codes that are what is positive; a price on them makes them sparse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.dictionaries.code import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True)
class ReLUCode(Code):
    """f = ReLU(a). Sparse only as far as a term such as `CodeNorm` prices it.

    Source: Bricken et al. (2023), "Towards Monosemanticity"; Cunningham et al. (2023), arXiv 2309.08600.
    """

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        import jax

        return jax.nn.relu(pre)

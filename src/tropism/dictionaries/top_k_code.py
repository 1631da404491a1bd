"""Codes of which a given number are on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.dictionaries.code import CountedCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class TopKCode(CountedCode):
    """The k largest pre-activations of each example, as far as they are positive; all others are zero.

    Of equal ones all that reach the k-th are kept. A latent that is taken out leaves its place to another.

    Source: Makhzani and Frey (2013), arXiv 1312.5663; Gao et al. (2024), arXiv 2406.04093.
    """

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        from tropism.arrays.largest import largest_down

        return largest_down(pre, self.k)

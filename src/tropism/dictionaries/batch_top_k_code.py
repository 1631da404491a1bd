"""Codes of which a given number are on over a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.dictionaries.code import CountedCode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class BatchTopKCode(CountedCode):
    """The k · B largest pre-activations of a batch of B examples, as far as they are positive.

    An example's code depends on its company, also when it is looked at.

    Source: Bussmann, Leask and Nanda (2024), arXiv 2412.06410.
    """

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        from tropism.arrays.largest import largest_down

        return largest_down(pre.reshape(-1), self.k * pre.shape[1]).reshape(pre.shape)

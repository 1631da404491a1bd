"""Codes with a threshold of their own below which they are off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.dictionaries.code import Code
from tropism.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class JumpReLUCode(Code):
    """f = a · 1[a > θ], with a threshold θ a latent that is learned by a straight-through estimate.

    The jump has no slope. In its place stands −(θ/ε) K((a − θ)/ε) for f and −(1/ε) K((a − θ)/ε) for 1[a > θ], with K
    the rectangle of width one; `StepL0` uses the latter. θ stays where it is where no a comes within ε/2 of it.

    Attributes:
        threshold: Where all thresholds start.
        bandwidth: ε.

    Source: Rajamanoharan et al. (2024), arXiv 2407.14435.
    """

    threshold: float = 0.05
    bandwidth: float = 0.05

    def check(self) -> None:
        if not 0 <= self.threshold < math.inf:
            raise BadValue("JumpReLUCode.threshold", self.threshold, "a finite number, at least 0")
        if not 0 < self.bandwidth < math.inf:
            raise BadValue("JumpReLUCode.bandwidth", self.bandwidth, "a finite number above 0")

    def parameters(self) -> dict[str, float]:
        return {"threshold": self.threshold}

    def of(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        from tropism.dictionaries._jumps import jump

        return jump(pre, params["threshold"], self.bandwidth)

    def steps(self, pre: Float[Array, "D B"], params: Mapping[str, Float[Array, "D"]]) -> Float[Array, "D B"]:
        from tropism.dictionaries._jumps import step

        return step(pre, params["threshold"], self.bandwidth)

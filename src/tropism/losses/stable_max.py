"""Cross-entropy of shares that grow with a logit as a straight line, not as an exponential."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Over
from tropism.core.loss import Loss
from tropism.losses.checks import over_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class StableMax(Loss):
    """−log(s(z_right) / Σ s(z_k)) in nats, with s(x) = x + 1 from zero on and 1 / (1 − x) below.

    No logit of a size that float32 holds makes a share vanish, and adding a number to all logits does change it. Since
    log s(x) = ±log(1 + |x|), it is computed as the exact cross-entropy of these, which needs no double precision.

    Source: Prieto et al. (2025), "Grokking at the Edge of Numerical Stability", arXiv 2501.04697.
    """

    over: Over = "all"

    def check(self) -> None:
        over_wanted("StableMax.over", self.over)

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        import jax.numpy as jnp

        from tropism.arrays.answers import among, cross_entropy

        choice: Choice = batch.targets
        positive = output >= 0
        size = jnp.log1p(jnp.where(positive, output, -output))  # not |x|, whose gradient at zero would be none
        logits = jnp.where(positive, size, -size)
        return cross_entropy(among(logits, choice.low, choice.high, self.over), choice.right)

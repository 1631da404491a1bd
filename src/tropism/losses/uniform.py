"""How far answers are from giving nothing away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Over
from tropism.core.loss import Loss
from tropism.losses.checks import over_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class Uniform(Loss):
    """The cross-entropy from equal shares for all legal outputs, in nats: −mean over these of log softmax(z)_k.

    At least log of how many are legal, where their logits are equal. It never reads which is right, so a network may
    lower it without having been told.

    Attributes:
        over: Softmax among `legal` outputs, so that others do not matter; or among `all`, so that a share of theirs
            costs, too. The mean is over the legal ones either way.

    Source: the confusion losses of domain adaptation, Tzeng et al. (2015), arXiv 1510.02192.
    """

    over: Over = "legal"

    def check(self) -> None:
        over_wanted("Uniform.over", self.over)

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.answers import among, legal_outputs

        choice: Choice = batch.targets
        looked_at = among(output, choice.low, choice.high, self.over)
        below = looked_at - jax.lax.stop_gradient(looked_at.max(-1, keepdims=True))  # zero or less: nothing cancels
        legal = legal_outputs(output, choice.low, choice.high)
        mean = jnp.where(legal, below, 0.0).sum(-1) / (choice.high - choice.low)
        return jnp.log(jnp.exp(below).sum(-1)) - mean

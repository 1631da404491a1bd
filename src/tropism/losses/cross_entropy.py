"""Cross-entropy, exact or as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Over
from tropism.core.loss import Loss
from tropism.losses.checks import over_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class CrossEntropy(Loss):
    """−log of the share that softmax gives the right output, in nats.

    Single precision holds no share between 1 − 6e-8 and 1, so log-softmax comes to jump there and then gives exactly
    zero, without a gradient; what studies in double precision see below is lost. The exact form goes on, to about
    1e-38.

    Attributes:
        exact: log1p(Σ exp(z_k − z_right)) over the other outputs; or else log-softmax as it is usually computed.
        over: Whether the share is one of `all` outputs, or of those that are `legal` for the example.

    Source: Nanda et al. (2023), arXiv 2301.05217, and Chughtai et al. (2023), arXiv 2302.03025, whose losses are in
    double precision, which the exact form stands for.
    """

    exact: bool = True
    over: Over = "all"

    def check(self) -> None:
        over_wanted("CrossEntropy.over", self.over)

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        from tropism.arrays.answers import among, cross_entropy

        choice: Choice = batch.targets
        looked_at = among(output, choice.low, choice.high, self.over)
        return cross_entropy(looked_at, choice.right) if self.exact else _as_published(looked_at, choice.right)


def _as_published(logits: Array, right: Array) -> Array:
    import jax
    import jax.numpy as jnp

    own = jnp.arange(logits.shape[-1]) == right[:, None]  # picking by a mask: the gradient of picking by index is slow
    return -jnp.where(own, jax.nn.log_softmax(logits), 0.0).sum(-1)

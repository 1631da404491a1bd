"""The squared distance to a one-hot answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Over
from tropism.core.loss import Loss
from tropism.losses.checks import over_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class SquaredOneHot(Loss):
    """The squared distance of the outputs to a one at the right one and zeros elsewhere: the mean over outputs.

    The mean is over those that are looked at: `all`, or the `legal` ones. It is a K-th of the sum over K outputs.

    Source: Gromov (2023), "Grokking modular arithmetic", arXiv 2301.02679.
    """

    over: Over = "all"

    def check(self) -> None:
        over_wanted("SquaredOneHot.over", self.over)

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        import jax.numpy as jnp

        from tropism.arrays.answers import legal_outputs

        choice: Choice = batch.targets
        own = jnp.arange(output.shape[-1]) == choice.right[:, None]
        apart = output - own
        if self.over == "all":
            return jnp.square(apart).mean(-1)
        legal = legal_outputs(output, choice.low, choice.high)
        return jnp.square(jnp.where(legal, apart, 0.0)).sum(-1) / (choice.high - choice.low)

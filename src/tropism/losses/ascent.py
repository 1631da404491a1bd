"""Away from the right answer, but not without end."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Over
from tropism.core.dial import Dial, number_wanted, within
from tropism.core.loss import Loss
from tropism.losses.checks import over_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True, kw_only=True)
class Ascent(Loss):
    """What is missing of a cross-entropy of log K + margin, and nothing once it is reached: relu(log K + margin − CE).

    Lowering it raises the exact cross-entropy CE, in nats, to `margin` above that of equal shares for K outputs.

    Attributes:
        margin: How much worse than knowing nothing, in nats.
        over: Whether the K outputs are `all`, or those that are `legal` for the example.

    Source: gradient ascent as unlearning, Jang et al. (2023), arXiv 2210.01504, with a bound.
    """

    margin: float | Dial = within(2.0)
    over: Over = "all"

    def check(self) -> None:
        number_wanted("Ascent.margin", self.margin)
        over_wanted("Ascent.over", self.over)

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.answers import among, cross_entropy

        choice: Choice = batch.targets
        every = self.over == "all"
        none_known = math.log(output.shape[-1]) if every else jnp.log(choice.high - choice.low)
        reached = cross_entropy(among(output, choice.low, choice.high, self.over), choice.right)
        return jax.nn.relu(none_known + self.margin - reached)  # type: ignore[operator]

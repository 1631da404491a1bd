"""Adam with weight decay that stands apart from the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Adam

if TYPE_CHECKING:
    import optax


@dataclass(frozen=True, kw_only=True)
class AdamW(Adam):
    """Adam with decoupled weight decay: besides Adam's move, every parameter loses lr · weight_decay of itself.

    Decay has the pace of the rate, and takes biases as well as weights.

    Source: Loshchilov and Hutter (2019), arXiv 1711.05101; defaults as in PyTorch.
    """

    weight_decay: float | Dial = within(0.01, low=0.0)

    def check(self) -> None:
        super().check()
        number_wanted("AdamW.weight_decay", self.weight_decay, low=0.0)

    def transformation(self) -> optax.GradientTransformation:
        import optax

        return optax.adamw(
            self.lr,  # type: ignore[arg-type]
            b1=self.b1,
            b2=self.b2,
            eps=self.eps,
            weight_decay=self.weight_decay,  # type: ignore[arg-type]
        )

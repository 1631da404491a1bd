"""Adam with weight decay that stands apart from the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Optimizer
from tropism.errors import BadValue

if TYPE_CHECKING:
    import optax


@dataclass(frozen=True, kw_only=True)
class AdamW(Optimizer):
    """Adam with decoupled weight decay: besides Adam's move, every parameter loses lr · weight_decay of itself.

    Decay has the pace of the rate, and takes biases as well as weights.

    Source: Loshchilov and Hutter (2019), arXiv 1711.05101; defaults as in PyTorch.
    """

    b1: float = 0.9
    b2: float = 0.999
    eps: float = 1e-8
    weight_decay: float | Dial = within(0.01, low=0.0)

    def check(self) -> None:
        super().check()
        for name in ("b1", "b2"):
            if not 0 <= getattr(self, name) < 1:
                raise BadValue(f"AdamW.{name}", getattr(self, name), "in [0, 1)")
        if not 0 < self.eps < 1:
            raise BadValue("AdamW.eps", self.eps, "above 0, and below 1")
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

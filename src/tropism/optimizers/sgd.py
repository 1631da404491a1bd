"""Plain gradient descent on batches, perhaps with momentum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Optimizer
from tropism.errors import BadValue

if TYPE_CHECKING:
    import optax


@dataclass(frozen=True, kw_only=True)
class SGD(Optimizer):
    """Stochastic gradient descent: p ← p − lr · m, with m ← momentum · m + g and g the gradient + weight_decay · p.

    With `nesterov` it is p ← p − lr · (g + momentum · m). The decay is part of the gradient, as an L2 price would be,
    and is not damped when momentum sets in.

    Source: Sutskever et al. (2013), "On the importance of initialization and momentum in deep learning", as PyTorch
    writes it.
    """

    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float | Dial = within(0.0, low=0.0)

    def check(self) -> None:
        super().check()
        if not 0 <= self.momentum < 1:
            raise BadValue("SGD.momentum", self.momentum, "in [0, 1)")
        if self.nesterov and self.momentum == 0:
            raise BadValue("SGD.nesterov", self.nesterov, "false where there is no momentum")
        number_wanted("SGD.weight_decay", self.weight_decay, low=0.0)

    def transformation(self) -> optax.GradientTransformation:
        import optax

        return optax.chain(
            optax.add_decayed_weights(self.weight_decay),  # type: ignore[arg-type]
            optax.trace(self.momentum, self.nesterov) if self.momentum else optax.identity(),
            optax.scale_by_learning_rate(self.lr),  # type: ignore[arg-type]
        )

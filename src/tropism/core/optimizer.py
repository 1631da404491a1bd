"""Optimizers: Optax transformations that receive their dials, applied to one member's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.dial import Dial, number_wanted, within
from tropism.errors import BadValue
from tropism.values import Value

if TYPE_CHECKING:
    import optax


@dataclass(frozen=True, kw_only=True)
class Optimizer(Value):
    """How parameters follow gradients.

    It sees one member's parameters at a time, so ratios per tensor and clipping never see company. `lr=None` means that
    the schedule says it.
    """

    lr: float | Dial | None = within(None, low=0.0)

    def check(self) -> None:
        number_wanted(f"{type(self).__name__}.lr", self.lr, low=0.0)

    def transformation(self) -> optax.GradientTransformation:
        """The Optax transformation; when it is asked, dials are numbers, perhaps traced."""
        raise NotImplementedError

    def after(self, params: Any) -> Any:
        """What becomes of the parameters after the update: nothing, decayed biases, renormalized rows."""
        return params


@dataclass(frozen=True, kw_only=True)
class Adam(Optimizer):
    """Adam without decay: the optimizer of every color study, and the default.

    Source: Kingma and Ba (2015), arXiv 1412.6980; defaults as in PyTorch.
    """

    b1: float = 0.9
    b2: float = 0.999
    eps: float = 1e-8

    def check(self) -> None:
        super().check()
        for name in ("b1", "b2"):
            if not 0 <= getattr(self, name) < 1:
                raise BadValue(f"Adam.{name}", getattr(self, name), "in [0, 1)")
        if not 0 < self.eps < 1:
            raise BadValue("Adam.eps", self.eps, "above 0, and below 1")

    def transformation(self) -> optax.GradientTransformation:
        import optax

        return optax.adam(self.lr, b1=self.b1, b2=self.b2, eps=self.eps)  # type: ignore[arg-type]

"""LAMB without de-biasing: every tensor moves in proportion to its own length, however large its gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Adam
from tropism.errors import BadValue

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array


class Moments(NamedTuple):
    """What LAMB remembers: running means of the gradients and of their squares, trees like the parameters."""

    mean: Any
    square: Any


@dataclass(frozen=True, kw_only=True)
class Lamb(Adam):
    """LAMB as the superposition studies used it: no de-biasing, one trust ratio per tensor.

    With m and v the running means of the gradient and of its square, s = m / (√v + eps) + weight_decay · p, and
    p ← p − lr · min(‖p‖, clamp) / ‖s‖ · s. So each tensor moves by exactly lr · min(‖p‖, clamp), and the scale of the
    loss does not matter. If ‖p‖ or ‖s‖ is zero the ratio is 1: a tensor of zeros moves by lr · s, and one that never
    had a gradient stays. Decay changes a tensor's direction of travel, not how far it goes.

    In single precision the law holds for gradients between about 1e-24 and 1e18. Smaller ones move nothing; larger ones
    stop what they meet for good.

    Source: You et al. (2020), arXiv 1904.00962; clamp and defaults as in torch-optimizer 0.3.0, which
    adamjermyn/toy_model_interpretability used.
    """

    eps: float = 1e-6
    clamp: float = 10.0
    weight_decay: float | Dial = within(0.0, low=0.0)

    def check(self) -> None:
        super().check()
        if not self.clamp > 0:
            raise BadValue("Lamb.clamp", self.clamp, "above 0; infinity for no limit")
        number_wanted("Lamb.weight_decay", self.weight_decay, low=0.0)

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import jax.numpy as jnp
        import optax

        def rested(params: Any) -> Moments:
            return Moments(jax.tree.map(jnp.zeros_like, params), jax.tree.map(jnp.zeros_like, params))

        def moved(updates: Any, state: Any, params: Any = None) -> tuple[Any, Moments]:
            mean = jax.tree.map(lambda m, g: self.b1 * m + (1 - self.b1) * g, state.mean, updates)
            square = jax.tree.map(lambda v, g: self.b2 * v + (1 - self.b2) * g * g, state.square, updates)
            return jax.tree.map(self._move, mean, square, params), Moments(mean, square)

        return optax.GradientTransformation(rested, moved)

    def _move(self, mean: Array, square: Array, params: Array) -> Array:
        """What is added to one tensor."""
        import jax.numpy as jnp

        move = mean / (jnp.sqrt(square) + self.eps) + self.weight_decay * params  # type: ignore[operator]
        size = jnp.sqrt(jnp.sum(move * move))
        reach = jnp.minimum(jnp.sqrt(jnp.sum(params * params)), self.clamp)
        trusted = (size > 0) & (reach > 0)
        ratio = jnp.where(trusted, reach / jnp.where(trusted, size, 1.0), 1.0)
        return -(self.lr * ratio) * move  # type: ignore[operator]

"""Preludes: what is done to gradients before an optimizer follows them, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from tropism.core.dial import Dial, number_wanted, within
from tropism.core.optimizer import Prelude
from tropism.errors import BadValue

if TYPE_CHECKING:
    import optax
    from jaxtyping import Array, Bool


class Trail(NamedTuple):
    """What Grokfast remembers: whether it met a gradient yet, and their running mean, a tree like the parameters."""

    begun: Bool[Array, ""]
    mean: Any


@dataclass(frozen=True, kw_only=True)
class Grokfast(Prelude):
    """Gradients with their slow part made stronger: g ← g + strength · m, with m ← alpha · m + (1 − alpha) · g.

    The mean m begins at the first gradient, so a gradient that never changes is multiplied by 1 + strength from the
    start. With `strength=0` gradients pass as they are.

    Source: Lee et al. (2024), "Grokfast", arXiv 2405.20233, the exponential form; defaults and the mean's beginning as
    in the authors' release.
    """

    alpha: float | Dial = within(0.98, low=0.0, high=1.0)
    strength: float | Dial = within(2.0, low=0.0)
    name: str = "grokfast"

    def check(self) -> None:
        number_wanted("Grokfast.alpha", self.alpha, low=0.0, high=1.0)
        number_wanted("Grokfast.strength", self.strength, low=0.0)
        if not self.name or "." in self.name or not self.name.isprintable():
            raise BadValue("Grokfast.name", self.name, "a printable name without dots")

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import jax.numpy as jnp
        import optax

        def rested(params: Any) -> Trail:
            return Trail(jnp.bool_(False), jax.tree.map(jnp.zeros_like, params))

        def amplified(updates: Any, state: Any, params: Any = None) -> tuple[Any, Trail]:
            kept = jnp.where(state.begun, self.alpha, 0.0)  # type: ignore[arg-type]
            mean = jax.tree.map(lambda m, g: (kept * m + (1 - kept) * g).astype(g.dtype), state.mean, updates)
            strong = jax.tree.map(lambda m, g: (g + self.strength * m).astype(g.dtype), mean, updates)
            return strong, Trail(jnp.bool_(True), mean)

        return optax.GradientTransformation(rested, amplified)


@dataclass(frozen=True, kw_only=True)
class OrthoGrad(Prelude):
    """Gradients that do not lengthen what they move: of each tensor's, only what is at right angles to the tensor.

    What is left is brought to the length that the whole gradient had. A tensor of zeros has no direction, and its
    gradient passes as it is. A gradient along its tensor, to within rounding (a part of 1e-6), has no other part and
    becomes zero; so a tensor of one number stays where it is.

    Source: Prieto et al. (2025), "Grokking at the Edge of Numerical Stability", arXiv 2501.04697.
    """

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import optax

        def turned(updates: Any, params: Any) -> Any:
            return jax.tree.map(_at_right_angles, updates, params)

        return optax.stateless(turned)


@dataclass(frozen=True, kw_only=True)
class Clipped(Prelude):
    """Gradients that are no longer than so: g ← g · min(1, length / |g|), with |g| the length of all tensors' together.

    Directions stay as they are. Where one number is not finite, none is.

    Source: Pascanu, Mikolov and Bengio (2013), arXiv 1211.5063.
    """

    length: float | Dial = within(1.0, low=0.0)
    name: str = "clipped"

    def check(self) -> None:
        number_wanted("Clipped.length", self.length, low=0.0)
        if not self.name or "." in self.name or not self.name.isprintable():
            raise BadValue("Clipped.name", self.name, "a printable name without dots")

    def transformation(self) -> optax.GradientTransformation:
        import jax
        import jax.numpy as jnp
        import optax

        def clipped(updates: Any, params: Any) -> Any:
            size = optax.tree.norm(updates)
            factor = jnp.where(size > self.length, self.length / size, 1.0)  # type: ignore[operator]
            kept = jnp.where(jnp.isfinite(size), factor, jnp.nan)
            return jax.tree.map(lambda g: (g * kept).astype(g.dtype), updates)

        return optax.stateless(clipped)


_ROUNDING = 1e-6


def _at_right_angles(gradient: Array, tensor: Array) -> Array:
    """The gradient without its part along the tensor, as long as it was."""
    import jax.numpy as jnp

    most = jnp.max(jnp.abs(gradient), initial=0.0)
    g = gradient / jnp.where(most > 0, most, 1.0)  # squares of gradients below 1e-19 would be lost
    longest = jnp.max(jnp.abs(tensor), initial=0.0)
    w = tensor / jnp.where(longest > 0, longest, 1.0)
    left = g - jnp.sum(g * w) / jnp.maximum(jnp.sum(w * w), 1.0) * w  # the sum is at least one, unless all are zero
    whole, part = jnp.sqrt(jnp.sum(g * g)), jnp.sqrt(jnp.sum(left * left))
    along = part <= _ROUNDING * whole  # and not the reverse, so that what is not finite is not hidden
    return jnp.where(along, 0.0, left * (whole / jnp.where(along, 1.0, part)) * most).astype(gradient.dtype)

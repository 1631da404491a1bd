"""What a `Quadratic` builds. Feature-major inside, `[feature, batch]`, only where it is narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._starts import glorot
from tropism.networks._two_layer_module import NARROW

if TYPE_CHECKING:
    from tropism.networks.quadratic import Quadratic


class QuadraticModule(eqx.Module):
    """A matrix, and perhaps a bias; runs on a whole batch."""

    weight: Float[Array, "D N"]
    bias: Float[Array, "1"] | None

    def __call__(self, x: Float[Array, "B N"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B 1"]:
        return self.in_columns(x, tap) if max(self.weight.shape) < NARROW else self.in_rows(x, tap)

    def in_rows(self, x: Float[Array, "B N"], tap: Tap) -> Float[Array, "B 1"]:
        """The plain form."""
        hidden = tap("hidden", x @ self.weight.T)
        return tap("output", self._output((hidden * hidden).sum(axis=1, keepdims=True)))

    def in_columns(self, x: Float[Array, "B N"], tap: Tap) -> Float[Array, "B 1"]:
        """The same for narrow layers; sites see rows all the same."""
        hidden = tap("hidden", (self.weight @ x.T).T).T
        return tap("output", self._output((hidden * hidden).sum(axis=0)[:, None]))

    def _output(self, squares: Array) -> Array:
        return squares if self.bias is None else squares + self.bias


def build(described: Quadratic, key: PRNGKeyArray) -> QuadraticModule:
    """Fresh parameters for a description."""
    weight = glorot(key, described.hidden, described.features)
    return QuadraticModule(weight, jnp.zeros(1) if described.bias else None)

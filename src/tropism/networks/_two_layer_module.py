"""What a `TwoLayer` builds. Feature-major inside, `[feature, batch]`, only where every layer is narrow.

Measured, one core, loss and gradient: at widths 3, 6 and 3 columns take .4–.5 of the time of rows; at 16, 32 and 64
they take 1.2 times it, and at 64, 1024 and 512 (batch 128) 1.8 times, spent on copying transposed matrices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.dial import constant_of
from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._autoencoder_module import Linear
from tropism.networks._starts import glorot

if TYPE_CHECKING:
    from tropism.networks.two_layer import TwoLayer

NARROW = 32
"""Networks whose widths are all below it hold their values as columns."""


class Affine(eqx.Module):
    """Weights `[out, in]`, and perhaps a bias `[out]`."""

    weight: Float[Array, "O I"]
    bias: Float[Array, "O"] | None

    def on_rows(self, rows: Float[Array, "B I"]) -> Float[Array, "B O"]:
        """The layer's output for a batch of rows."""
        product = rows @ self.weight.T
        return product if self.bias is None else product + self.bias

    def on_columns(self, columns: Float[Array, "I B"]) -> Float[Array, "O B"]:
        """The layer's output for a batch of columns."""
        product = self.weight @ columns
        return product if self.bias is None else product + self.bias[:, None]


class TwoLayerModule(eqx.Module):
    """A hidden layer and what reads it; runs on a whole batch."""

    hidden: Affine
    output: Affine
    activation: str = eqx.field(static=True)
    output_activation: str = eqx.field(static=True, default="linear")

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        widest = max(*self.hidden.weight.shape, *self.output.weight.shape)
        return self.in_columns(x, tap) if widest < NARROW else self.in_rows(x, tap)

    def in_rows(self, x: Float[Array, "B I"], tap: Tap) -> Float[Array, "B O"]:
        """The plain form."""
        rows = tap("hidden.pre", self.hidden.on_rows(x))
        rows = tap("hidden", activated(self.activation, rows, axis=-1))
        return tap("output", activated(self.output_activation, self.output.on_rows(rows), axis=-1))

    def in_columns(self, x: Float[Array, "B I"], tap: Tap) -> Float[Array, "B O"]:
        """The same for narrow layers; sites see rows all the same."""
        columns = tap("hidden.pre", self.hidden.on_columns(x.T).T).T
        columns = tap("hidden", activated(self.activation, columns, axis=0).T).T
        return tap("output", activated(self.output_activation, self.output.on_columns(columns), axis=0).T)


def build(described: TwoLayer, key: PRNGKeyArray) -> TwoLayerModule:
    """Fresh parameters for a description, whose offset may be a traced number."""
    layer = _glorot if described.start == "glorot" else _uniform
    for_hidden, for_output = random.split(key)
    hidden_weight, hidden_bias = layer(described.inputs, described.hidden, for_hidden)
    output_weight, output_bias = layer(described.hidden, described.outputs, for_output)
    offset = constant_of(described.offset)
    assert offset is not None, "a description without an offset is refused"
    return TwoLayerModule(
        Affine(hidden_weight, hidden_bias + offset if described.hidden_bias else None),
        Affine(output_weight, output_bias if described.output_bias else None),
        described.activation,
        described.output_activation,
    )


def _uniform(inputs: int, outputs: int, key: PRNGKeyArray) -> tuple[Float[Array, "O I"], Float[Array, "O"]]:
    linear = Linear(inputs, outputs, key)
    return linear.weight, linear.bias


def _glorot(inputs: int, outputs: int, key: PRNGKeyArray) -> tuple[Float[Array, "O I"], Float[Array, "O"]]:
    return glorot(key, outputs, inputs), jnp.zeros(outputs)

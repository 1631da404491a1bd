"""What a `Residual` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._starts import glorot
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.residual import Residual


class ResidualModule(eqx.Module):
    """A stream, what is added to it, and what reads it; runs on a whole batch."""

    into: Affine
    hidden: Affine
    write: Affine
    output: Affine
    output_activation: str = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        stream = tap("stream", self.into.on_rows(x))
        rows = tap("hidden", jax.nn.relu(tap("hidden.pre", self.hidden.on_rows(stream))))
        stream = tap("stream.after", stream + tap("written", self.write.on_rows(rows)))
        return tap("output", activated(self.output_activation, self.output.on_rows(stream), axis=-1))


def build(described: Residual, key: PRNGKeyArray) -> ResidualModule:
    """Fresh parameters for a description."""
    inputs, outputs, width, hidden = described.inputs, described.outputs, described.width, described.hidden
    for_into, for_hidden, for_write, for_output = random.split(key, 4)
    return ResidualModule(
        Affine(glorot(for_into, width, inputs), None),
        Affine(glorot(for_hidden, hidden, width), jnp.zeros(hidden)),
        Affine(glorot(for_write, width, hidden), None),
        Affine(glorot(for_output, outputs, width), jnp.zeros(outputs)),
        described.output_activation,
    )

"""What a `Dense` builds: rows, since its layers are seldom narrow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._autoencoder_module import Linear
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.dense import Dense


class DenseModule(eqx.Module):
    """Hidden layers and what reads the last; runs on a whole batch."""

    hidden: tuple[Affine, ...]
    output: Affine
    activation: str = eqx.field(static=True)
    linear: tuple[int, ...] = eqx.field(static=True, default=())

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        rows = x
        for place, layer in enumerate(self.hidden):
            rows = tap(f"hidden.{place}.pre", layer.on_rows(rows))
            phi = "linear" if place in self.linear else self.activation
            rows = tap(f"hidden.{place}", activated(phi, rows, axis=-1))
        return tap("output", self.output.on_rows(rows))


def build(described: Dense, key: PRNGKeyArray) -> DenseModule:
    """Fresh parameters for a description."""
    widths = (described.inputs, *described.hidden, described.outputs)
    keys = random.split(key, len(widths) - 1)
    layers = [_layer(low, high, luck) for low, high, luck in zip(widths[:-1], widths[1:], keys, strict=True)]
    return DenseModule(tuple(layers[:-1]), layers[-1], described.activation, described.linear)


def _layer(inputs: int, outputs: int, key: PRNGKeyArray) -> Affine:
    linear = Linear(inputs, outputs, key)
    return Affine(linear.weight, linear.bias)

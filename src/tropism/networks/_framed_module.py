"""What a `Framed` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import equinox as eqx
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._autoencoder_module import Linear
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.framed import Framed


class FramedModule(eqx.Module):
    """A module between two linear maps; runs on a whole batch."""

    into: Affine
    inner: Any
    out: Affine

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        rows = tap("into", self.into.on_rows(x))
        rows = self.inner(rows, lambda site, value: tap(f"inner.{site}", value), key)
        return tap("output", self.out.on_rows(rows))


def build(described: Framed, key: PRNGKeyArray) -> FramedModule:
    """Fresh parameters for a description."""
    for_into, for_inner, for_out = random.split(key, 3)
    into = Linear(described.inputs, int(described.inner.input_width() or 0), for_into)
    out = Linear(int(described.inner.output_width() or 0), described.outputs, for_out)
    return FramedModule(Affine(into.weight, into.bias), described.inner.build(for_inner), Affine(out.weight, out.bias))

"""What an `Extended` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import equinox as eqx
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._autoencoder_module import Linear
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.extended import Extended


class ExtendedModule(eqx.Module):
    """A module, and a hidden layer behind one of its sites; runs on a whole batch."""

    first: Any
    added: Affine
    output: Affine
    site: str = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __call__(self, x: Array, tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        heard: list[Array] = []

        def overheard(site: str, value: Array) -> Array:
            value = tap("first.output" if site == "output" else site, value)
            if site == self.site:
                heard.append(value)
            return value

        below = self.first(x, overheard, key)
        rows = tap("added.pre", self.added.on_rows(heard[0]))
        rows = tap("added", activated(self.activation, rows, axis=-1))
        return tap("output", jnp.concatenate([below, self.output.on_rows(rows)], axis=-1))


def build(described: Extended, key: PRNGKeyArray) -> ExtendedModule:
    """Fresh parameters for a description."""
    for_first, for_added, for_output = random.split(key, 3)
    width = described.first.sites()[described.site].width
    added = Linear(width, described.hidden, for_added)
    output = Linear(described.hidden, described.outputs, for_output)
    return ExtendedModule(
        described.first.build(for_first),
        Affine(added.weight, added.bias),
        Affine(output.weight, output.bias),
        described.site,
        described.activation,
    )

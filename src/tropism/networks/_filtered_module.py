"""What a `Filtered` builds: rows, since a filter looks across the layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.arrays.largest import kth_largest
from tropism.core.dial import constant_of
from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.filtered import Filtered


class FilteredModule(eqx.Module):
    """A hidden layer, a filter, and what reads it; runs on a whole batch."""

    hidden: Affine
    output: Affine
    kept: int | None = eqx.field(static=True)
    output_activation: str = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B N"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B N"]:
        rows = jax.nn.relu(tap("hidden.pre", self.hidden.on_rows(x)))
        rows = tap("hidden", rows if self.kept is None else strongest(rows, self.kept))
        return tap("output", activated(self.output_activation, self.output.on_rows(rows), axis=-1))


def strongest(values: Float[Array, "... D"], kept: int) -> Float[Array, "... D"]:
    """The `kept` largest of values that are never negative, each in its place; zeros in place of the others."""
    return jnp.where(values >= kth_largest(values, kept)[..., None], values, 0.0)


def build(described: Filtered, key: PRNGKeyArray) -> FilteredModule:
    """Fresh parameters for a description, whose dials may be traced numbers."""
    idle, aligned = (jnp.asarray(constant_of(each), jnp.float32) for each in (described.idle, described.aligned))
    neurons = described.hidden - idle
    place, feature = np.arange(described.hidden)[:, None], np.arange(described.features)
    random = jnp.sqrt(2.0 / neurons) * jax.random.normal(key, (described.hidden, described.features))
    own = aligned * (feature == place) + (1.0 - aligned) * random
    weight = jnp.where(place < neurons, jnp.where(feature < neurons, own, random), 0.0)
    return FilteredModule(
        Affine(weight, jnp.zeros(described.hidden)),
        Affine(weight.T, jnp.zeros(described.features)),
        described.kept if described.filters() else None,
        described.output_activation,
    )

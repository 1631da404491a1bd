"""What a `SparseAutoencoder` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.arrays.products import product
from tropism.arrays.unit import unit
from tropism.core.network import Tap
from tropism.dictionaries.code import Code

if TYPE_CHECKING:
    from tropism.dictionaries.sparse_autoencoder import SparseAutoencoder


class Encoder(eqx.Module):
    """Weights `[D, I]`, and perhaps a bias `[D]`."""

    weight: Float[Array, "D I"]
    bias: Float[Array, "D"] | None


class Decoder(eqx.Module):
    """Weights `[I, D]` and a bias `[I]`."""

    weight: Float[Array, "I D"]
    bias: Float[Array, "I"]


class SparseAutoencoderModule(eqx.Module):
    """An encoder, a code and a decoder; runs on a whole batch.

    Inside, columns are examples: so nothing large is turned around, and the largest of each example are found quickly.
    """

    encoder: Encoder
    output: Decoder
    code: dict[str, Float[Array, "D"]]
    coding: Code = eqx.field(static=True)
    centered: bool = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B I"]:
        pre = _offered(tap, "code.pre", self._encoded(x))
        code = _offered(tap, "code", self.coding.of(pre, self.code))
        return tap("output", self._decoded(code).T)

    def encoded(self, x: Float[Array, "B I"]) -> Float[Array, "B D"]:
        """What the encoder says of examples."""
        return self._encoded(x).T

    def decoded(self, code: Float[Array, "B D"]) -> Float[Array, "B I"]:
        """What codes stand for."""
        return self._decoded(code.T).T

    def atoms(self) -> Float[Array, "D I"]:
        """The directions, a row a latent."""
        return self.output.weight.T

    def _encoded(self, x: Float[Array, "B I"]) -> Float[Array, "D B"]:
        bias = 0.0 if self.encoder.bias is None else self.encoder.bias
        if self.centered:  # off the pre-activations, whose gradient is then summed before it is multiplied
            bias = bias - self.encoder.weight @ self.output.bias
        return product(self.encoder.weight, x.T) + jnp.reshape(bias, (-1, 1))

    def _decoded(self, code: Float[Array, "D B"]) -> Float[Array, "I B"]:
        return product(self.output.weight, code) + self.output.bias[:, None]


def build(described: SparseAutoencoder, key: PRNGKeyArray) -> SparseAutoencoderModule:
    """Fresh parameters for a description."""
    shape = described.latents, described.inputs
    atoms = described.length * unit(random.normal(key, shape))
    bias = jnp.zeros(described.latents) if described.code.biased else None
    own = {name: jnp.full(described.latents, start, jnp.float32) for name, start in described.code.parameters().items()}
    decoder = Decoder(atoms.T, jnp.zeros(described.inputs))
    return SparseAutoencoderModule(Encoder(atoms, bias), decoder, own, described.code, described.centered)


def _offered(tap: Tap, site: str, columns: Float[Array, "D B"]) -> Float[Array, "D B"]:
    """What a tap makes of columns. Where it changes nothing they flow on as they are, so that what they are used for
    besides, turned around, does not turn their gradient around."""
    rows = columns.T
    given = tap(site, rows)
    return columns if given is rows else given.T

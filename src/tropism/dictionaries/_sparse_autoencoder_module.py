"""What a `SparseAutoencoder` builds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

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
    """An encoder, a code and a decoder; runs on a whole batch."""

    encoder: Encoder
    output: Decoder
    code: dict[str, Float[Array, "D"]]
    coding: Code = eqx.field(static=True)
    centered: bool = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B I"]:
        pre = tap("code.pre", self.encoded(x))
        return tap("output", self.decoded(tap("code", self.coding.of(pre, self.code))))

    def encoded(self, x: Float[Array, "B I"]) -> Float[Array, "B D"]:
        """What the encoder says of examples."""
        pre = (x - self.output.bias if self.centered else x) @ self.encoder.weight.T
        return pre if self.encoder.bias is None else pre + self.encoder.bias

    def decoded(self, code: Float[Array, "B D"]) -> Float[Array, "B I"]:
        """What codes stand for."""
        return code @ self.output.weight.T + self.output.bias

    def atoms(self) -> Float[Array, "D I"]:
        """The directions, a row a latent."""
        return self.output.weight.T


def build(described: SparseAutoencoder, key: PRNGKeyArray) -> SparseAutoencoderModule:
    """Fresh parameters for a description."""
    shape = described.latents, described.inputs
    atoms = described.length * unit(random.normal(key, shape))
    bias = jnp.zeros(described.latents) if described.code.biased else None
    own = {name: jnp.full(described.latents, start, jnp.float32) for name, start in described.code.parameters().items()}
    decoder = Decoder(atoms.T, jnp.zeros(described.inputs))
    return SparseAutoencoderModule(Encoder(atoms, bias), decoder, own, described.code, described.centered)

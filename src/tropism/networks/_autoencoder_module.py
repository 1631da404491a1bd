"""What an `Autoencoder` builds. Feature-major inside, `[feature, batch]`: 1.5–1.9 times faster under width 32."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.arrays.unit import unit
from tropism.core.network import Tap
from tropism.networks._activations import gelu

if TYPE_CHECKING:
    from tropism.networks.autoencoder import Autoencoder


_ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "gelu": gelu,
    "relu": jax.nn.relu,
    "tanh": jnp.tanh,
}


class Linear(eqx.Module):
    """Weights `[out, in]` and a bias `[out]`, on columns: `[in, B]` to `[out, B]`."""

    weight: Float[Array, "O I"]
    bias: Float[Array, "O"]

    def __init__(self, inputs: int, outputs: int, key: PRNGKeyArray) -> None:
        reach = inputs**-0.5
        for_weight, for_bias = jax.random.split(key)
        self.weight = jax.random.uniform(for_weight, (outputs, inputs), minval=-reach, maxval=reach)
        self.bias = jax.random.uniform(for_bias, (outputs,), minval=-reach, maxval=reach)

    def __call__(self, columns: Float[Array, "I B"]) -> Float[Array, "O B"]:
        return self.weight @ columns + self.bias[:, None]


class AutoencoderModule(eqx.Module):
    """Encoder, bottleneck, decoder; runs on a whole batch."""

    encoder: tuple[Linear, ...]
    decoder: tuple[Linear, ...]
    unit: bool = eqx.field(static=True)
    sigmoid: bool = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B I"]:
        columns = self._side(self.encoder, "encoder", x.T, tap)
        columns = _offer("encoder", columns, tap)
        if self.unit:
            columns = unit(columns, axis=0)
        columns = _offer("latent", columns, tap)
        columns = self._side(self.decoder, "decoder", columns, tap)
        if self.sigmoid:
            columns = jax.nn.sigmoid(columns)
        return _offer("output", columns, tap).T

    def _side(self, layers: tuple[Linear, ...], side: str, columns: Array, tap: Tap) -> Array:
        for number, layer in enumerate(layers[:-1]):
            columns = _ACTIVATIONS[self.activation](layer(columns))
            columns = _offer(f"{side}.{number}", columns, tap)
        return layers[-1](columns)


def build(described: Autoencoder, key: PRNGKeyArray) -> AutoencoderModule:
    """Fresh parameters for a description."""
    widths = [described.inputs, *[described.hidden] * described.depth, described.latent]
    keys = jax.random.split(key, 2 * (described.depth + 1))
    pairs = list(itertools.pairwise(widths))
    encoder = tuple(Linear(i, o, k) for (i, o), k in zip(pairs, keys[: len(pairs)], strict=True))
    decoder = tuple(Linear(o, i, k) for (i, o), k in zip(pairs[::-1], keys[len(pairs) :], strict=True))
    return AutoencoderModule(encoder, decoder, described.unit, described.sigmoid, described.activation)


def _offer(site: str, columns: Array, tap: Tap) -> Array:
    return tap(site, columns.T).T

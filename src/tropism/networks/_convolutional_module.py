"""What a `Convolutional` builds: convolutions as matrix products, one for each place in a patch.

Measured, one core, loss and gradient in a loop as training is, mapped over five members: at 12 × 12 pixels, 32 channels
and batch 128 a step takes 1.6 ms a member, and 22 with the library's convolutions and windowed maxima; at 16 × 16 with
two convolutions of 16 channels, batch 64, 3.2 and 50. One product for all places, and maxima over slices of it, takes
twice as long (measured outside of a loop), since then maxima are not over whole arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap

if TYPE_CHECKING:
    from tropism.networks.convolutional import Convolutional


class Kernel(eqx.Module):
    """Weights `[out, in, …]` and a bias `[out]`, of a convolution or of what reads maps."""

    weight: Float[Array, "O I ..."]
    bias: Float[Array, "O"]

    def on_maps(self, maps: Float[Array, "B S I"]) -> Float[Array, "B O"]:
        """What a weight `[O, I, S]` reads of all positions and channels."""
        return maps.reshape(len(maps), -1) @ self.weight.swapaxes(1, 2).reshape(len(self.bias), -1).T + self.bias


class ConvolutionalModule(eqx.Module):
    """Convolutions, perhaps a hidden layer, and an output; runs on a whole batch."""

    maps: tuple[Kernel, ...]
    hidden: Kernel | None
    output: Kernel
    size: int = eqx.field(static=True)
    pool: int = eqx.field(static=True)

    def __call__(self, x: Float[Array, "B I"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        return self._run(x, tap, pooled)

    def plain(self, x: Float[Array, "B I"], tap: Tap) -> Float[Array, "B O"]:
        """The same by the library's convolutions and windows."""
        return self._run(x, tap, pooled_plainly)

    def _run(self, x: Array, tap: Tap, convolved: Callable[[Array, Kernel, int], Array]) -> Array:
        values, side = x.reshape(len(x), self.size, self.size, -1), self.size
        for place, layer in enumerate(self.maps):
            side //= self.pool
            flat = convolved(values, layer, self.pool).reshape(len(x), side * side, -1)
            values = tap(f"maps.{place}", flat).reshape(len(x), side, side, -1)
        return read_maps(values.reshape(len(x), side * side, -1), self.hidden, self.output, tap)


def pooled(values: Float[Array, "B S S I"], layer: Kernel, pool: int) -> Float[Array, "B T T O"]:
    """A convolution's ReLU, the largest of each patch: the patches' first pixels in one product, their second, …"""
    kernel, side = layer.weight.shape[-1], values.shape[1] // pool
    rim, reach = kernel // 2, side * pool
    rimmed = jnp.pad(values, ((0, 0), (rim, rim), (rim, rim), (0, 0)))
    weight = layer.weight.transpose(2, 3, 1, 0).reshape(-1, len(layer.bias))

    def product(row: int, column: int) -> Array:
        seen = [
            rimmed[:, row + down : row + down + reach : pool, column + right : column + right + reach : pool]
            for down in range(kernel)
            for right in range(kernel)
        ]
        return jnp.concatenate(seen, axis=-1).reshape(-1, len(weight)) @ weight

    most = reduce(jnp.maximum, [product(row, column) for row in range(pool) for column in range(pool)])
    return jax.nn.relu(most + layer.bias).reshape(len(values), side, side, -1)


def pooled_plainly(values: Float[Array, "B S S I"], layer: Kernel, pool: int) -> Float[Array, "B T T O"]:
    """The same as published: a convolution, a ReLU, a maximum over windows."""
    weight, names = layer.weight.transpose(2, 3, 1, 0), ("NHWC", "HWIO", "NHWC")
    found = jax.lax.conv_general_dilated(values, weight, (1, 1), "SAME", dimension_numbers=names) + layer.bias
    window = (1, pool, pool, 1)
    return jax.lax.reduce_window(jax.nn.relu(found), -jnp.inf, jax.lax.max, window, window, "VALID")


def read_maps(maps: Float[Array, "B S D"], hidden: Kernel | None, output: Kernel, tap: Tap) -> Float[Array, "B O"]:
    """The output for the last maps, perhaps by way of a hidden layer."""
    if hidden is None:
        return tap("output", output.on_maps(maps))
    neurons = tap("hidden", jax.nn.relu(tap("hidden.pre", hidden.on_maps(maps))))
    return tap("output", neurons @ output.weight.T + output.bias)


def kernel(shape: tuple[int, ...], key: PRNGKeyArray) -> Kernel:
    """Fresh weights of a shape `[out, in, …]` and biases, uniform in ±1/√(what each output looks at)."""
    inputs = 1
    for each in shape[1:]:
        inputs *= each
    for_weight, for_bias = random.split(key)
    reach = inputs**-0.5
    weight = random.uniform(for_weight, shape, minval=-reach, maxval=reach)
    return Kernel(weight, random.uniform(for_bias, shape[:1], minval=-reach, maxval=reach))


def build(described: Convolutional, key: PRNGKeyArray) -> ConvolutionalModule:
    """Fresh parameters for a description."""
    widths = (described.in_channels, *described.channels)
    keys = random.split(key, len(widths) + 1)
    window = (described.kernel, described.kernel)
    maps = tuple(
        kernel((after, before, *window), luck)
        for before, after, luck in zip(widths[:-1], widths[1:], keys, strict=False)
    )
    positions = described.side(len(described.channels)) ** 2
    heads = readers(described.channels[-1], positions, described.hidden, described.outputs, keys[-2:])
    return ConvolutionalModule(maps, *heads, described.size, described.pool)


def readers(
    channels: int, positions: int, hidden: int, outputs: int, keys: PRNGKeyArray
) -> tuple[Kernel | None, Kernel]:
    """What reads the last maps: a hidden layer, if there is one, and an output."""
    if not hidden:
        return None, kernel((outputs, channels, positions), keys[1])
    return kernel((hidden, channels, positions), keys[0]), kernel((outputs, hidden), keys[1])

"""What a `Dense` builds: rows, since its layers are seldom narrow."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import random
from jaxtyping import Array, Float, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._activations import activated
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
    """Fresh parameters for a description.

    All are drawn at once, each with a key of its own, and what is too long for one is left: a draw for each would take
    more than twice as long to compile.
    """
    widths = (described.inputs, *described.hidden, described.outputs)
    sizes = list(itertools.pairwise(widths))
    keys = jax.vmap(random.split)(random.split(key, len(sizes)))
    longest = max(low * high for low, high in sizes)
    draws = jax.vmap(jax.vmap(lambda own: random.uniform(own, (longest,))))(keys)
    layers = [_layer(low, high, own) for (low, high), own in zip(sizes, draws, strict=True)]
    return DenseModule(tuple(layers[:-1]), layers[-1], described.activation, described.linear)


def _layer(inputs: int, outputs: int, draws: Float[Array, "2 _"]) -> Affine:
    """What `Linear` has, of numbers in [0, 1): weights and a bias, no larger than 1 / √inputs."""
    high = jnp.float32(inputs**-0.5)
    weight, bias = jnp.maximum(-high, draws * (2 * high) - high)
    return Affine(weight[: inputs * outputs].reshape(outputs, inputs), bias[:outputs])

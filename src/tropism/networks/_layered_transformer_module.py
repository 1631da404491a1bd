"""What a `LayeredTransformer` builds.

Tokens are looked up by a product with their one-hot rows: the gradient of a plain look-up adds to rows one by one,
which takes longer than the rest of the step. Measured, one core, attention at 7 positions, width 32, batch 128, loss
and gradient: products of small matrices take 1.3 ms a member, the same spread over the width 1.5, batch-last 3.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.layered_transformer import LayeredTransformer

_FLOOR = 1e-5


class Norm(eqx.Module):
    """Mean 0 and variance 1 over the width, then a gain and a shift. Source: Ba et al. (2016), arXiv 1607.06450."""

    gain: Float[Array, "D"]
    shift: Float[Array, "D"]

    def __call__(self, stream: Float[Array, "B S D"]) -> Float[Array, "B S D"]:
        centered = stream - stream.mean(axis=-1, keepdims=True)
        spread = jax.lax.rsqrt((centered * centered).mean(axis=-1, keepdims=True) + _FLOOR)
        return centered * spread * self.gain + self.shift


class Layer(eqx.Module):
    """Attention and neurons, both of which add to the residual stream."""

    before: Norm | None
    query: Affine
    key: Affine
    value: Affine
    attention: Affine
    between: Norm | None
    hidden: Affine
    back: Affine

    def __call__(
        self, stream: Float[Array, "B S D"], tap: Tap, place: int, heads: int, activation: str
    ) -> Float[Array, "B S D"]:
        taken = tap(f"heads.{place}", self._taken(_normed(self.before, stream), tap, place, heads))
        stream = tap(f"middle.{place}", stream + tap(f"attention.{place}", self.attention.on_rows(taken)))
        rows = tap(f"hidden.pre.{place}", self.hidden.on_rows(_normed(self.between, stream)))
        rows = tap(f"hidden.{place}", activated(activation, rows, axis=-1))
        return tap(f"residual.{place}", stream + tap(f"neurons.{place}", self.back.on_rows(rows)))

    def _taken(self, read: Float[Array, "B S D"], tap: Tap, place: int, heads: int) -> Float[Array, "B S D"]:
        """What each head takes of the positions that it looks at, head after head."""
        size, length, width = read.shape

        def split(part: Affine) -> Float[Array, "B S H K"]:
            return part.on_rows(read).reshape(size, length, heads, -1)

        query, key, value = split(self.query), split(self.key), split(self.value)
        scores = jnp.einsum("bqhk,bshk->bqhs", query, key) * (width // heads) ** -0.5
        seen = np.tri(length, dtype=bool)[:, None]
        pattern = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), axis=-1)
        offered = tap(f"pattern.{place}", pattern.reshape(size, length, -1)).reshape(pattern.shape)
        return jnp.einsum("bqhs,bshk->bqhk", offered, value).reshape(read.shape)


class LayeredTransformerModule(eqx.Module):
    """Tokens, layers, and what reads the stream at the last position; runs on a whole batch."""

    embedding: Float[Array, "N D"]
    position: Float[Array, "S D"]
    layers: tuple[Layer, ...]
    last: Norm | None
    output: Affine
    heads: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __call__(self, x: Int[Array, "B S"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        tokens = jax.nn.one_hot(x, len(self.embedding), dtype=self.embedding.dtype) @ self.embedding
        stream = tap("embedding", tokens + self.position)
        for place, layer in enumerate(self.layers):
            stream = layer(stream, tap, place, self.heads, self.activation)
        return tap("output", self.output.on_rows(_normed(self.last, stream[:, -1])))

    def tables(self) -> dict[str, Float[Array, "..."]]:
        """What each token and each output is to the residual stream, a row each: `embedding` and `unembedding`."""
        return {"embedding": self.embedding, "unembedding": self.output.weight}


def build(described: LayeredTransformer, key: PRNGKeyArray) -> LayeredTransformerModule:
    """Fresh parameters for a description.

    All are drawn at once, each with a key of its own, and what is too long for one is left: a draw for each would take
    three times as long to compile. √2 stands beside each scale, since the compiler makes one factor of the two: so the
    bits are those of `jax.random.normal` for each.
    """
    width, hidden = described.width, described.hidden
    keys = jax.random.split(key, 3 + 6 * described.layers)
    longest = width * max(described.tokens, described.positions, described.outputs, width, hidden)
    least = np.nextafter(np.float32(-1), np.float32(0))
    even = jax.vmap(lambda own: jax.random.uniform(own, (longest,), minval=least, maxval=1.0))(keys)
    draws = iter(jax.lax.erf_inv(even))
    into_stream = (2 * described.layers) ** -0.5

    def drawn(rows: int, columns: int, scale: float = 1.0) -> Float[Array, "..."]:
        normal = np.float32(np.sqrt(2)) * next(draws)[: rows * columns].reshape(rows, columns)
        return scale * columns**-0.5 * normal

    def norm() -> Norm | None:
        return Norm(jnp.ones(width), jnp.zeros(width)) if described.norm else None

    def layer() -> Layer:
        return Layer(
            before=norm(),
            query=Affine(drawn(width, width), None),
            key=Affine(drawn(width, width), None),
            value=Affine(drawn(width, width), None),
            attention=Affine(drawn(width, width, into_stream), None),
            between=norm(),
            hidden=Affine(drawn(hidden, width), jnp.zeros(hidden)),
            back=Affine(drawn(width, hidden, into_stream), jnp.zeros(width)),
        )

    return LayeredTransformerModule(
        embedding=drawn(described.tokens, width),
        position=drawn(described.positions, width),
        layers=tuple(layer() for _ in range(described.layers)),
        last=norm(),
        output=Affine(drawn(described.outputs, width), jnp.zeros(described.outputs)),
        heads=described.heads,
        activation=described.activation,
    )


def _normed(norm: Norm | None, stream: Float[Array, "... D"]) -> Float[Array, "... D"]:
    return stream if norm is None else norm(stream)

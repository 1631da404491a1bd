"""What a `OneLayerTransformer` builds.

Only the last position is read, and its token is always "=", so there is one query; every other position has a key and a
value for each token. What "=" asks of them and what they answer are tables, and an example looks them up.

Measured, one core, loss and gradient, 113 tokens, batch 3,830: a head's share spread over its width by a product with
ones makes the step take .65 of what it takes with broadcasting, whose gradient is a sum along the last axis; the plain
form takes six times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from tropism.core.dial import constant_of
from tropism.core.network import Tap
from tropism.networks._activations import activated
from tropism.networks._two_layer_module import Affine

if TYPE_CHECKING:
    from tropism.networks.transformer import OneLayerTransformer


class OneLayerTransformerModule(eqx.Module):
    """Attention, a hidden layer, and what reads the residual stream at its end; runs on a whole batch."""

    embedding: Float[Array, "N+1 D"]
    position: Float[Array, "S+1 D"]
    query: Affine
    key: Affine
    value: Affine
    attention: Affine
    hidden: Affine
    back: Affine
    output: Affine
    heads: int = eqx.field(static=True)
    activation: str = eqx.field(static=True)

    def __call__(self, x: Int[Array, "B S"], tap: Tap, key: PRNGKeyArray | None = None) -> Float[Array, "B O"]:
        places = range(x.shape[1])
        last = self.embedding[-1] + self.position[-1]
        scores, values = self._answers(last)
        asked = [scores[place][x[:, place]] for place in places]
        asked.append(jnp.broadcast_to(self._asked(last) @ last, asked[0].shape))
        pattern = self._offered(jnp.moveaxis(jax.nn.softmax(jnp.stack(asked), axis=0), 0, -1), tap)
        spread = _spread(self.heads, values.shape[-1])
        taken = (pattern[..., -1] @ spread) * (self.value.weight @ last)
        for place in places:
            taken = taken + (pattern[..., place] @ spread) * values[place][x[:, place]]
        return self._from_heads(last, taken, tap)

    def in_full(self, x: Int[Array, "B S"], tap: Tap) -> Float[Array, "B O"]:
        """The plain form: every position of every example, each looking at those before it and at itself."""
        tokens = jnp.pad(x, ((0, 0), (0, 1)), constant_values=len(self.embedding) - 1)
        stream = self.embedding[tokens] + self.position

        def split(part: Affine) -> Float[Array, "B S+1 H K"]:
            whole = part.on_rows(stream)
            return whole.reshape(*whole.shape[:2], self.heads, -1)

        query, key, value = split(self.query), split(self.key), split(self.value)
        scores = jnp.einsum("bqhk,bshk->bhqs", query, key) * query.shape[-1] ** -0.5
        seen = np.tri(stream.shape[1], dtype=bool)
        pattern = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf), axis=-1)
        pattern = pattern.at[:, :, -1].set(self._offered(pattern[:, :, -1], tap))
        taken = jnp.einsum("bhqs,bshk->bqhk", pattern, value).reshape(*stream.shape[:2], -1)

        def at_last(site: str, values: Array) -> Array:
            return values.at[:, -1].set(tap(site, values[:, -1]))

        return self._from_heads(stream, taken, at_last)[:, -1]

    def tables(self) -> dict[str, Float[Array, "..."]]:
        """What each token and each output is to the residual stream, a row each.

        `embedding` `[tokens, width]`, "=" left out, and `unembedding` `[outputs, width]`.
        """
        return {"embedding": self.embedding[:-1], "unembedding": self.output.weight}

    def _answers(self, last: Float[Array, "D"]) -> tuple[Float[Array, "S N H"], Float[Array, "S N HK"]]:
        """How much "=" is drawn to each token at each position, by head, and the value that it finds there."""
        asked = self._asked(last)
        tokens, places = self.embedding[:-1], self.position[:-1]
        scores = tokens @ asked.T + (places @ asked.T)[:, None]
        values = self.value.on_rows(tokens) + self.value.on_rows(places)[:, None]
        return scores, values

    def _asked(self, last: Float[Array, "D"]) -> Float[Array, "H D"]:
        """What each head looks for in the residual stream when it stands at "="."""
        query = (self.query.weight @ last).reshape(self.heads, -1)
        key = self.key.weight.reshape(*query.shape, -1)
        return jnp.einsum("hk,hkd->hd", query, key) * query.shape[-1] ** -0.5

    def _offered(self, pattern: Float[Array, "B H S"], tap: Tap) -> Float[Array, "B H S"]:
        return tap("pattern", pattern.reshape(len(pattern), -1)).reshape(pattern.shape)

    def _from_heads(self, stream: Float[Array, "*#B D"], taken: Float[Array, "*B HK"], tap: Tap) -> Array:
        """All that comes after the heads took something, at every position that is given."""
        stream = stream + tap("attention", self.attention.on_rows(tap("heads", taken)))
        stream = tap("residual.mid", stream)
        rows = tap("hidden.pre", self.hidden.on_rows(stream))
        rows = tap("hidden", activated(self.activation, rows, axis=-1))
        stream = tap("residual", stream + self.back.on_rows(rows))
        return tap("output", self.output.on_rows(stream))


def build(described: OneLayerTransformer, key: PRNGKeyArray) -> OneLayerTransformerModule:
    """Fresh parameters for a description, whose scale may be a traced number."""
    width, all_heads = described.width, described.heads * described.head_width
    scale = constant_of(described.init_scale)
    assert scale is not None, "a description without a scale is refused"
    keys = iter(jax.random.split(key, 9))

    def drawn(rows: int, columns: int, inputs: int = width) -> Float[Array, "..."]:
        return scale * inputs**-0.5 * jax.random.normal(next(keys), (rows, columns))

    def zeros(size: int) -> Float[Array, "..."] | None:
        return jnp.zeros(size) if described.biases else None

    return OneLayerTransformerModule(
        embedding=drawn(described.tokens + 1, width),
        position=drawn(described.positions + 1, width),
        query=Affine(drawn(all_heads, width), None),
        key=Affine(drawn(all_heads, width), None),
        value=Affine(drawn(all_heads, width), None),
        attention=Affine(drawn(width, all_heads), None),
        hidden=Affine(drawn(described.hidden, width), zeros(described.hidden)),
        back=Affine(drawn(width, described.hidden), zeros(width)),
        output=Affine(drawn(described.outputs, width, described.tokens + 1), None),
        heads=described.heads,
        activation=described.activation,
    )


def _spread(heads: int, width: int) -> Float[np.ndarray, "H HK"]:
    """Ones where a number of the width belongs to a head."""
    return np.repeat(np.eye(heads, dtype=np.float32), width // heads, axis=1)

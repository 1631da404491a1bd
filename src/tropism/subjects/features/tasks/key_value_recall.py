"""Recall: keys with their values, then one of the keys; which value was its own?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.errors import DoesNotFit
from tropism.subjects.features.tasks.sequences import Sequences

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class KeyValueRecall(Sequences):
    """Pairs of a key and a value, then one of these keys: `k1 v1 k2 v2 k3 v3 q`; right is the value that went with q.

    Keys are the tokens 0 to `keys` − 1 and values those after them. Keys of one sequence differ, values may be alike;
    there is one output a value. Of 10 keys, 10 values and 3 pairs there are 2,160,000 sequences, so that fresh ones
    have hardly ever been seen; of 2 keys, 2 values and 2 pairs there are 16.

    Attributes:
        keys: How many keys there are.
        values: How many values.
        pairs: How many pairs a sequence has.
    """

    keys: int = 10
    values: int = 10
    pairs: int = 3

    def check(self) -> None:
        super().check()
        self.whole(keys=1, values=2, pairs=1)
        if self.pairs > self.keys:
            raise DoesNotFit(f"KeyValueRecall.pairs {self.pairs} want as many different keys, and keys is {self.keys}.")

    def position_names(self) -> tuple[str, ...]:
        return (*(f"{what}{place}" for place in range(1, self.pairs + 1) for what in "kv"), "q")

    def num_tokens(self) -> int:
        return self.keys + self.values

    def output_width(self) -> int:
        return self.values

    def drawn(self, key: PRNGKeyArray, size: int) -> tuple[Int[Array, "B S"], Int[Array, "B"]]:
        import jax.numpy as jnp

        from tropism.arrays.streams import fold, integers

        chosen = distinct(fold(key, "keys"), (size, self.pairs), self.keys)
        values = integers(fold(key, "values"), (size, self.pairs), self.values)
        asked = jnp.arange(self.pairs) == integers(fold(key, "asked"), (size, 1), self.pairs)
        pairs = jnp.stack([chosen, values + self.keys], axis=2).reshape(size, -1)
        query = jnp.where(asked, chosen, 0).sum(axis=1)
        return jnp.concatenate([pairs, query[:, None]], axis=1), jnp.where(asked, values, 0).sum(axis=1)


def distinct(key: PRNGKeyArray, shape: tuple[int, int], count: int) -> Int[Array, "B P"]:
    """Different whole numbers in [0, count), as many a row as the shape's second says, each choice equally likely.

    They are ranks among `count` random words; of two that are alike, the first is the lower.
    """
    import jax.numpy as jnp

    from tropism.arrays.streams import bits

    words = bits(key, (shape[0], count))
    own, place = words[:, : shape[1], None], jnp.arange(count)
    before = (words[:, None] < own) | ((words[:, None] == own) & (place < place[: shape[1], None]))
    return before.sum(axis=2).astype(jnp.int32)

"""A task of tokens for tests: which of `tokens` is the sum of an example, modulo their number."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp

from tropism.arrays.streams import integers
from tropism.core import Batch, Task


@dataclass(frozen=True, kw_only=True)
class Sums(Task):
    """Tokens as they come, two unless said otherwise, and the cross-entropy of their sum."""

    tokens: int
    positions: int = 2

    def input_width(self):
        return self.positions

    def output_width(self):
        return self.tokens

    def num_tokens(self):
        return self.tokens

    def draw(self, scene, key, size):
        drawn = integers(key, (size, self.positions), self.tokens)
        return Batch(drawn, drawn.sum(axis=1) % self.tokens)

    def error(self, output, batch):
        return -jnp.take_along_axis(jax.nn.log_softmax(output), batch.targets[:, None], axis=1)[:, 0]

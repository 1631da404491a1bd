"""Features that are wanted back, and beside them something that has to be computed of each pair of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, constant_of, within
from tropism.core.task import Task
from tropism.errors import BadValue
from tropism.subjects.features.tasks.supports import coins, levels

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class PairedFeatures(Task):
    """Sparse features as they are; wanted are these, and then |x_a − x_b| of each two that stand side by side.

    A feature is on by a coin of its own, and then uniform between 0 and 1. For features that are on or off alone the
    difference would be their exclusive or: no layer that only reads off what is there can give it. The error of an
    example is the sum of squares over the features, and `weight` times that over the differences.

    Attributes:
        features: How many, an even number.
        density: The probability of being on; a dial.
        weight: What an error in a difference counts beside one in a feature; with 0 they are not asked for. A dial.
        held_out: Examples that validation looks at, the same at every look.
    """

    features: int = 16
    density: float | Dial | None = within(0.1, low=0.0, high=1.0)
    weight: float | Dial | None = within(1.0, low=0.0)
    held_out: int = 4096

    def check(self) -> None:
        if self.features < 2 or self.features % 2:
            raise BadValue("PairedFeatures.features", self.features, "an even number, at least 2")
        if self.held_out < 1:
            raise BadValue("PairedFeatures.held_out", self.held_out, "at least 1")

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return self.features + self.features // 2

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits

        words, values = bits(key, (2, size, self.features))
        density = jnp.asarray(constant_of(self.density), jnp.float32)
        x = jnp.where(coins(words, density), levels(values), 0.0)
        return Batch(x, jnp.concatenate([x, jnp.abs(x[:, 0::2] - x[:, 1::2])], axis=1))

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self.draw(scene, key, self.held_out)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over features and, times `weight`, over differences."""
        import jax.numpy as jnp

        weight = jnp.asarray(constant_of(self.weight), jnp.float32)
        weights = jnp.where(np.arange(self.output_width()) < self.features, 1.0, weight)
        return ((output - batch.targets) ** 2 * weights).sum(axis=-1)

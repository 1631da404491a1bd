"""Tasks of short sequences of tokens, drawn anew at each step: an answer is asked for at the last position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.batch import Batch, Choice, Scene
from tropism.core.task import Task
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Sequences(Task):
    """Sequences that are drawn independently of one another, each with one right answer.

    Validation examples are drawn in the same way and are the same at every look. Whether they are new to a network is a
    matter of how many sequences there are: see the task at hand.

    Attributes:
        held_out: How many examples validation looks at.
    """

    held_out: int = 1024

    def check(self) -> None:
        if isinstance(self.held_out, bool) or not isinstance(self.held_out, int) or self.held_out < 1:
            raise BadValue(f"{type(self).__name__}.held_out", self.held_out, "a whole number, at least 1")

    def position_names(self) -> tuple[str, ...]:
        """What stands at each position, in a word."""
        raise NotImplementedError

    def drawn(self, key: PRNGKeyArray, size: int) -> tuple[Int[Array, "B S"], Int[Array, "B"]]:
        """Sequences, and the output that is right for each."""
        raise NotImplementedError

    def num_tokens(self) -> int:
        raise NotImplementedError

    def output_width(self) -> int:
        raise NotImplementedError

    def input_width(self) -> int:
        return len(self.position_names())

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        inputs, right = self.drawn(key, size)
        nobody = jnp.zeros_like(right)
        return Batch(inputs, Choice(right, nobody, nobody + self.output_width()))

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self.draw(scene, key, self.held_out)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """Cross-entropy over all outputs, in nats."""
        from tropism.arrays.answers import cross_entropy

        return cross_entropy(output, batch.targets.right)

    def whole(self, **least: int) -> None:
        """Refuses fields that are not whole numbers of at least so much."""
        for name, low in least.items():
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < low:
                raise BadValue(f"{type(self).__name__}.{name}", number, f"a whole number, at least {low}")

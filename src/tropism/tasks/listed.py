"""Tasks whose examples can be listed: which of them are drawn from, a member's world stream decides."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from tropism.core.batch import Batch, Choice, Scene
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int, PRNGKeyArray


class Examples(NamedTuple):
    """All there is of a task, each once.

    Attributes:
        inputs: What the network sees of each, `[N, …]`.
        right: The output that is right, `[N]`.
        low: The first output that is legal, `[N]` or one for all.
        high: The first beyond those that are legal, `[N]` or one for all.
    """

    inputs: np.ndarray
    right: np.ndarray
    low: np.ndarray | int
    high: np.ndarray | int


class Numbered(Task):
    """A task whose examples are numbered, 0 to `len(task)` − 1, in an order of the member's own.

    `countable` says whether that many are there in every world. Draws are with replacement; validation examples are all
    there are, each once, in order.
    """

    countable: ClassVar[bool] = True

    def __len__(self) -> int:
        raise NotImplementedError

    def shown(self, scene: Scene, numbers: Int[Array, "B"], key: PRNGKeyArray | None) -> Batch:
        """The examples of some numbers. Who shows one in many ways draws one of them; without a key, a fixed one."""
        raise NotImplementedError

    def numbers(self, key: PRNGKeyArray, size: int) -> Int[Array, "B"]:
        """The numbers of a batch's examples."""
        from tropism.arrays.streams import integers

        return integers(key, (size,), len(self))

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        from tropism.arrays.streams import fold

        return self.shown(scene, self.numbers(key, size), fold(key, "shown"))

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch | None:
        import jax.numpy as jnp

        return self.shown(scene, jnp.arange(len(self)), None)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """Cross-entropy over all outputs, in nats."""
        from tropism.arrays.answers import cross_entropy

        return cross_entropy(output, batch.targets.right)


@dataclass(frozen=True, kw_only=True)
class Listed(Numbered):
    """Examples that can be listed, of which a share is drawn from.

    A member's `world` stream puts all examples in an order; the share is a stretch of it. Tasks that list as many
    examples have the same order in a member, so `share=(0, 0.6)` and `share=(0.6, 1)` are a training set and what is
    held out.

    Attributes:
        share: From which to which part of the order, within [0, 1].
        whole: Whether each step sees all of the share once, instead of a draw.
    """

    share: tuple[float, float] = (0.0, 1.0)
    whole: bool = False

    def listed(self) -> Examples:
        """All there is, in a fixed order; a pure function of the fields other than `share` and `whole`."""
        raise NotImplementedError

    def kinds(self) -> np.ndarray:
        """Of which kind each listed example is, whole numbers `[N]`, for `Chosen`; all of one kind by default."""
        return np.zeros(len(_examples(self).right), int)

    def seen(self, inputs: Array, key: PRNGKeyArray | None) -> Array:
        """What is shown of examples, `[B, …]`; another way each time they are drawn, and with `None` one fixed way."""
        return inputs

    def check(self) -> None:
        kind = type(self).__name__
        ends = self.share
        if not (isinstance(ends, tuple) and len(ends) == 2 and 0 <= ends[0] < ends[1] <= 1):
            raise BadValue(f"{kind}.share", ends, "two numbers (low, high) with 0 <= low < high <= 1")

    def stretch(self) -> tuple[int, int]:
        """From which to which place in the order."""
        count = len(_examples(self).right)
        first, last = (round(count * end) for end in self.share)
        if first == last:
            raise DoesNotFit(f"{type(self).__name__}.share {self.share} of {count} examples is none.")
        return first, last

    def __len__(self) -> int:
        first, last = self.stretch()
        return last - first

    def batch_size(self) -> int | None:
        return len(self) if self.whole else None

    def table(self) -> Examples:
        return _examples(self)

    def world(self, table: Examples, key: PRNGKeyArray) -> Int[Array, "N"]:
        import jax

        first, last = self.stretch()
        return jax.random.permutation(key, len(table.right))[first:last]

    def numbers(self, key: PRNGKeyArray, size: int) -> Int[Array, "B"]:
        import jax.numpy as jnp

        return jnp.arange(len(self)) if self.whole else super().numbers(key, size)

    def shown(self, scene: Scene, numbers: Int[Array, "B"], key: PRNGKeyArray | None) -> Batch:
        import jax.numpy as jnp

        table, places = scene.table, scene.world[numbers]
        low, high = (jnp.broadcast_to(jnp.asarray(end), table.right.shape)[places] for end in table[2:])
        return Batch(self.seen(table.inputs[places], key), Choice(table.right[places], low, high))


@functools.lru_cache(maxsize=64)
def _whole(task: Listed) -> Examples:
    examples = task.listed()
    right = np.asarray(examples.right, np.int32)
    ends = (np.asarray(end, np.int32) for end in examples[2:])
    return Examples(np.asarray(examples.inputs), right, *ends)


def _examples(task: Listed) -> Examples:
    """The task's examples, listed once for all its shares."""
    from tropism.values import replaced

    return _whole(replaced(task, share=(0.0, 1.0), whole=False))

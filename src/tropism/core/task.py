"""Tasks: where examples come from and what counts as right. A task never sees a network."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from tropism.core.batch import Batch, Scene
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

    from tropism.core.member import Member


class Task(Value):
    """Where examples come from and what counts as right."""

    def label_names(self) -> tuple[str, ...]:
        """The names of the labels that its batches bear."""
        return ()

    def input_width(self) -> int | None:
        """The width of an example, or `None` if it has no single one."""
        return None

    def output_width(self) -> int | None:
        """The width of the output that the task judges, or `None` if any will do."""
        return None

    def num_tokens(self) -> int | None:
        """How many distinct tokens its inputs may hold, `[B, S]` whole numbers; `None` if they are no tokens."""
        return None

    def batch_size(self) -> int | None:
        """How many examples a step must have, or `None` if any number will do."""
        return None

    def table(self) -> Any:
        """Arrays that all members share; handed to the program once, never baked into it."""
        return ()

    def world(self, table: Any, key: PRNGKeyArray) -> Any:
        """What is fixed for one member by its `world` stream: an embedding, a split, a dictionary."""
        return ()

    def capacity(self, ranges: Mapping[str, tuple[float, float]], size: int) -> Any:
        """How much room a draw of `size` examples takes, for example how many features can be on; handed to `draw`.

        It may decide shapes, and so the program. The draw itself must not depend on it, since it follows from company:
        whoever needs more room than there is counts as an `overflow` of the batch, and is never cut short.

        Args:
            ranges: The least and the largest number that each of the task's dials takes, by its place in the task.
        """
        return None

    def regime(self, ranges: Mapping[str, tuple[float, float]]) -> Hashable:
        """What decides how draws are made at all, such as dense or sparse, from one member's own ranges.

        Members of different regimes never share a program, so that a member's draws do not depend on its company.
        """
        return None

    def lineage(self, member: Member) -> tuple[str, ...]:
        """The keys of what a member's examples were made of that the description does not say: trained networks, say.

        They are part of the member's key; what its examples cannot be made of is refused here, before training.
        """
        return ()

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        """A batch of `size` examples; a pure function of its arguments."""
        raise NotImplementedError

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch | None:
        """Examples of its own, with exact labels, for looking at while training; `None` for no validation."""
        return None

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """How wrong each output is: what training lowers unless the experiment has a loss of its own."""
        raise NotImplementedError

    def read_out(self, output: Array) -> Array:
        """What an output stands for once training is over, for example clipped to the range of colors."""
        return output

"""Tasks seen without their answers, and with answers made up."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tropism.core.batch import Batch, Scene
from tropism.errors import BadValue, UnknownName
from tropism.tasks.listed import Numbered

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int, PRNGKeyArray

How = Literal["fixed", "fresh", "shuffled"]
HOW: tuple[How, ...] = ("fixed", "fresh", "shuffled")


@dataclass(frozen=True)
class Unlabelled(Numbered):
    """Another task's examples without their answers: the first legal output stands where the right one would."""

    of: Numbered

    def check(self) -> None:
        if not isinstance(self.of, Numbered) or not self.of.countable:
            raise BadValue(f"{type(self).__name__}.of", self.of, "a task whose examples are numbered")

    def __len__(self) -> int:
        return len(self.of)

    def batch_size(self) -> int | None:
        return self.of.batch_size()

    def input_width(self) -> int | None:
        return self.of.input_width()

    def output_width(self) -> int | None:
        return self.of.output_width()

    def num_tokens(self) -> int | None:
        return self.of.num_tokens()

    def table(self) -> Any:
        return self.of.table()

    def world(self, table: Any, key: PRNGKeyArray) -> Any:
        return self.of.world(table, key)

    def capacity(self, ranges: Mapping[str, tuple[float, float]], size: int) -> Any:
        return self.of.capacity(_below(ranges), size)

    def regime(self, ranges: Mapping[str, tuple[float, float]]) -> Hashable:
        return self.of.regime(_below(ranges))

    def numbers(self, key: PRNGKeyArray, size: int) -> Int[Array, "B"]:
        return self.of.numbers(key, size)

    def shown(self, scene: Scene, numbers: Int[Array, "B"], key: PRNGKeyArray | None) -> Batch:
        batch = self.of.shown(scene, numbers, key)
        return batch._replace(targets=batch.targets._replace(right=batch.targets.low))

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        return self.of.error(output, batch)


@dataclass(frozen=True)
class Relabelled(Unlabelled):
    """Another task's examples with wrong answers, drawn at random among the legal outputs or taken from each other.

    Attributes:
        of: Whose examples.
        how: `fixed`, one answer an example and member, by the member's world stream; `fresh`, another at every draw;
            in neither the task's own are looked at. Or `shuffled`, the right answer of another example, so that each
            comes as often as it should; where that is not legal here, it is taken modulo the number of legal ones.
    """

    how: How = "fixed"

    def check(self) -> None:
        super().check()
        if self.how not in HOW:
            raise UnknownName("way to relabel", str(self.how), HOW, "Relabelled.how")

    def world(self, table: Any, key: PRNGKeyArray) -> Any:
        from tropism.arrays.streams import bits, fold

        return self.of.world(table, key), bits(fold(key, "relabelled"), (len(self),))

    def shown(self, scene: Scene, numbers: Int[Array, "B"], key: PRNGKeyArray | None) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits, fold

        inner, words = scene.world
        within = scene._replace(world=inner)
        batch = self.of.shown(within, numbers, key)
        if self.how == "shuffled":
            others = self.of.shown(within, jnp.argsort(words)[numbers], key).targets
            luck = (others.right - others.low).astype(jnp.uint32)
        else:
            luck = words[numbers]
        if self.how == "fresh" and key is not None:
            luck = bits(fold(key, "relabelled"), numbers.shape)
        low, high = batch.targets.low, batch.targets.high
        right = low + (luck % (high - low).astype(jnp.uint32)).astype(low.dtype)
        return batch._replace(targets=batch.targets._replace(right=right))


def _below(ranges: Mapping[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """The ranges of the dials of the task within, by their places in it."""
    return {place.removeprefix("of."): ends for place, ends in ranges.items()}

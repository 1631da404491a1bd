"""Mixtures: batches put together of several tasks' examples, each with its own count, price and weight."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, number_wanted, within
from tropism.core.loss import Loss
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

    from tropism.core.member import Member


@dataclass(frozen=True)
class Part(Value):
    """A task's examples within a mixture's batches.

    Attributes:
        name: The label that these examples bear, with strength 1.
        task: Where they come from.
        count: How many there are in a batch.
        loss: What they cost; by default their task's error.
        weight: What their mean cost is multiplied by.
    """

    name: str
    task: Task
    count: int
    loss: Loss | None = None
    weight: float | Dial | None = within(1.0, low=0.0)

    def check(self) -> None:
        if not self.name.isidentifier():
            raise BadValue("Part.name", self.name, "a name of letters, digits and _")
        if isinstance(self.count, bool) or self.count < 1:
            raise BadValue(f"{self.name}.count", self.count, "at least 1")
        wanted = self.task.batch_size()
        if wanted is not None and wanted != self.count:
            raise DoesNotFit(f"{self.name}.count is {self.count}, and its task has {wanted} examples a step.")
        number_wanted(f"{self.name}.weight", self.weight, low=0.0)

    def prices(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """What each of its examples costs, without the weight."""
        return self.task.error(output, batch) if self.loss is None else self.loss(output, batch)


@dataclass(frozen=True)
class Check(Value):
    """A task's validation examples within a mixture's: what is looked at while training, under a label of its own."""

    name: str
    task: Task

    def check(self) -> None:
        if not self.name.isidentifier():
            raise BadValue("Check.name", self.name, "a name of letters, digits and _")


@dataclass(frozen=True, kw_only=True)
class Mixture(Task):
    """Several tasks at once: so many examples of each in every batch, in the order of the parts.

    The error is the sum of the parts' mean costs times their weights. All parts live in one world, so tasks that list
    the same examples have them in the same order. On validation examples the error is the checks' own, by their tasks,
    without weights. An experiment's own `loss` would stand in place of all of this.

    Attributes:
        parts: What is trained on.
        checks: What is looked at on the way.
    """

    parts: tuple[Part, ...]
    checks: tuple[Check, ...] = ()

    def check(self) -> None:
        if not self.parts:
            raise BadValue("Mixture.parts", self.parts, "at least one Part")
        names = self.label_names()
        for name in names:
            if names.count(name) > 1:
                raise BadValue("the name of a part of a Mixture", name, "one part's or check's alone")
        for what in ("input_width", "output_width", "num_tokens"):
            self._agreed(what)

    def label_names(self) -> tuple[str, ...]:
        return tuple(each.name for each in (*self.parts, *self.checks))

    def input_width(self) -> int | None:
        return self._agreed("input_width")

    def output_width(self) -> int | None:
        return self._agreed("output_width")

    def num_tokens(self) -> int | None:
        return self._agreed("num_tokens")

    def batch_size(self) -> int:
        return sum(part.count for part in self.parts)

    def table(self) -> dict[str, Any]:
        return {each.name: each.task.table() for each in (*self.parts, *self.checks)}

    def world(self, table: dict[str, Any], key: PRNGKeyArray) -> dict[str, Any]:
        return {each.name: each.task.world(table[each.name], key) for each in (*self.parts, *self.checks)}

    def capacity(self, ranges: Mapping[str, tuple[float, float]], size: int) -> tuple[Any, ...]:
        return tuple(part.task.capacity(_below(ranges, part.name), part.count) for part in self.parts)

    def regime(self, ranges: Mapping[str, tuple[float, float]]) -> Hashable:
        return tuple(part.task.regime(_below(ranges, part.name)) for part in self.parts)

    def lineage(self, member: Member) -> tuple[str, ...]:
        return tuple(key for each in (*self.parts, *self.checks) for key in each.task.lineage(member))

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        from tropism.arrays.streams import fold

        rooms = scene.capacity or (None,) * len(self.parts)
        drawn = {
            part.name: part.task.draw(
                Scene(scene.table[part.name], scene.world[part.name], room), fold(key, part.name), part.count
            )
            for part, room in zip(self.parts, rooms, strict=True)
        }
        return self._together(drawn)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch | None:
        from tropism.arrays.streams import fold

        found = {
            each.name: each.task.validation_batch(
                Scene(scene.table[each.name], scene.world[each.name]), fold(key, each.name)
            )
            for each in self.checks
        }
        kept = {name: batch for name, batch in found.items() if batch is not None}
        return self._together(kept) if kept else None

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        import jax.numpy as jnp

        known = {part.name: part for part in self.parts} | {each.name: each for each in self.checks}
        size, prices = len(output), []
        for name, rows in _stretches(batch):
            each, count = known[name], rows.stop - rows.start
            own = _rows(batch, rows)
            if isinstance(each, Part):
                prices.append(each.prices(output[rows], own) * (each.weight * (size / count)))  # type: ignore[operator]
            else:
                prices.append(each.task.error(output[rows], own))
        return jnp.concatenate(prices)

    def read_out(self, output: Array) -> Array:
        return self.parts[0].task.read_out(output)

    def _together(self, batches: dict[str, Batch]) -> Batch:
        import jax
        import jax.numpy as jnp

        from tropism.tasks._parts import Parts

        sizes = {name: len(jax.tree.leaves(batch.inputs)[0]) for name, batch in batches.items()}

        def joined(pick: Callable[[Batch], Any]) -> Any:
            return jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *map(pick, batches.values()))

        labels = {
            name: jnp.concatenate([jnp.full(size, float(name == other)) for other, size in sizes.items()])
            for name in self.label_names()
        }
        overflow = sum(batch.overflow for batch in batches.values())
        inputs, targets = joined(lambda batch: batch.inputs), joined(lambda batch: batch.targets)
        return Batch(inputs, targets, labels, overflow, Parts(tuple(sizes.items())))

    def _agreed(self, what: str) -> int | None:
        found = {each.name: getattr(each.task, what)() for each in (*self.parts, *self.checks)}
        if len(set(found.values())) > 1:
            told = ", ".join(f"{name}: {number}" for name, number in found.items())
            raise DoesNotFit(f"The parts of a Mixture have different {what.replace('_', ' ')}s ({told}).")
        return next(iter(found.values()))


def _below(ranges: Mapping[str, tuple[float, float]], name: str) -> dict[str, tuple[float, float]]:
    """The ranges of the dials of a part's task, by their places in it."""
    prefix = f"{name}.task."
    return {place.removeprefix(prefix): ends for place, ends in ranges.items() if place.startswith(prefix)}


def _stretches(batch: Batch) -> Iterator[tuple[str, slice]]:
    first = 0
    for name, count in batch.parts.sizes:
        yield name, slice(first, first + count)
        first += count


def _rows(batch: Batch, rows: slice) -> Batch:
    import jax

    picked = [jax.tree.map(lambda leaf: leaf[rows], tree) for tree in (batch.inputs, batch.targets, batch.labels)]
    return Batch(*picked)

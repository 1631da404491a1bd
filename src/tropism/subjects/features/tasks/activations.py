"""The task of rebuilding activations, of trained networks or from elsewhere."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.batch import Batch, Scene
from tropism.core.member import Member
from tropism.core.task import Task
from tropism.errors import BadValue, UnknownName
from tropism.subjects.features.tasks.sources import Recorded, Source, Watched

if TYPE_CHECKING:
    from jaxtyping import Array, PRNGKeyArray

Scaling = Literal["standard", "none"]
SCALINGS: tuple[Scaling, ...] = ("standard", "none")


class Standardized(NamedTuple):
    """One member's activations as its dictionary sees them: (a − mean) / scale.

    Attributes:
        shown: Those that are trained on.
        held: Those that are not.
        mean: What was taken off.
        scale: What they were divided by.
    """

    shown: Float[np.ndarray, "N D"]
    held: Float[np.ndarray, "M D"]
    mean: Float[np.ndarray, "D"]
    scale: float


@dataclass(frozen=True, kw_only=True)
class Activations(Task):
    """Activations that are to be rebuilt: sampled once, standardized, and drawn from at random at every step.

    The error of an example is the sum of squares over the dimensions, as in `KnownFeatures`.

    Attributes:
        source: Whose, or which.
        scaling: `standard`: of each source, the mean of what is trained on is taken off, and the rest is divided by one
            number, so that the mean square is 1 in each dimension on average. Directions stay as they are.
    """

    source: Source
    scaling: Scaling = "standard"

    def check(self) -> None:
        if not isinstance(self.source, Source):
            raise BadValue("Activations.source", self.source, "Watched(ensemble, site) or Recorded.of(array)")
        if self.scaling not in SCALINGS:
            raise UnknownName("scaling", str(self.scaling), SCALINGS, "Activations")

    def input_width(self) -> int | None:
        return self.source.width()

    def output_width(self) -> int | None:
        return self.source.width()

    def lineage(self, member: Member) -> tuple[str, ...]:
        return (self.source.lineage(member),)

    def table(self) -> dict[str, np.ndarray]:
        return {name: item for name, item in _standardized(self)._asdict().items() if name in ("shown", "held")} | {
            "worlds": np.array(self.source.worlds(), np.uint32)
        }

    def world(self, table: Any, key: PRNGKeyArray) -> Any:
        """Which source the member reads: the one whose `world` stream is its own."""
        import jax
        import jax.numpy as jnp

        from tropism.arrays.streams import stream

        if not len(table["worlds"]):
            return jnp.int32(0)
        known = jax.vmap(lambda seed: jax.random.key_data(stream(seed, "world")))(table["worlds"])
        return (known == jax.random.key_data(key)).all(axis=-1).argmax().astype(jnp.int32)

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        from tropism.arrays.streams import integers

        _, count, width = scene.table["shown"].shape
        rows = scene.table["shown"].reshape(-1, width)  # whole rows of one table are copied, twice as fast as by pairs
        inputs = rows[scene.world * count + integers(key, (size,), count)]
        return Batch(inputs, inputs)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        held = scene.table["held"][scene.world]
        return Batch(held, held)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over dimensions, as SAELens has it."""
        return ((output - batch.targets) ** 2).sum(axis=-1)


def activations_of(task: Activations, member: Member) -> Standardized:
    """The activations that a member's dictionary is trained on and judged by.

    Raises:
        DoesNotFit: No network has the member's `world` stream.
        Missing: The networks or the numbers are not at hand.
    """
    task.source.lineage(member)
    worlds = task.source.worlds()
    row = worlds.index(member.seed.world) if worlds else 0
    every = _standardized(task)
    return Standardized(every.shown[row], every.held[row], every.mean[row], float(every.scale[row]))


class _Every(NamedTuple):
    shown: Float[np.ndarray, "S N D"]
    held: Float[np.ndarray, "S M D"]
    mean: Float[np.ndarray, "S D"]
    scale: Float[np.ndarray, "S"]


@functools.lru_cache(maxsize=4)
def _standardized(task: Activations) -> _Every:
    rows = task.source.rows()
    sources, _, width = rows.shown.shape
    if task.scaling == "none":
        return _Every(*rows, np.zeros((sources, width), np.float32), np.ones(sources, np.float32))
    mean = rows.shown.mean(axis=1, dtype=float)
    spread = np.sqrt(np.square(rows.shown - mean[:, None]).mean(axis=(1, 2)))
    if not (spread > 0).all():
        raise BadValue("the activations", "all alike", "of some spread; scaling='none' leaves them as they are")
    shown, held = ((each - mean[:, None]) / spread[:, None, None] for each in rows)
    return _Every(*(each.astype(np.float32) for each in (shown, held, mean, spread)))


__all__ = ["Activations", "Recorded", "Standardized", "Watched", "activations_of"]

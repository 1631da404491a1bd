"""A part of the color task: the colors most like one, or all but those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, constant_of, number_wanted
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.color.named import rgb_of
from tropism.subjects.color.similarity import similarity_to
from tropism.subjects.color.tasks import Colors

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class RankedColors(Task):
    """Colors of an RGB grid in the order of their likeness to one of them, of which only some are drawn.

    `first=0, count=8` are the eight colors most like it, itself among them; `first=175, count=337` are all that are
    foreign to red (see `health`). Both are dials, so that one program trains on many choices. A range that a member's
    own dials or a schedule push past the end of the grid stops at its last color.

    Attributes:
        concept: The color that the others are ranked by, by name.
        levels: Points on each axis of the grid.
        first: The rank of the first color that is drawn, from 0.
        count: How many are drawn, evenly and with replacement. By default the whole grid of eight levels.
    """

    concept: str = "red"
    levels: int = 8
    first: float | Dial = 0.0
    count: float | Dial = 512.0

    def check(self) -> None:
        """Refuse a color without a name here, and a range that is not in the grid."""
        rgb_of(self.concept)
        grid = Colors(levels=self.levels, validation="none")
        if not isinstance(self.levels, int):
            raise BadValue("RankedColors.levels", self.levels, "one whole number, at least 2")
        number_wanted("RankedColors.first", self.first, low=0)
        number_wanted("RankedColors.count", self.count, low=1)
        first, count = constant_of(self.first) or 0.0, constant_of(self.count) or 1.0
        if first + count > len(grid.colors()):
            raise DoesNotFit(
                f"RankedColors: {count:g} colors from rank {first:g} on are asked for, and a grid of {self.levels} "
                f"levels has {len(grid.colors())}."
            )

    def input_width(self) -> int:
        return 3

    def output_width(self) -> int:
        return 3

    def colors(self) -> np.ndarray:
        """All colors of the grid, most like the concept first, `[N, 3]`; those equally alike in the grid's order."""
        grid = Colors(levels=self.levels).colors()
        return grid[np.argsort(-similarity_to(self.concept, grid).round(9), kind="stable")]

    def table(self) -> np.ndarray:
        return self.colors().astype(np.float32)

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import uniform

        count = jnp.floor(jnp.asarray(constant_of(self.count)))
        rank = jnp.minimum(jnp.floor(uniform(key, (size,)) * count), count - 1) + jnp.floor(
            jnp.asarray(constant_of(self.first))
        )
        colors = scene.table[jnp.minimum(rank.astype(jnp.int32), len(scene.table) - 1)]
        return Batch(colors, colors)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The mean squared error over the three channels."""
        return ((output - batch.targets) ** 2).mean(-1)

    def read_out(self, output: Array) -> Array:
        """Colors lie in [0, 1], as `Colors` says."""
        return output.clip(0.0, 1.0)

"""The task of finite data sets: the same few points at every step, so that a network may remember points instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class FiniteFeatures(Task):
    """Sparse features of which only T points exist: every step sees all of them, and nothing else.

    Each feature is on with probability `density`, independently, and is then uniform in (0, 1]; a point with no feature
    on is not drawn. What comes in is the features themselves, and they are what is wanted back. The points are drawn
    once, of the member's `world` stream, so a seed with another `init` stream learns the same set from another start;
    the first points of a larger set of one world are those of a smaller. `batch_size` must be `points`.

    Attributes:
        features: How many, N; the width of an example.
        density: The probability of being on, 1 − S; a field and no dial, for it decides the points.
        points: How many points there are, T.
        normalized: Whether each point is scaled to length 1, as published.
        held_out: Fresh points that validation looks at, the same at every look.

    Source: Henighan et al. (2023), "Superposition, Memorization, and Double Descent".
    """

    features: int = 1000
    density: float = 0.01
    points: int = 100
    normalized: bool = True
    held_out: int = 1024

    def check(self) -> None:
        for name in ("features", "points", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"FiniteFeatures.{name}", getattr(self, name), "at least 1")
        if not 0 < self.density <= 1:
            raise BadValue("FiniteFeatures.density", self.density, "above 0, and at most 1")

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return self.features

    def fresh(self, key: PRNGKeyArray, count: int) -> Float[Array, "T N"]:
        """So many points; point t follows from the stream and t alone."""
        import jax
        import jax.numpy as jnp

        from tropism.arrays.streams import as_uniform, bits, fold

        features, first = np.arange(self.features), jnp.asarray(self._first())
        highest = np.uint32(max(round(self.density * 2**32) - 1, 0))

        def point(stream: PRNGKeyArray) -> Array:
            # Coins, given that not all fall on off: the first that is on comes from its own law, those behind are free.
            on_first = jnp.searchsorted(first, bits(fold(stream, "first"), (1,))[0], side="right")
            coins = bits(fold(stream, "coin"), (self.features,)) <= highest
            value = 1 - as_uniform(bits(fold(stream, "value"), (self.features,)))
            on = (features == on_first) | ((features > on_first) & coins)
            return jnp.where(on, value, 0.0)

        drawn = jax.vmap(point)(fold(key, jnp.arange(count)))
        return drawn / jnp.linalg.norm(drawn, axis=-1, keepdims=True) if self.normalized else drawn

    def world(self, table: Any, key: PRNGKeyArray) -> Mapping[str, Float[Array, "T N"]]:
        """The points that there are."""
        return {"points": self.fresh(key, self.points)}

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        """All points, in their order; nothing is left to luck."""
        if size != self.points:
            raise DoesNotFit(
                f"FiniteFeatures gives all of its {self.points} points at every step, and the batch size is {size}; "
                f"give batch_size={self.points}."
            )
        return Batch(scene.world["points"], scene.world["points"])

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        fresh = self.fresh(key, self.held_out)
        return Batch(fresh, fresh)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over features."""
        return ((output - batch.targets) ** 2).sum(axis=-1)

    def _first(self) -> np.ndarray:
        """Where words of 32 bits stop to mean each feature but the last as the first one that is on, `[N − 1]`."""
        still_off = (1.0 - self.density) ** np.arange(1, self.features)
        below = (1.0 - still_off) / (1.0 - (1.0 - self.density) ** self.features)
        return np.minimum(np.floor(below * 2**32), 2**32 - 1).astype(np.uint32)

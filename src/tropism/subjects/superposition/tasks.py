"""The task of the superposition subject: many sparse features, seen through few dimensions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, within
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

    from tropism.arrays.sparse import SparseDraw

Aim = Literal["decoder", "re-projector", "abs"]
Spread = Literal["uniform", "power-law", "power-law-kept"]
AIMS: tuple[Aim, ...] = ("decoder", "re-projector", "abs")
SPREADS: tuple[Spread, ...] = ("uniform", "power-law", "power-law-kept")

EXPONENT = 1.1
"""Of the power law. Source: adamjermyn/toy_model_interpretability."""

_DENSE = 1 / 8
"""From this density on, a coin for each feature is cheaper than indices."""

_STEPS = 2.0**20
"""Steps for which the room of a draw is to suffice."""


class Room(NamedTuple):
    """How sparse draws are stored.

    Attributes:
        slots: A sample's features that are on, at most.
        head: How many of the first features have a slot of their own, since they are on almost always.
    """

    slots: int
    head: int


@dataclass(frozen=True, kw_only=True)
class SparseFeatures(Task):
    """Features that are mostly off, projected by a random matrix of the member's own world to fewer dimensions.

    Each feature is on with a probability of its own, independently, and is then uniform in [0, 1). What comes in is
    x = Σ_i f_i · d_i, the d_i unit vectors; batches are drawn anew at every step.

    Attributes:
        features: How many.
        width: Dimensions that they share; the width of an example.
        density: The mean probability of being on, before any clipping; a dial.
        aim: What is wanted: the features themselves (`decoder`); another random projection of them (`re-projector`); or
            the magnitudes |f| of features that are the difference of two draws of half the density (`abs`).
        spread: `uniform`, the same probability for all; `power-law`, p_i = min(1, N · density · i^-1.1 / Σ_j j^-1.1),
            whose clipping lowers the mean density, as in the original; `power-law-kept`, which raises the others until
            the mean is `density` again.
        held_out: Examples that validation looks at, the same at every look.

    Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169, and adamjermyn/toy_model_interpretability.
    """

    features: int = 512
    width: int = 64
    density: float | Dial | None = within(1 / 64, low=0.0, high=1.0)
    aim: Aim = "decoder"
    spread: Spread = "uniform"
    held_out: int = 2048

    def check(self) -> None:
        if self.aim not in AIMS:
            raise UnknownName("aim", str(self.aim), AIMS, "SparseFeatures")
        if self.spread not in SPREADS:
            raise UnknownName("spread", str(self.spread), SPREADS, "SparseFeatures")
        for name in ("features", "width", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"SparseFeatures.{name}", getattr(self, name), "at least 1")
        if self.width > self.features:
            raise DoesNotFit(
                f"SparseFeatures projects {self.features} features to {self.width} dimensions, which must not be more."
            )

    def input_width(self) -> int:
        return self.width

    def output_width(self) -> int:
        return self.width if self.aim == "re-projector" else self.features

    def densities(self, density: Float[Array, ""] | float) -> Float[Array, "N"]:
        """The probability of each feature to be on, of a mean density that may be traced."""
        import jax.numpy as jnp

        law = np.ones(self.features) if self.spread == "uniform" else np.arange(1, self.features + 1) ** -EXPONENT
        shares = law / law.mean()
        if self.spread != "power-law-kept":
            return jnp.minimum(density * jnp.asarray(shares, jnp.float32), 1.0)
        # The first k are always on; the others share what is left. Sums are taken beforehand, and nothing is multiplied
        # that is then added: a compiler could round that otherwise in company.
        taken = jnp.asarray(np.arange(self.features) / self.features, jnp.float32)
        spread = jnp.asarray(shares * self.features, jnp.float32)
        left = jnp.asarray(1 / np.cumsum(shares[::-1])[::-1], jnp.float32)
        on, found = jnp.int32(0), spread
        for _ in range(_ROUNDS):
            found = spread * ((density - taken[on]) * left[on])
            on = jnp.minimum((found >= 1).sum(dtype=jnp.int32), self.features - 1)
        return jnp.where(jnp.arange(self.features) < on, 1.0, jnp.clip(found, 0.0, 1.0))

    def capacity(self, ranges: Mapping[str, tuple[float, float]], size: int) -> Room | None:
        """The room of a draw; `None` where coins are cheaper."""
        from tropism.arrays.sparse import capacity_for, expected_points

        highest = ranges["density"][1] / self._draws()
        if highest > _DENSE:
            return None
        if self.spread == "uniform":
            return Room(capacity_for(highest * self.features, samples=size * _STEPS), 0)
        head = int((np.asarray(self.densities(_DENSE)) > 0.5).sum())  # a constant of the task: draws depend on it
        expected = expected_points(np.asarray(self.densities(highest), np.float64), head=head)
        return Room(capacity_for(expected, samples=size * _STEPS) + head, head)

    def regime(self, ranges: Mapping[str, tuple[float, float]]) -> str:
        return "dense" if ranges["density"][1] / self._draws() > _DENSE else "sparse"

    def world(self, table: Any, key: PRNGKeyArray) -> dict[str, Float[Array, "N M"]]:
        """The features' directions, and for the re-projector those that are wanted of it.

        Rows of unit length, of a matrix whose columns were orthonormal before: so Σ_i d_i d_iᵀ is nearly N / M.
        """
        from tropism.arrays.streams import fold

        names = ("directions", "wanted") if self.aim == "re-projector" else ("directions",)
        return {name: _directions(fold(key, name), self.features, self.width) for name in names}

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        if scene.capacity is None:
            return self._of(self._coins(key, size), scene.world)
        from tropism.arrays.sparse import densify

        draw = self._sparse(key, size, scene.capacity)
        return self._of(densify(draw, self.features), scene.world)._replace(overflow=draw.overflow)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self._of(self._coins(key, self.held_out), scene.world)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over outputs, as the original has it: neither their mean nor weighted."""
        return ((output - batch.targets) ** 2).sum(axis=-1)

    def _of(self, features: Float[Array, "B N"], world: Mapping[str, Array]) -> Batch:
        import jax.numpy as jnp

        inputs = features @ world["directions"]
        if self.aim == "re-projector":
            return Batch(inputs, features @ world["wanted"])
        return Batch(inputs, jnp.abs(features) if self.aim == "abs" else features)

    def _draws(self) -> int:
        return 2 if self.aim == "abs" else 1

    def _parts(self, key: PRNGKeyArray) -> tuple[list[PRNGKeyArray], Any]:
        """A stream for each draw that an example is made of, and each draw's density."""
        from tropism.arrays.streams import fold

        return [fold(key, number) for number in range(self._draws())], self.density / self._draws()  # type: ignore[operator]

    def _coins(self, key: PRNGKeyArray, size: int) -> Float[Array, "B N"]:
        from tropism.arrays.sparse import dense

        keys, density = self._parts(key)
        drawn = [dense(each, size, self.densities(density), features=self.features) for each in keys]
        return drawn[0] - drawn[1] if len(drawn) == 2 else drawn[0]

    def _sparse(self, key: PRNGKeyArray, size: int, room: Room) -> SparseDraw:
        from tropism.arrays.sparse import signed, sparse, sparse_of

        keys, density = self._parts(key)
        if self.spread == "uniform":
            drawn = [sparse(each, size, density, features=self.features, capacity=room.slots) for each in keys]
        else:
            all_densities = self.densities(density)
            drawn = [sparse_of(each, size, all_densities, capacity=room.slots, head=room.head) for each in keys]
        return signed(*drawn) if len(drawn) == 2 else drawn[0]


_ROUNDS = 16
"""How often the number of features that are always on is found again; it rises and settles within a few rounds."""


def _directions(key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N M"]:
    import jax
    import jax.numpy as jnp

    from tropism.arrays.unit import unit

    columns, _ = jnp.linalg.qr(jax.random.normal(key, (features, width)))
    return unit(columns)

"""Frames: in which directions features point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray


class Frame(Value):
    """In which directions features point: rows of length one."""

    def fit(self, features: int, width: int) -> None:
        """Raise a `UserError` if so many features do not go into so many dimensions this way."""

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        """A draw; the same bits whoever else draws."""
        raise NotImplementedError


@dataclass(frozen=True)
class RandomRows(Frame):
    """Any directions alike: normal numbers, brought to length one."""

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        from tropism.subjects.features.tasks._exact import normal, unit_rows

        return unit_rows(normal(key, (features, width)))


@dataclass(frozen=True)
class Orthonormal(Frame):
    """Directions at right angles, any such alike.

    Each row is freed of those before it, and twice, since once leaves what was rounded (Gram and Schmidt).
    """

    def fit(self, features: int, width: int) -> None:
        if features > width:
            raise DoesNotFit(f"Orthonormal asks for {features} directions at right angles in {width} dimensions.")

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        import jax
        import jax.numpy as jnp

        from tropism.subjects.features.tasks._exact import matmul, unit_rows

        def freed(row: Array, before: Array) -> Array:
            return unit_rows(row - matmul(matmul(row, before.T), before))

        def placed(number: Array, rows: Array) -> Array:
            row = jax.lax.dynamic_slice_in_dim(rows, number, 1)
            before = jnp.where(jnp.arange(features)[:, None] < number, rows, 0.0)
            return jax.lax.dynamic_update_slice_in_dim(rows, freed(freed(row, before), before), number, 0)

        return jax.lax.fori_loop(0, features, placed, RandomRows().rows(key, features, width))


@dataclass(frozen=True)
class NonNegative(Frame):
    """Directions none of whose numbers is negative: sizes of normal numbers, brought to length one.

    Two of them have a cosine of about 2/π.
    """

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        import jax.numpy as jnp

        return jnp.abs(RandomRows().rows(key, features, width))


@dataclass(frozen=True)
class Spread(Frame):
    """Directions that keep apart from one another: random ones that have repelled each other for a while.

    At each of `steps` steps row i moves by rate · Σ_j cos³ a_j / Σ_j cos² away from the others, which is against the
    gradient of Σ cos⁴ and by no more than `rate`, and is brought back to length one. The fourth power minds the closest
    pairs; of squares the sum is least for every tight frame, close pairs or not. At 64 directions in 32 dimensions the
    closest pair goes from about .52 to .20; no 64 can be closer than .126 (Welch). A step takes features² · width
    sums, in a fixed order, so this is meant for hundreds of features.

    Source: SAELens' synthetic data are orthogonalized by descent on the squares of the cosines.
    """

    steps: int = 100
    rate: float = 0.5

    def check(self) -> None:
        if self.steps < 0:
            raise BadValue("Spread.steps", self.steps, "at least 0")
        if not 0 < self.rate <= 1:
            raise BadValue("Spread.rate", self.rate, "above 0, and at most 1")

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        import jax
        import jax.numpy as jnp

        from tropism.subjects.features.tasks._exact import matmul, rounded_product, unit_rows

        apart = ~np.eye(features, dtype=bool)

        def moved(_: int, rows: Array) -> Array:
            cosines = jnp.where(apart, matmul(rows, rows.T), 0.0)
            squares = rounded_product(cosines, cosines)
            total = matmul(squares, jnp.ones((features, 1), jnp.float32))
            pull = matmul(rounded_product(squares, cosines), rows) / jnp.maximum(total, np.float32(1e-12))
            return unit_rows(rows - rounded_product(pull, np.float32(self.rate)))

        return jax.lax.fori_loop(0, self.steps, moved, RandomRows().rows(key, features, width))


@dataclass(frozen=True)
class Clustered(Frame):
    """Directions in bundles: within a bundle, two have `cosine` on average; bundles point anywhere.

    Feature i belongs to bundle i modulo `clusters`. Its direction is √cosine times its bundle's, and √(1 − cosine)
    times one of its own at right angles to that.
    """

    clusters: int = 8
    cosine: float = 0.5

    def check(self) -> None:
        if self.clusters < 1:
            raise BadValue("Clustered.clusters", self.clusters, "at least 1")
        if not 0 <= self.cosine < 1:
            raise BadValue("Clustered.cosine", self.cosine, "at least 0, and below 1")

    def fit(self, features: int, width: int) -> None:
        if self.clusters > features:
            raise BadValue("Clustered.clusters", self.clusters, f"at most {features}, as many as there are features")
        if width < 2:
            raise DoesNotFit("Clustered directions want two dimensions or more.")

    def rows(self, key: PRNGKeyArray, features: int, width: int) -> Float[Array, "N D"]:
        from tropism.arrays.streams import fold
        from tropism.subjects.features.tasks._exact import rounded_product, unit_rows

        centers = RandomRows().rows(fold(key, "centers"), self.clusters, width)[np.arange(features) % self.clusters]
        own = RandomRows().rows(fold(key, "own"), features, width)
        for _ in range(2):
            own = unit_rows(own - rounded_product(_along(own, centers), centers))
        near, far = np.float32(math.sqrt(self.cosine)), np.float32(math.sqrt(1 - self.cosine))
        return rounded_product(centers, near) + rounded_product(own, far)


def _along(rows: Float[Array, "N D"], others: Float[Array, "N D"]) -> Float[Array, "N 1"]:
    """The inner product of each row with its other, added up in the order of the columns."""
    import jax
    import jax.numpy as jnp

    from tropism.subjects.features.tasks._exact import rounded_product

    def added(total: Array, pair: tuple[Array, Array]) -> tuple[Array, None]:
        return total + rounded_product(*pair), None

    return jax.lax.scan(added, jnp.zeros(len(rows), jnp.float32), (rows.T, others.T))[0][:, None]

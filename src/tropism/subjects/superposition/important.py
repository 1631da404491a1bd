"""The toy data of superposition: sparse features that a network sees as they are, some more important than others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, constant_of, within
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from jaxtyping import Array, Bool, Float, PRNGKeyArray

Sets = Literal["independent", "correlated", "anti-correlated"]
Wanted = Literal["same", "abs"]
SETS: tuple[Sets, ...] = ("independent", "correlated", "anti-correlated")
WANTED: tuple[Wanted, ...] = ("same", "abs")


@dataclass(frozen=True, kw_only=True)
class ImportantFeatures(Task):
    """Features that are mostly off, weighed by importance; they are the network's input, with nothing in between.

    A feature that is on is uniform in [0, 1), to a grain of 2**-24 over its density; with the aim `abs`, in [−1, 1).
    The error of an example is Σ_i I_i (x_i − x′_i)², a sum over features. Batches are drawn anew at every step.

    Attributes:
        features: How many.
        density: 1 − S, the probability of being on. With `correlated` sets, of the set: its members are on or off
            together, each with a value of its own. With `anti-correlated` sets, that the set is not empty: then one
            member, any, is on, so a feature's own density is `density / set_size`. A dial.
        ratio: The importance of feature i, counted from 0, is ratio**i; a dial.
        last_importance: Times this, for the last feature; a dial.
        last_density: Times this is the density of the last feature (or set), at most 1; a dial.
        sets: How features depend on one another: `independent`, `correlated` or `anti-correlated`.
        set_size: Features in a set, which stand side by side.
        aim: What is wanted: the `same`, or the magnitudes (`abs`).
        held_out: Examples that validation looks at, the same at every look.

    Source: Elhage et al. (2022), "Toy Models of Superposition".
    """

    features: int = 5
    density: float | Dial | None = within(1.0, low=0.0, high=1.0)
    ratio: float | Dial | None = within(1.0, low=0.0)
    last_importance: float | Dial | None = within(1.0, low=0.0)
    last_density: float | Dial | None = within(1.0, low=0.0)
    sets: Sets = "independent"
    set_size: int = 1
    aim: Wanted = "same"
    held_out: int = 4096

    def check(self) -> None:
        for name, given, known in (("sets", self.sets, SETS), ("aim", self.aim, WANTED)):
            if given not in known:
                raise UnknownName(name, str(given), known, "ImportantFeatures")
        for name in ("features", "set_size", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"ImportantFeatures.{name}", getattr(self, name), "at least 1")
        if self.sets == "independent" and self.set_size != 1:
            raise DoesNotFit(f"ImportantFeatures has sets of {self.set_size}, and its features are independent.")
        if int(self.features) % int(self.set_size):
            raise DoesNotFit(
                f"ImportantFeatures has {self.features} features, which do not fall into sets of {self.set_size}."
            )

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return self.features

    def importances(self) -> Float[Array, "N"]:
        """The weight of each feature's squared error."""
        import jax.numpy as jnp

        first = np.arange(self.features) == 0
        powers = jnp.cumprod(jnp.where(first, 1.0, jnp.asarray(constant_of(self.ratio), jnp.float32)))
        return powers * _for_last(self.last_importance, self.features)

    def densities(self) -> Float[Array, "N"]:
        """The probability of each feature to be on."""
        import jax.numpy as jnp

        shared = self.set_size if self.sets == "anti-correlated" else 1
        return jnp.repeat(self._set_densities() / shared, self.set_size, total_repeat_length=self.features)

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        return self._drawn(key, size)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self._drawn(key, self.held_out)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The sum of squares over features, each times its importance."""
        return ((output - batch.targets) ** 2 * self.importances()).sum(axis=-1)

    def _drawn(self, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import fold, integers, uniform

        on, value = _coins(fold(key, "sets"), size, self._set_densities())
        on, value, members = on[:, :, None], value[:, :, None], self.set_size
        if self.sets == "correlated":
            value = uniform(fold(key, "values"), (size, on.shape[1], members))
        elif self.sets == "anti-correlated":
            on = on & (integers(fold(key, "member"), on.shape, members) == jnp.arange(members))
        shown = 2.0 * value - 1.0 if self.aim == "abs" else value  # twice is exact, so company rounds it no other way
        features = jnp.where(on, shown, 0.0).reshape(size, self.features)
        return Batch(features, jnp.abs(features) if self.aim == "abs" else features)

    def _set_densities(self) -> Float[Array, "S"]:
        """The probability of each set to be on; a feature alone is a set."""
        import jax.numpy as jnp

        sets = self.features // self.set_size
        density = jnp.asarray(constant_of(self.density), jnp.float32)
        return jnp.minimum(density * _for_last(self.last_density, sets), 1.0)


def _for_last(number: float | Dial | None, count: int) -> Float[Array, "N"]:
    """Ones, and a number that may be traced at the last place."""
    import jax.numpy as jnp

    return jnp.where(np.arange(count) == count - 1, jnp.asarray(constant_of(number), jnp.float32), 1.0)


def _coins(
    key: PRNGKeyArray, size: int, densities: Float[Array, "S"]
) -> tuple[Bool[Array, "B S"], Float[Array, "B S"]]:
    """Which sets are on, and a uniform number for each that is.

    One word of random bits serves for both: a uniform u below p is uniform in [0, p), so u / p is the value. The
    reciprocal is taken once a set.
    """
    import jax.numpy as jnp

    from tropism.arrays.streams import bits

    words = bits(key, (size, len(densities))) >> np.uint32(8)
    coin = words.astype(jnp.float32) * np.float32(2**-24)
    value = coin * (1.0 / jnp.maximum(densities, np.float32(2**-24)))
    return coin < densities, jnp.minimum(value, np.float32(1 - 2**-24))

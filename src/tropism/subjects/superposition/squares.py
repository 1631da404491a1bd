"""The task in which capacity has a closed form: a weighted sum of the squares of independent features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.dial import Dial, constant_of, within
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

Amplitudes = Literal["uniform", "two-point"]
AMPLITUDES: tuple[Amplitudes, ...] = ("uniform", "two-point")

_LAW_KURTOSIS = {"uniform": 9 / 5, "two-point": 1.0}


@dataclass(frozen=True, kw_only=True)
class SquaredFeatures(Task):
    """Independent features of mean 0 and variance 1; wanted is the one number Σ_i v_i x_i².

    A feature is on with probability `density`, and is then uniform in ±√(3/density) or one of ±1/√density, so that
    its variance is 1 whatever the density; the density decides its kurtosis (`kurtosis`). Batches are drawn anew at
    every step. The error of an example is (Σ_i v_i x_i² − y)².

    Attributes:
        features: How many.
        density: The probability of being on; a dial.
        amplitudes: What a feature is when it is on: `uniform`, whose kurtosis is 9/5 at density 1, or `two-point`,
            which is 1 there.
        ratio: v_i = ratio**i, i counted from 0; a dial.
        values: The v_i themselves, one a feature, instead of powers of a ratio.
        held_out: Examples that validation looks at, the same at every look.

    Source: Scherlis et al. (2022), arXiv 2210.01892, for the problem.
    """

    features: int = 3
    density: float | Dial | None = within(0.3, low=1e-4, high=1.0)
    amplitudes: Amplitudes = "uniform"
    ratio: float | Dial | None = within(1.0, low=0.0)
    values: tuple[float, ...] = ()
    held_out: int = 4096

    def check(self) -> None:
        if self.amplitudes not in AMPLITUDES:
            raise UnknownName("amplitudes", str(self.amplitudes), AMPLITUDES, "SquaredFeatures")
        for name in ("features", "held_out"):
            if getattr(self, name) < 1:
                raise BadValue(f"SquaredFeatures.{name}", getattr(self, name), "at least 1")
        if self.values and len(self.values) != self.features:
            raise DoesNotFit(f"SquaredFeatures has {self.features} features and {len(self.values)} values.")
        if self.values and constant_of(self.ratio) != 1.0:
            raise DoesNotFit("SquaredFeatures has values, so its ratio must stay 1.")
        if not all(value > 0 for value in self.values):
            raise BadValue("SquaredFeatures.values", self.values, "above zero, each")

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return 1

    def kurtosis(self, density: float | None = None) -> float:
        """E[x⁴] of a feature at a density, the task's own by default.

        Source: the moments of uniform numbers, and of two points: a law that is on a share p of the time, and scaled
        to variance 1, has 1/p times its kurtosis.
        """
        at = constant_of(self.density) if density is None else density
        if at is None or not 0 < at <= 1:
            raise BadValue("SquaredFeatures.kurtosis' density", at, "above 0, and at most 1")
        return _LAW_KURTOSIS[self.amplitudes] / at

    def density_for(self, kurtosis: float) -> float:
        """The density at which features have a kurtosis.

        Raises:
            BadValue: A kurtosis below that of features that are always on.
        """
        least = _LAW_KURTOSIS[self.amplitudes]
        if not kurtosis >= least:
            raise BadValue(f"the kurtosis of {self.amplitudes} features", kurtosis, f"at least {least:g}")
        return least / kurtosis

    def weights(self) -> Float[Array, "N"]:
        """v, as an array that may be traced."""
        import jax.numpy as jnp

        if self.values:
            return jnp.asarray(self.values, jnp.float32)
        first = np.arange(self.features) == 0
        return jnp.cumprod(jnp.where(first, 1.0, jnp.asarray(constant_of(self.ratio), jnp.float32)))

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        return self._drawn(key, size)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch:
        return self._drawn(key, self.held_out)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """The square of what is missing."""
        return ((output - batch.targets) ** 2).sum(axis=-1)

    def _drawn(self, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits, fold

        density = jnp.asarray(constant_of(self.density), jnp.float32)
        words = bits(fold(key, "features"), (size, self.features)) >> np.uint32(8)
        coin = words.astype(jnp.float32) * np.float32(2**-24)
        # A coin below p is uniform in [0, p), so one word says whether a feature is on, and what it then is.
        place = 2.0 * (coin * (1.0 / density)) - 1.0  # twice is exact, so company rounds it no other way
        if self.amplitudes == "uniform":
            shown = place * jnp.sqrt(3.0 / density)
        else:
            shown = jnp.where(place < 0, -1.0, 1.0) * jnp.sqrt(1.0 / density)
        features = jnp.where(coin < density, shown, 0.0)
        return Batch(features, (features**2 @ self.weights())[:, None])

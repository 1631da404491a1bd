"""Magnitudes: how strongly a feature is on, once it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tropism.errors import BadValue
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int


class Moments(NamedTuple):
    """The mean and the mean square of features' magnitudes where they are on, each `[N]`."""

    mean: np.ndarray
    square: np.ndarray


class Magnitudes(Value):
    """The law of a feature's magnitude where it is on."""

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        """The magnitude at each level, a uniform number above 0 and below 1, of the feature that `index` names."""
        raise NotImplementedError

    def moments(self, features: int) -> Moments:
        """In closed form, one a feature."""
        raise NotImplementedError


@dataclass(frozen=True)
class HalfNormal(Magnitudes):
    """|N(0, sd²)|: never negative, and most often small.

    Source: Song et al. (2025), arXiv 2505.20254, for features that are identifiable or not.
    """

    sd: float = 1.0

    def check(self) -> None:
        _above_zero("HalfNormal.sd", self.sd)

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        from tropism.subjects.features.tasks._exact import half_normal

        place = _place(levels)
        return half_normal(((np.uint32(2**23 - 1) - place) << np.uint32(9)) | np.uint32(2**8)) * np.float32(self.sd)

    def moments(self, features: int) -> Moments:
        return _alike(features, self.sd * math.sqrt(2 / math.pi), self.sd**2)


@dataclass(frozen=True)
class Around(Magnitudes):
    """N(mean, sd²): nearly the same whenever it is on.

    Source: SAELens' synthetic data have mean 1 and deviation .15.
    """

    mean: float = 1.0
    sd: float = 0.15

    def check(self) -> None:
        _finite("Around.mean", self.mean)
        _at_least_zero("Around.sd", self.sd)
        if self.sd == 0 == self.mean:
            raise BadValue("Around.mean", self.mean, "another number than 0 where sd is 0")

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        from tropism.subjects.features.tasks._exact import rounded_product

        return np.float32(self.mean) + rounded_product(_signed(levels), np.float32(self.sd))

    def moments(self, features: int) -> Moments:
        return _alike(features, self.mean, self.mean**2 + self.sd**2)


@dataclass(frozen=True)
class Uniform(Magnitudes):
    """Uniform from `low` to `high`."""

    low: float = 0.0
    high: float = 1.0

    def check(self) -> None:
        _finite("Uniform.low", self.low)
        _finite("Uniform.high", self.high)
        if not self.low < self.high:
            raise BadValue("Uniform.high", self.high, f"above its low, {self.low:g}")

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        from tropism.subjects.features.tasks._exact import rounded_product

        return np.float32(self.low) + rounded_product(levels, np.float32(self.high - self.low))

    def moments(self, features: int) -> Moments:
        mean = (self.low + self.high) / 2
        return _alike(features, mean, mean**2 + (self.high - self.low) ** 2 / 12)


@dataclass(frozen=True)
class Gaussian(Magnitudes):
    """N(0, sd²), of either sign; the deviation goes in even steps from the first feature's to the last one's."""

    first: float = 1.0
    last: float = 1.0

    def check(self) -> None:
        _above_zero("Gaussian.first", self.first)
        _above_zero("Gaussian.last", self.last)

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        import jax.numpy as jnp

        deviations = jnp.asarray(self.deviations(features), jnp.float32)
        return _signed(levels) * deviations[index]

    def deviations(self, features: int) -> np.ndarray:
        """Each feature's standard deviation."""
        return np.linspace(self.first, self.last, features)

    def moments(self, features: int) -> Moments:
        return Moments(np.zeros(features), self.deviations(features) ** 2)


@dataclass(frozen=True)
class Laplace(Magnitudes):
    """Laplace's law about zero, of either sign: most often small, and large far more often than a normal number."""

    sd: float = 1.0

    def check(self) -> None:
        _above_zero("Laplace.sd", self.sd)

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        from tropism.subjects.features.tasks._exact import exponential

        return _either_way(levels, exponential) * np.float32(self.sd * math.sqrt(0.5))

    def moments(self, features: int) -> Moments:
        return _alike(features, 0.0, self.sd**2)


@dataclass(frozen=True)
class Graded(Magnitudes):
    """Another law's magnitudes, times a number that goes in even steps from the first feature's to the last one's."""

    law: Magnitudes = field(default_factory=HalfNormal)
    first: float = 1.0
    last: float = 1.0

    def check(self) -> None:
        if not isinstance(self.law, Magnitudes):
            raise BadValue("Graded.law", self.law, "a kind of Magnitudes")
        _above_zero("Graded.first", self.first)
        _above_zero("Graded.last", self.last)

    def of(self, levels: Float[Array, "B K"], index: Int[Array, "B K"], features: int) -> Float[Array, "B K"]:
        import jax.numpy as jnp

        from tropism.subjects.features.tasks._exact import rounded_product

        # Rounded before, or a compiler would multiply the law's own factor with ours first.
        plain = rounded_product(self.law.of(levels, index, features), np.float32(1))
        return plain * jnp.asarray(self.factors(features), jnp.float32)[index]

    def factors(self, features: int) -> np.ndarray:
        """What each feature's magnitudes are multiplied by."""
        return np.linspace(self.first, self.last, features)

    def moments(self, features: int) -> Moments:
        plain, factors = self.law.moments(features), self.factors(features)
        return Moments(plain.mean * factors, plain.square * factors**2)


def _alike(features: int, mean: float, square: float) -> Moments:
    return Moments(np.full(features, mean), np.full(features, square))


def _place(levels: Float[Array, "..."]) -> Array:
    """Levels as whole numbers below 2**23, exactly."""
    import jax.numpy as jnp

    return (levels * np.float32(2**23)).astype(jnp.uint32)


def _signed(levels: Float[Array, "..."]) -> Float[Array, "..."]:
    """Standard normal numbers."""
    from tropism.subjects.features.tasks._exact import half_normal

    return _either_way(levels, half_normal)


def _either_way(levels: Float[Array, "..."], sized: Callable[[Array], Array]) -> Float[Array, "..."]:
    """Numbers of either sign: a level's lowest bit is the sign, and the others say how far in the tail the size is."""
    import jax.numpy as jnp

    place = _place(levels)
    size = sized(((place >> np.uint32(1)) << np.uint32(10)) | np.uint32(2**9))
    return jnp.where((place & np.uint32(1)) == 1, -size, size)


def _finite(where: str, number: float) -> None:
    if not math.isfinite(number):
        raise BadValue(where, number, "a finite number")


def _above_zero(where: str, number: float) -> None:
    if not (math.isfinite(number) and number > 0):
        raise BadValue(where, number, "a finite number above 0")


def _at_least_zero(where: str, number: float) -> None:
    if not (math.isfinite(number) and number >= 0):
        raise BadValue(where, number, "a finite number, at least 0")

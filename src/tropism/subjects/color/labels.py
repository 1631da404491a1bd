"""Labels of colors: how strongly a color bears a concept, and how often it is told so.

The measures are plain arithmetic on RGB colors, `[..., 3]`: NumPy in, NumPy out; JAX in, JAX out, also inside a traced
program.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from tropism.core.dial import Dial, constant_of, number_wanted, within
from tropism.errors import BadValue
from tropism.subjects.color.conversion import Array
from tropism.values import Value


def redness(rgb: Array) -> Array:
    """How red colors are, `[...]`: r (1 − g/2 − b/2), which is 1 for pure red, 3/4 for orange, 1/4 for mid gray.

    Source: z0u/ex-preppy; arXiv 2512.12469.
    """
    red, green, blue = _channels(rgb)
    return red * (1 - green / 2 - blue / 2)


def greenness(rgb: Array) -> Array:
    """How green colors are, `[...]`: g (1 − r/2 − b/2). Source: as `redness`."""
    red, green, blue = _channels(rgb)
    return green * (1 - red / 2 - blue / 2)


def blueness(rgb: Array) -> Array:
    """How blue colors are, `[...]`: b (1 − r/2 − g/2). Source: as `redness`."""
    red, green, blue = _channels(rgb)
    return blue * (1 - red / 2 - green / 2)


def vibrancy(rgb: Array) -> Array:
    """How pure and bright colors are, `[...]`: saturation times value, which is the largest channel less the smallest.

    Source: z0u/ex-preppy; arXiv 2512.12469.
    """
    return rgb.max(axis=-1) - rgb.min(axis=-1)


def desaturation(rgb: Array) -> Array:
    """How gray colors are, `[...]`: 1 − vibrancy. Black is as gray as white. Source: as `vibrancy`."""
    vibrant: Any = vibrancy(rgb)
    return 1 - vibrant


@dataclass(frozen=True)
class ColorLabel(Value, ABC):
    """A concept that colors bear: a subclass gives the `measure`, and a `name` of its own.

    Attributes:
        power: How sharply the affinity falls away from the prototype.
        rate: The affinity of the prototype itself; a dial.
        soft: Whether the affinity is the label. Otherwise it is the chance that a sample is labeled, tossed anew at
            every draw.
        name: What terms and tables call it.
    """

    power: float = 8.0
    rate: float | Dial = within(0.08, low=0.0, high=1.0)
    soft: bool = False
    name: str = "color"

    tolerance: ClassVar[float] = 1e-6
    """How far below 1 a prototype's measure may lie: some roundings in single precision."""

    @abstractmethod
    def measure(self, rgb: Array) -> Array:
        """How strongly colors, `[..., 3]`, bear the concept, `[...]`: from 0 to 1, and 1 for its prototypes."""

    def __call__(self, rgb: Array) -> Array:
        """The affinity of colors, `[..., 3]`, to the concept, `[...]`: rate × measure ** power, from 0 to 1."""
        measured: Any = self.measure(rgb)
        rate: Any = self._rate()
        # Always a float power: an integer one is another operation, and a label read back from a file holds floats.
        return rate * measured ** float(self.power)

    def exact(self, rgb: Array) -> Array:
        """1 where a color, `[..., 3]`, is a prototype of the concept, within `tolerance`, and 0 elsewhere, `[...]`."""
        measured: Any = self.measure(rgb)
        return (measured >= 1 - self.tolerance) * 1.0

    def check(self) -> None:
        """Refuse a power that is not positive, a rate that is no probability, and a missing name."""
        here = type(self).__name__
        if not 0 < self.power < float("inf"):
            raise BadValue(f"{here}.power", self.power, "positive and finite")
        number_wanted(f"{here}.rate", self.rate, low=0, high=1)
        if not self.name:
            raise BadValue(f"{here}.name", self.name, "a name that terms can ask for")

    def _rate(self) -> object:
        rate = constant_of(self.rate)  # a number, also one that the engine traces
        if rate is None:
            here = f"{type(self).__name__}.rate"
            raise BadValue(here, self.rate, "a number, where no schedule is asked for one")
        return rate


@dataclass(frozen=True)
class Redness(ColorLabel):
    """Red, with the published defaults: .08 × redness⁸. Source: arXiv 2512.12469."""

    name: str = "red"

    def measure(self, rgb: Array) -> Array:
        return redness(rgb)


@dataclass(frozen=True)
class Greenness(ColorLabel):
    """Green, as `Redness` is red."""

    name: str = "green"

    def measure(self, rgb: Array) -> Array:
        return greenness(rgb)


@dataclass(frozen=True)
class Blueness(ColorLabel):
    """Blue, as `Redness` is red."""

    name: str = "blue"

    def measure(self, rgb: Array) -> Array:
        return blueness(rgb)


@dataclass(frozen=True)
class Vibrancy(ColorLabel):
    """Pure hues, with the defaults of the anchored network: .01 × vibrancy¹⁰.

    Source: z0u/ex-preppy, experiment 2.4.1; experiment 2.7.1 has .008 × vibrancy⁸.
    """

    power: float = 10.0
    rate: float | Dial = 0.01
    name: str = "vibrant"

    def measure(self, rgb: Array) -> Array:
        return vibrancy(rgb)


@dataclass(frozen=True)
class Desaturation(ColorLabel):
    """Grays, with the defaults of the early experiments: .5 × (1 − vibrancy)¹⁰.

    Source: z0u/ex-preppy, labels before experiment 2.4.1.
    """

    power: float = 10.0
    rate: float | Dial = 0.5
    name: str = "desaturated"

    def measure(self, rgb: Array) -> Array:
        return desaturation(rgb)


def expected_labels(label: ColorLabel, colors: NDArray[np.floating], num_samples: int) -> float:
    """How many of `num_samples` samples, drawn evenly from `colors` (`[..., 3]`), are expected to bear the label."""
    return float(num_samples * np.mean(label(colors)))


def _channels(rgb: Array) -> tuple[Any, Any, Any]:
    return rgb[..., 0], rgb[..., 1], rgb[..., 2]

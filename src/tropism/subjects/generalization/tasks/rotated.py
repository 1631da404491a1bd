"""Digits, each turned by an angle."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.dial import Dial, constant_of, number_wanted, within
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.generalization.images import Digits8, Source, fitted
from tropism.tasks.listed import Examples, Listed
from tropism.values import replaced

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

GRID = 17
"""Angles that examples are looked at with; odd, so that every second example has all of them as well."""


@dataclass(frozen=True, kw_only=True)
class RotatedDigits(Listed):
    """Pictures of digits, each turned clockwise about its middle; right is which of the classes it shows.

    A drawn example has an angle uniform in [low, high], another each time; where examples are looked at one by one,
    they have the middles of 17 equal parts of it in turn. A share is of pictures, so what is held out of one task of a
    member is held out of those with other angles too. Inputs are `[B, size · size]`, gray values in [0, 1], rows after
    rows; outputs are the classes in their order.

    Attributes:
        source: Where pictures come from: `Digits8()`, or `Images.read("folder")` for a user's own.
        low: From which angle, in degrees; a dial, so one program trains on many stretches.
        high: To which.
        classes: Which digits. By default those that do not look like another, or themselves, when they are upside down:
            without 0, 8 and 9.
        size: Pixels along each side: smaller pictures get a rim of zeros, which is wanted lest corners be lost, larger
            ones are averaged.

    Source: the seed text's rotated digits and JakeMendel/Antilearning; angles go the text's way, clockwise.
    """

    source: Source = dataclasses.field(default_factory=Digits8)
    low: float | Dial = within(0.0, low=0.0, high=360.0)
    high: float | Dial = within(360.0, low=0.0, high=360.0)
    classes: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)
    size: int = 12

    def check(self) -> None:
        super().check()
        if not isinstance(self.source, Source):
            raise BadValue("RotatedDigits.source", self.source, "Digits8() or Images.read(path)")
        for name in ("low", "high"):
            number_wanted(f"RotatedDigits.{name}", getattr(self, name), low=0.0, high=360.0)
        low, high = constant_of(self.low), constant_of(self.high)
        if low is not None and high is not None and low > high:
            raise BadValue("RotatedDigits.high", self.high, f"at least {low:g}, where angles begin")
        known = all(type(each) is int and 0 <= each <= 9 for each in self.classes)
        if not known or len(set(self.classes)) != len(self.classes) or len(self.classes) < 2:
            raise BadValue("RotatedDigits.classes", self.classes, "at least two different digits, 0 to 9")
        side = self.source.side_of()
        if self.size < 1 or (self.size > side and (self.size - side) % 2):
            wanted = f"at least 1, and beyond {side} by an even number, so that the rim is as wide on all sides"
            raise BadValue("RotatedDigits.size", self.size, wanted)

    def listed(self) -> Examples:
        pictures = self.source.pictures()
        chosen = np.isin(pictures.labels, self.classes)
        if not chosen.any():
            raise DoesNotFit(f"RotatedDigits.classes {self.classes}: no picture shows any of them.")
        place = np.zeros(10, np.int32)
        place[list(self.classes)] = np.arange(len(self.classes))
        inputs = fitted(pictures.images[chosen], self.size).reshape(int(chosen.sum()), -1)
        return Examples(inputs, place[pictures.labels[chosen]], 0, len(self.classes))

    def kinds(self) -> np.ndarray:
        """Which class each picture is of, counted from 0."""
        return self.table().right

    def seen(self, inputs: Array, key: PRNGKeyArray | None) -> Array:
        return self.turned(inputs, self.degrees(len(inputs), key))

    def degrees(self, size: int, key: PRNGKeyArray | None) -> Float[Array, "B"]:
        """The angles of so many examples, clockwise: drawn, or without a key those of the grid in turn."""
        import jax.numpy as jnp

        from tropism.arrays.streams import uniform

        share = (jnp.arange(size) % GRID + 0.5) / GRID if key is None else uniform(key, (size,))
        low, high = jnp.asarray(constant_of(self.low)), jnp.asarray(constant_of(self.high))
        return low + (high - low) * share

    @staticmethod
    def turned(inputs: Array, degrees: Array) -> Array:
        """Pictures `[B, P]`, each turned by its angle."""
        from tropism.subjects.generalization.images.rotation import turned

        return turned(inputs, degrees)

    def stretch(self) -> tuple[int, int]:
        return Listed.stretch(self._at_rest())

    def table(self) -> Examples:
        return Listed.table(self._at_rest())

    def input_width(self) -> int:
        return self.size * self.size

    def output_width(self) -> int:
        return len(self.classes)

    def _at_rest(self) -> RotatedDigits:
        """The same with angles that are no matter, for what does not depend on them; in the engine they are traced."""
        return replaced(self, low=0.0, high=0.0)

"""Red squares and blue triangles: two answers that agree in training, and part elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.tasks.listed import Examples, Listed

Part = Literal["both", "shape", "color", "conflict"]
PARTS: tuple[Part, ...] = ("both", "shape", "color", "conflict")

_RED_SQUARE, _RED_TRIANGLE, _BLUE_SQUARE, _BLUE_TRIANGLE = (0, 0), (0, 1), (1, 0), (1, 1)
_CELLS: dict[Part, tuple[tuple[int, int], tuple[int, int]]] = {
    "both": (_RED_SQUARE, _BLUE_TRIANGLE),
    "shape": (_RED_SQUARE, _RED_TRIANGLE),
    "color": (_RED_SQUARE, _BLUE_SQUARE),
    "conflict": (_RED_TRIANGLE, _BLUE_SQUARE),
}
_PURE = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
_LINES = 8
_BRIGHTNESS = (0.7, 1.0)


@dataclass(frozen=True, kw_only=True)
class ColoredShapes(Listed):
    """A square or a triangle, red or blue, somewhere in a picture; right is 0 or 1.

    The parts: `both`, red squares (0) and blue triangles (1), where color and shape say the same; `shape`, red squares
    (0) and red triangles (1); `color`, red squares (0) and blue squares (1); `conflict`, red triangles (0) and blue
    squares (1), so that accuracy there is how often the answer follows the color. The red squares are the same pictures
    at the same places in all parts that have them, so what is held out of one is held out of the others.

    Triangle and square have the same area, and their middles the same law, so that neither how bright a picture is nor
    where tells the shape. Inputs are `[B, size · size · 3]`: rows after rows, in them pixels, in them red, green, blue,
    each in [0, 1].

    Attributes:
        part: Which pairs of color and shape.
        count: Pictures of each of the two pairs.
        size: Pixels along each side.
        half_sides: Between what half the square's side lies, in pixels.
        color_strength: How strong colors are: with 0, both are one gray as bright as they.
        shape_clarity: How clear shapes are: with 0, both are the mean of the two.
        noise: Standard deviation of what is added to every number, before it is cut to [0, 1].
        seed: Which pictures there are; networks of all seeds see the same, in splits of their own.

    Source: the seed text's red square and blue triangle, after Armstrong et al., "Concept extrapolation"; brightness
    0.7 to 1 and noise as in its prototypes, whose triangles were smaller than their squares.
    """

    part: Part = "both"
    count: int = 900
    size: int = 16
    half_sides: tuple[float, float] = (2.5, 4.0)
    color_strength: float = 1.0
    shape_clarity: float = 1.0
    noise: float = 0.05
    seed: int = 0

    def check(self) -> None:
        super().check()
        if self.part not in PARTS:
            raise UnknownName("part", str(self.part), PARTS, "ColoredShapes.part")
        for name, low in (("count", 1), ("size", 1), ("seed", 0)):
            if getattr(self, name) < low:
                raise BadValue(f"ColoredShapes.{name}", getattr(self, name), f"at least {low}")
        for name in ("color_strength", "shape_clarity"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadValue(f"ColoredShapes.{name}", getattr(self, name), "in [0, 1]")
        if not 0 <= self.noise < float("inf"):
            raise BadValue("ColoredShapes.noise", self.noise, "at least 0")
        if not 0 < self.half_sides[0] <= self.half_sides[1]:
            raise BadValue("ColoredShapes.half_sides", self.half_sides, "two numbers with 0 < low <= high")
        if _reach(self.half_sides[1]) > self.size / 2:
            raise DoesNotFit(
                f"ColoredShapes: a triangle as large as a square of half side {self.half_sides[1]:g} reaches "
                f"{_reach(self.half_sides[1]):.1f} pixels from its middle, and half of {self.size} is less."
            )

    def listed(self) -> Examples:
        pictures = [self.pictures(color, shape) for color, shape in _CELLS[self.part]]
        right = np.repeat([0, 1], self.count)
        return Examples(np.concatenate(pictures).reshape(2 * self.count, -1), right, 0, 2)

    def pictures(self, color: int, shape: int) -> np.ndarray:
        """All pictures of a color (0 red, 1 blue) and a shape (0 square, 1 triangle), `[count, size, size, 3]`."""
        luck = np.random.default_rng((self.seed, color, shape))
        half = luck.uniform(*self.half_sides, self.count)
        room = self.size / 2 - _reach(half)
        middle = self.size / 2 + room[:, None] * luck.uniform(-1, 1, (self.count, 2))
        own, other = (covered(each, middle, half, self.size) for each in (shape, 1 - shape))
        mixed = (1 + self.shape_clarity) / 2 * own + (1 - self.shape_clarity) / 2 * other
        tint = self.color_strength * _PURE[color] + (1 - self.color_strength) / 3
        bright = luck.uniform(*_BRIGHTNESS, self.count)
        clean = (bright[:, None, None] * mixed)[..., None] * tint
        return np.clip(clean + self.noise * luck.normal(size=clean.shape), 0, 1).astype(np.float32)

    def kinds(self) -> np.ndarray:
        """Which of the part's two pairs each picture is of."""
        return self.table().right

    def input_width(self) -> int:
        return self.size * self.size * 3

    def output_width(self) -> int:
        return 2


def covered(shape: int, middle: np.ndarray, half: np.ndarray, size: int) -> np.ndarray:
    """How much of each pixel a square (0) or a triangle (1) covers, `[N, size, size]`.

    Each pixel row is cut into lines, each of which is covered as its middle is; so areas are right, rounding aside.

    The square has half sides `half`; the triangle stands on a side, as high as that is wide, with the same area and its
    center of mass at `middle`.
    """
    lines, pixels = np.arange(size * _LINES) / _LINES, np.arange(size)
    across, down = middle[:, 0, None, None], middle[:, 1, None]
    height = _height(half)[:, None]
    up, below = (half[:, None], half[:, None]) if shape == 0 else (height * 2 / 3, height / 3)
    top, bottom = down - up, down + below
    first, last = np.maximum(lines, top), np.minimum(lines + 1 / _LINES, bottom)
    wide = (half[:, None] if shape == 0 else ((first + last) / 2 - top) / 2)[:, :, None]
    overlap = np.minimum(pixels + 1, across + wide) - np.maximum(pixels, across - wide)
    part = np.maximum(last - first, 0)[:, :, None] * np.clip(overlap, 0, 1)
    return part.reshape(-1, size, _LINES, size).sum(2)


def _height(half: np.ndarray | float) -> np.ndarray:
    """The triangle's height, and the side it stands on: height² / 2 = (2 half)²."""
    return np.asarray(8**0.5 * half)


def _reach(half: np.ndarray | float) -> np.ndarray:
    """How far the triangle reaches from its center of mass, up; a square reaches less far."""
    return 2 / 3 * _height(half)

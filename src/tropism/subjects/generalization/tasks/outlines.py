"""Edges and curves by their orientation, and objects that are made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.images.strokes import inked, turned_points
from tropism.tasks.listed import Examples, Listed

Asked = Literal["edges", "places", "objects"]
ASKED: tuple[Asked, ...] = ("edges", "places", "objects")

ORIENTATIONS = 8
CELLS = 4
OBJECTS = ("square", "triangle", "circle", "D", "arrow", "cross")
_EDGES = 2 * ORIENTATIONS
_HALF_LENGTHS, _TURNS, _SLANT = (2.0, 3.0), (100.0, 160.0), 8.0
_SCALES, _TILT = (2.8, 4.2), 15.0
_PEN, _BRIGHTNESS, _POINTS = 1.2, (0.6, 1.0), 17
_REACH = 3.3
"""How far a curve reaches from its middle at most, in pixels, without the pen's width."""


@dataclass(frozen=True, kw_only=True)
class Outlines(Listed):
    """Gray pictures drawn by a pen: what is asked of a short edge or curve, or which object an outline is.

    `edges`: right is 0 to 7 for a straight edge whose orientation is 0°, 22.5°, … clockwise from level, and 8 to 15 for
    an arc whose chord is. `places`: the same pictures, and right is in which cell of a grid of 4 × 4 the middle lies, 0
    to 15, rows after rows. `objects`: right is 16 for a square, then triangle, circle, D, arrow and cross, 21.

    Edges lie up to 8° beside the orientation that counts, arcs bulge to either side and turn by 100° to 160°; objects
    are tilted by up to 15°. Places, sizes and brightness are drawn as well. Inputs are `[B, size · size]`, gray values
    in [0, 1], rows after rows.

    Attributes:
        asked: What is shown and asked.
        count: Pictures of each edge, or of each object.
        size: Pixels along each side.
        noise: Standard deviation of what is added to every pixel, before it is cut to [0, 1].
        seed: Which pictures there are; networks of all seeds see the same, in splits of their own.

    Source: the seed text's edges and curves, then objects made of them; orientations, sizes and pen are ours.
    """

    asked: Asked = "edges"
    count: int = 150
    size: int = 12
    noise: float = 0.1
    seed: int = 0

    def check(self) -> None:
        super().check()
        if self.asked not in ASKED:
            raise UnknownName("question", str(self.asked), ASKED, "Outlines.asked")
        for name, low in (("count", 1), ("size", 1), ("seed", 0)):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < low:
                raise BadValue(f"Outlines.{name}", number, f"a whole number, at least {low}")
        if not 0 <= self.noise < float("inf"):
            raise BadValue("Outlines.noise", self.noise, "at least 0")
        if self.size / 2 < _SCALES[1] + _PEN / 2:
            raise DoesNotFit(f"Outlines.size: objects are up to {2 * _SCALES[1] + _PEN:g} pixels wide; 10 would do.")

    def listed(self) -> Examples:
        objects = self.asked == "objects"
        lines, right = self._objects() if objects else self._edges()
        ends = (_EDGES, _EDGES + len(OBJECTS)) if objects else (0, _EDGES)
        luck = np.random.default_rng((self.seed, int(objects), 1))
        bright = luck.uniform(*_BRIGHTNESS, len(lines))
        clean = bright[:, None, None] * inked(lines, self.size, width=_PEN)
        pictures = np.clip(clean + self.noise * luck.normal(size=clean.shape), 0, 1)
        return Examples(pictures.reshape(len(lines), -1).astype(np.float32), right, *ends)

    def kinds(self) -> np.ndarray:
        """The right answer of each picture."""
        return self.table().right

    def input_width(self) -> int:
        return self.size * self.size

    def output_width(self) -> int:
        return _EDGES + len(OBJECTS)

    def _edges(self) -> tuple[Float[np.ndarray, "N P 2"], np.ndarray]:
        luck, count = np.random.default_rng((self.seed, 0)), _EDGES * self.count
        edge = np.repeat(np.arange(_EDGES), self.count)
        bend = np.where(edge < ORIENTATIONS, 0.0, luck.uniform(*_TURNS, count) * luck.choice([-1, 1], count))
        lines = arcs(luck.uniform(*_HALF_LENGTHS, count), bend)
        slant = edge % ORIENTATIONS * (180 / ORIENTATIONS) + luck.uniform(-_SLANT, _SLANT, count)
        where = luck.uniform(0, 1, (count, 1, 2))
        room = self.size - 2 * (_REACH + _PEN / 2)
        lines = turned_points(lines, slant) + (self.size - room) / 2 + room * where
        if self.asked == "edges":
            return lines, edge
        column, row = (where[:, 0] * CELLS).astype(int).T
        return lines, row * CELLS + column

    def _objects(self) -> tuple[Float[np.ndarray, "N P 2"], np.ndarray]:
        luck, count = np.random.default_rng((self.seed, 2)), len(OBJECTS) * self.count
        which = np.repeat(np.arange(len(OBJECTS)), self.count)
        scale = luck.uniform(*_SCALES, count)
        shapes = np.stack([outline(name) for name in OBJECTS])[which] * scale[:, None, None]
        room = self.size / 2 - scale - _PEN / 2
        middle = self.size / 2 + room[:, None, None] * luck.uniform(-1, 1, (count, 1, 2))
        return turned_points(shapes, luck.uniform(-_TILT, _TILT, count)) + middle, _EDGES + which


def arcs(half: Float[np.ndarray, "N"], bend: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N P 2"]:
    """Arcs about the origin with a level chord of twice `half`, that turn by `bend` degrees in all; 0 is straight."""
    angle = np.radians(bend) / 2
    share = np.linspace(-1, 1, _POINTS)
    curved = np.abs(angle) > 1e-6
    safe = np.where(curved, angle, 1.0)[:, None]
    radius = half[:, None] / np.sin(safe)
    across = np.where(curved[:, None], radius * np.sin(safe * share), half[:, None] * share)
    high = np.where(curved[:, None], radius * (np.cos(safe * share) - (1 + np.cos(safe)) / 2), 0.0)
    return np.stack([across, -high], axis=-1)


def outline(name: str) -> Float[np.ndarray, "P 2"]:
    """An object as points (across, down) within the unit circle about its middle, joined in order."""
    bow = np.linspace(-np.pi / 2, np.pi / 2, _POINTS - 2)
    round_ = np.linspace(0, 2 * np.pi, _POINTS)
    corners: dict[str, list[tuple[float, float]]] = {
        "square": [(-0.7, -0.7), (0.7, -0.7), (0.7, 0.7), (-0.7, 0.7), (-0.7, -0.7)],
        "triangle": [(0, -1), (0.86, 0.5), (-0.86, 0.5), (0, -1)],
        "circle": [(0.85 * np.cos(each), 0.85 * np.sin(each)) for each in round_],
        "D": [(-0.5, 0.8), (-0.5, -0.8), *((-0.5 + 1.25 * np.cos(each), 0.8 * np.sin(each)) for each in bow)],
        "arrow": [(-0.95, 0), (0.95, 0), (0.3, -0.6), (0.95, 0), (0.3, 0.6)],
        "cross": [(-0.9, 0), (0.9, 0), (0, 0), (0, -0.9), (0, 0.9)],
    }
    points = np.array(corners[name], float)
    return np.concatenate([points, np.repeat(points[-1:], _POINTS - len(points), axis=0)])

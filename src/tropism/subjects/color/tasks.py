"""The task of the color subject: give back the color that went in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.batch import Batch, Scene
from tropism.core.task import Task
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.color.cubes import (
    ColorCube,
    cell_centers,
    cell_corners,
    displaced_centers,
    hold_out,
    with_corners,
)
from tropism.subjects.color.labels import ColorLabel
from tropism.values import replaced

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

Space = Literal["rgb", "hsv"]
Validation = Literal["centers", "displaced", "corners", "none"]
SPACES: tuple[Space, ...] = ("rgb", "hsv")
VALIDATIONS: tuple[Validation, ...] = ("centers", "displaced", "corners", "none")


@dataclass(frozen=True, kw_only=True)
class Colors(Task):
    """Colors of a grid, drawn with replacement, to be given back.

    Attributes:
        levels: Points on each axis: one number, or one for each of the space's axes.
        space: `rgb` for the cube's corners, drawn evenly; `hsv` for the cylinder, drawn by the sampling correction, so
            that the many copies of black and white are not seen more often.
        labels: The concepts that examples bear; a label that is not soft is tossed anew at every draw.
        without_hues: A range of hues that is never drawn, as fractions of a turn; it may pass through 0.
        validation: What is looked at while training, with exact labels: `centers` (the true centers of the RGB grid's
            cells and the cube's corners), `displaced` (the original's points, which are not quite centers), `corners`
            (an RGB grid of `validation_levels`), or `none`.
        validation_levels: The grid whose centers or corners those are.

    Source: the data sets of z0u/ex-preppy (Ex 1.7, 2.10 and the sixty-seed studies).
    """

    levels: int | tuple[int, int, int] = 8
    space: Space = "rgb"
    labels: tuple[ColorLabel, ...] = ()
    without_hues: tuple[float, float] | None = None
    validation: Validation = "displaced"
    validation_levels: int = 8

    def check(self) -> None:
        if self.space not in SPACES:
            raise UnknownName("color space", str(self.space), SPACES, "Colors")
        if self.validation not in VALIDATIONS:
            raise UnknownName("validation set", str(self.validation), VALIDATIONS, "Colors")
        for number in (*self._axes(), self.validation_levels):
            if isinstance(number, bool) or not isinstance(number, int) or number < 2:
                raise BadValue("Colors.levels", self.levels, "a whole number, at least 2, or three of them")
        names = self.label_names()
        if len(set(names)) != len(names):
            raise DoesNotFit(f"Colors has two labels of one name: {', '.join(names)}.")

    def label_names(self) -> tuple[str, ...]:
        return tuple(label.name for label in self.labels)

    def input_width(self) -> int:
        return 3

    def output_width(self) -> int:
        return 3

    def colors(self) -> np.ndarray:
        """The colors that are drawn, `[N, 3]`, each once."""
        return self._grid()[0]

    def table(self) -> dict[str, np.ndarray]:
        colors, bias = self._grid()
        exact = [replaced(label, rate=1.0)(colors) for label in self.labels]
        found = {"colors": colors, "affinity": np.stack(exact, 1) if exact else np.zeros((len(colors), 0))}
        if self.space == "hsv":
            found["cumulative"] = np.cumsum(bias) / bias.sum()
        return {name: array.astype(np.float32) for name, array in found.items()}

    def draw(self, scene: Scene, key: PRNGKeyArray, size: int) -> Batch:
        import jax.numpy as jnp

        from tropism.arrays.streams import as_uniform, bits

        words = bits(key, (1 + len(self.labels), size))
        table = scene.table
        if "cumulative" in table:
            place = jnp.searchsorted(table["cumulative"], as_uniform(words[0]), side="right", method="scan_unrolled")
            place = jnp.minimum(place, len(table["colors"]) - 1)
        else:
            place = (words[0] % np.uint32(len(table["colors"]))).astype(jnp.int32)
        colors = table["colors"][place]
        chances = {
            label.name: label.rate * table["affinity"][place, number]  # type: ignore[operator]
            for number, label in enumerate(self.labels)
        }
        labels = {
            label.name: chances[label.name]
            if label.soft
            else (as_uniform(words[1 + number]) < chances[label.name]).astype(jnp.float32)
            for number, label in enumerate(self.labels)
        }
        return Batch(colors, colors, labels)

    def validation_batch(self, scene: Scene, key: PRNGKeyArray) -> Batch | None:
        import jax.numpy as jnp

        if self.validation == "none":
            return None
        colors = {
            "centers": lambda: with_corners(cell_centers(self.validation_levels)),
            "displaced": lambda: with_corners(displaced_centers(self.validation_levels)),
            "corners": lambda: cell_corners(self.validation_levels),
        }[self.validation]()
        held = jnp.asarray(colors, jnp.float32)
        labels = {label.name: jnp.asarray(label.exact(colors), jnp.float32) for label in self.labels}
        return Batch(held, held, labels)

    def error(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        return ((output.T - batch.targets.T) ** 2).mean(0)  # in columns, as the network has them: a tenth of a step

    def read_out(self, output: Array) -> Array:
        """Colors lie in [0, 1]: outputs are clipped there once training is over, never in it."""
        return output.clip(0.0, 1.0)

    def _axes(self) -> tuple[int, ...]:
        return self.levels if isinstance(self.levels, tuple) else (self.levels,) * 3

    def _grid(self) -> tuple[np.ndarray, np.ndarray]:
        sizes = self._axes()
        if self.space == "rgb":
            cube = ColorCube.from_rgb(*(np.linspace(0, 1, size) for size in sizes))
        else:
            hues = np.arange(sizes[0]) / sizes[0]
            cube = ColorCube.from_hsv(hues, np.linspace(0, 1, sizes[1]), np.linspace(0, 1, sizes[2]))
        colors, bias = cube.colors.reshape(-1, 3), cube.bias.reshape(-1)
        if self.without_hues is not None:
            kept = ~hold_out(colors, hues=self.without_hues)
            colors, bias = colors[kept], bias[kept]
        if not len(colors):
            raise DoesNotFit(f"Colors.without_hues {self.without_hues} leaves no color to train on.")
        return colors, bias

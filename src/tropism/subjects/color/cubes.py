"""Grids of colors: the points that a color network is trained on, measured on and drawn on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tropism.errors import BadValue, UnknownName
from tropism.subjects.color.conversion import hsv_to_rgb, rgb_to_hsv
from tropism.subjects.color.cyclic import isbetween_cyclic

Floats = NDArray[np.floating]


@dataclass(frozen=True, eq=False)
class ColorCube:
    """A grid of colors along three axes, with named variables that have a value at every point; nothing in it changes.

    Attributes:
        variables: Arrays whose first three axes are the grid's; `color` (`[a, b, c, 3]`, always RGB) and `bias`
            (`[a, b, c]`, how often a point should be drawn) are always there.
        coordinates: The numbers along each axis, in the order of `space`.
        space: What the axes are, in order, for example `hsv`, `svh` or `rgb`.
    """

    variables: Mapping[str, Floats]
    coordinates: tuple[Floats, Floats, Floats]
    space: str

    def __post_init__(self) -> None:
        if sorted(self.space) not in (sorted("hsv"), sorted("rgb")):
            raise BadValue("ColorCube.space", self.space, "the letters of 'hsv' or of 'rgb', in any order")
        if len(self.coordinates) != 3:
            raise BadValue("ColorCube.coordinates", f"{len(self.coordinates)} axes", "three axes")
        object.__setattr__(self, "coordinates", tuple(_frozen(axis) for axis in self.coordinates))
        frozen = {name: _frozen(variable) for name, variable in self.variables.items()}
        object.__setattr__(self, "variables", MappingProxyType(frozen))
        for name in ("color", "bias"):
            if name not in frozen:
                raise BadValue("ColorCube.variables", sorted(frozen), f"a mapping that has {name!r}")
        for name, variable in frozen.items():
            self._check_shape(name, variable)

    @classmethod
    def from_hsv(cls, h: ArrayLike, s: ArrayLike, v: ArrayLike) -> ColorCube:
        """The grid of three axes of hues, saturations and values; hues wrap, the others are clipped to [0, 1].

        The coordinates keep the hues as given, so that a drawing may run beyond one turn of the circle.
        """
        hues, saturations, values = _axis(h), np.clip(_axis(s), 0, 1), np.clip(_axis(v), 0, 1)
        hsv = coordinate_grid(hues, saturations, values)
        bias = sampling_bias(hsv[..., 1], hsv[..., 2], num_hues=len(hues), num_saturations=len(saturations))
        return cls({"color": hsv_to_rgb(hsv), "bias": bias}, (hues, saturations, values), "hsv")

    @classmethod
    def from_rgb(cls, r: ArrayLike, g: ArrayLike, b: ArrayLike) -> ColorCube:
        """The grid of three axes of reds, greens and blues; every point weighs the same."""
        axes = (_axis(r), _axis(g), _axis(b))
        colors = coordinate_grid(*axes)
        return cls({"color": colors, "bias": np.ones(colors.shape[:-1])}, axes, "rgb")

    @property
    def colors(self) -> Floats:
        """The colors as RGB, `[a, b, c, 3]`."""
        return self.variables["color"]

    @property
    def bias(self) -> Floats:
        """How often each point should be drawn, up to a factor, `[a, b, c]`."""
        return self.variables["bias"]

    @property
    def shape(self) -> tuple[int, int, int]:
        """How many points lie along each axis."""
        a, b, c = (len(axis) for axis in self.coordinates)
        return a, b, c

    def permute(self, space: str) -> ColorCube:
        """The same grid with its axes in another order, for example `svh`; channels stay last."""
        if sorted(space) != sorted(self.space):
            raise BadValue("ColorCube.permute", space, f"the letters of {self.space!r} in some order")
        order = [self.space.index(letter) for letter in space]
        variables = {
            name: variable.transpose(*order, *range(3, variable.ndim)) for name, variable in self.variables.items()
        }
        first, second, third = (self.coordinates[axis] for axis in order)
        return ColorCube(variables, (first, second, third), space)

    def assign(self, **variables: Floats) -> ColorCube:
        """The same grid with more variables, or with others under old names."""
        return replace(self, variables={**self.variables, **variables})

    @overload
    def __getitem__(self, key: str) -> Floats: ...
    @overload
    def __getitem__(self, key: tuple[slice, slice, slice]) -> ColorCube: ...
    def __getitem__(self, key: str | tuple[slice, slice, slice]) -> Floats | ColorCube:
        """A variable by its name, or the part of the grid that three slices cut out."""
        if isinstance(key, str):
            if key not in self.variables:
                raise UnknownName("variable", key, self.variables, "ColorCube")
            return self.variables[key]
        if not (isinstance(key, tuple) and len(key) == 3 and all(isinstance(part, slice) for part in key)):
            raise BadValue("ColorCube[…]", key, "a variable's name, or three slices")
        first, second, third = (axis[part] for axis, part in zip(self.coordinates, key, strict=True))
        variables = {name: variable[key] for name, variable in self.variables.items()}
        return replace(self, variables=variables, coordinates=(first, second, third))

    def _check_shape(self, name: str, variable: Floats) -> None:
        wanted = (*self.shape, 3) if name == "color" else self.shape
        exact = name in ("color", "bias")
        if (variable.shape if exact else variable.shape[:3]) != wanted:
            more = "" if exact else ", and channels after it"
            raise BadValue(f"ColorCube.variables[{name!r}]", f"of shape {variable.shape}", f"of shape {wanted}{more}")


def coordinate_grid(*axes: ArrayLike) -> Floats:
    """Every combination of the axes' numbers, `[n1, …, nk, k]`: the first axis varies along the first dimension."""
    return np.stack(np.meshgrid(*(_axis(axis) for axis in axes), indexing="ij"), axis=-1)


def sampling_bias(s: ArrayLike, v: ArrayLike, *, num_hues: int, num_saturations: int) -> Floats:
    """How often a point of an HSV grid should be drawn so that copies of one color do not weigh more than one.

    The grid holds a black for every hue and saturation, and a white for every hue; between the corners the weight is
    bilinear: (1 − v) / (n_s n_h) + (1 − s) v / n_h + s v.

    Source: the `bias` variable of the color cube in z0u/ex-preppy.
    """
    saturation, value = np.asarray(s, dtype=float), np.asarray(v, dtype=float)
    black, white = 1 / (num_saturations * num_hues), 1 / num_hues
    return black * (1 - value) + white * (1 - saturation) * value + saturation * value


def cell_corners(levels: int) -> Floats:
    """The points of a regular RGB grid with `levels` values a channel from 0 to 1, `[levels³, 3]`."""
    return _lattice(np.linspace(0, 1, _checked_levels(levels)))


def cell_centers(levels: int) -> Floats:
    """The midpoints of the cells between the points of `cell_corners(levels)`, `[(levels − 1)³, 3]`."""
    half = 0.5 / (_checked_levels(levels) - 1)
    return _lattice(np.linspace(half, 1 - half, levels - 1))


def displaced_centers(levels: int) -> Floats:
    """The prototype's validation points, `[(levels − 1)³, 3]`: called cell centers there, and beside them.

    They run from 1 / (2 levels) to 1 − 1 / (2 levels). Kept only to reproduce its numbers; `with_corners` adds the
    eight corners that it added, which makes 351 points of 8 levels.

    Source: `prep_color_dataset` in z0u/ex-preppy.
    """
    half = 0.5 / _checked_levels(levels)
    return _lattice(np.linspace(half, 1 - half, levels - 1))


def with_corners(colors: Floats) -> Floats:
    """Colors, `[n, 3]`, followed by the eight corners of the RGB cube, `[n + 8, 3]`."""
    return np.concatenate([colors, cell_corners(2)])


def hold_out(colors: ColorCube | Floats, *, hues: tuple[float, float], atol: float = 1e-6) -> NDArray[np.bool_]:
    """Where colors lie within a range of hues, ends included, `[...]`: a mask of what is kept from training.

    The range runs upwards and may pass through red: `(11 / 12, 1 / 12)`. Grays have no hue and are never held out.

    Args:
        colors: A cube, or RGB colors `[..., 3]`.
        hues: The first and the last hue, as parts of the circle.
        atol: How far outside a hue may lie for rounding's sake.
    """
    rgb = colors.colors if isinstance(colors, ColorCube) else np.asarray(colors)
    hsv = rgb_to_hsv(rgb)
    colorful = hsv[..., 1] * hsv[..., 2] > atol
    return colorful & isbetween_cyclic(hsv[..., 0], *hues, atol=atol)


def _lattice(axis: Floats) -> Floats:
    return coordinate_grid(axis, axis, axis).reshape(-1, 3)


def _checked_levels(levels: int) -> int:
    if levels < 2:
        raise BadValue("levels", levels, "at least 2: a cell has two sides")
    return levels


def _axis(numbers: ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(numbers, dtype=float))


def _frozen(array: Floats) -> Floats:
    copy = np.array(array)
    copy.flags.writeable = False
    return copy

"""Colors that have names: twelve hues at 30° steps and five grays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tropism.errors import BadValue, UnknownName
from tropism.subjects.color.conversion import hsv_to_rgb

HUES: tuple[str, ...] = (
    "red",
    "orange",
    "yellow",
    "lime",
    "green",
    "teal",
    "cyan",
    "azure",
    "blue",
    "purple",
    "magenta",
    "pink",
)
"""The names of the hues 0°, 30°, …, 330°, each at full saturation and value."""

GRAYS: tuple[str, ...] = ("black", "dark gray", "gray", "light gray", "white")
"""The names of the grays of value 0, 1/4, 1/2, 3/4 and 1."""


class NamedColors(NamedTuple):
    """Named colors, row by row.

    Attributes:
        names: One name a row.
        hsv: Hue, saturation and value, `[n, 3]`.
        rgb: Red, green and blue, `[n, 3]`.
    """

    names: tuple[str, ...]
    hsv: NDArray[np.floating]
    rgb: NDArray[np.floating]


def named_colors(n_hues: int = 12, n_grays: int = 5) -> NamedColors:
    """So many evenly spaced hues from red on, then so many grays from black to white.

    Args:
        n_hues: 0, 3 (the primaries), 6 (with the secondaries) or 12.
        n_grays: 0, 2 (black and white), 3 or 5.
    """
    if n_hues not in (0, 3, 6, 12):
        raise BadValue("named_colors.n_hues", n_hues, "0, 3, 6 or 12")
    if n_grays not in (0, 2, 3, 5):
        raise BadValue("named_colors.n_grays", n_grays, "0, 2, 3 or 5")
    hues = HUES[:: 12 // n_hues] if n_hues else ()
    grays = GRAYS[:: 4 // (n_grays - 1)] if n_grays else ()
    rows = [(HUES.index(name) / 12, 1.0, 1.0) for name in hues]
    rows += [(0.0, 0.0, GRAYS.index(name) / 4) for name in grays]
    hsv = np.array(rows).reshape(-1, 3)
    return NamedColors((*hues, *grays), hsv, hsv_to_rgb(hsv))


def rgb_of(name: str) -> NDArray[np.floating]:
    """The color of that name as RGB, `[3]`.

    Raises:
        UnknownName: There is no such name; the message guesses at the one meant.
    """
    known = named_colors()
    if name not in known.names:
        raise UnknownName("color", name, known.names)
    return known.rgb[known.names.index(name)]


def nearest_name(rgb: ArrayLike) -> str:
    """The name whose color is nearest to `rgb`, `[3]`, in the RGB cube; the earlier one where two are as near."""
    known = named_colors()
    color = np.asarray(rgb, dtype=float)
    if color.shape != (3,):
        raise BadValue("nearest_name.rgb", f"of shape {color.shape}", "one color, of shape (3,)")
    return known.names[int(np.argmin(np.sum((known.rgb - color) ** 2, axis=-1)))]

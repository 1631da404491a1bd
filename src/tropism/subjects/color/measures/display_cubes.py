"""The cubes of colors that measures and figures show."""

from __future__ import annotations

import numpy as np

from tropism.errors import BadValue
from tropism.subjects.color.cubes import ColorCube
from tropism.subjects.color.cyclic import arange_cyclic


def slice_cube(hues: int = 24, saturations: int = 4, values: int = 8) -> ColorCube:
    """A coarse cube to look at slice by slice: saturation, then value, then hue; 768 colors.

    Source: the display cube of z0u/ex-preppy.
    """
    cube = ColorCube.from_hsv(arange_cyclic(step=1 / hues), np.linspace(0, 1, saturations), np.linspace(0, 1, values))
    return cube.permute("svh")


def fine_cube(*, every: int = 4) -> ColorCube:
    """A dense cube to measure on: every so many of 240 hues, 48 saturations and 48 values, ends included.

    8,640 colors unless asked otherwise; all 552,960 with `every=1`, which takes seconds a member.

    Source: the loss cube of z0u/ex-preppy.
    """
    if not 1 <= every <= 24:
        raise BadValue("fine_cube.every", every, "from 1 to 24")
    steps = np.linspace(0, 1, -(-48 // every))
    return ColorCube.from_hsv(arange_cyclic(step=every / 240), steps, steps)

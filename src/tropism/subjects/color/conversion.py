"""Colors as red-green-blue and as hue-saturation-value, whole arrays at a time.

Every channel runs from 0 to 1; a hue of 1/3 is green. What comes in as NumPy goes out as NumPy, what comes in as JAX
goes out as JAX, also inside a traced program.
"""

from __future__ import annotations

from types import ModuleType
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = TypeVar("Array", "NDArray[np.floating]", "jax.Array")  # pyright: ignore[reportUndefinedVariable]
"""A NumPy or a JAX array; what goes in decides what comes out."""


def rgb_to_hsv(rgb: Array) -> Array:
    """Hue, saturation and value of colors, `[..., 3]`; the hue lies in [0, 1).

    A gray has no hue and black no saturation; both are given as 0.

    Source: Smith (1978), "Color Gamut Transform Pairs", the hexcone model.
    """
    xp = _namespace(rgb)
    red, green, blue = rgb[..., 0] * 1.0, rgb[..., 1] * 1.0, rgb[..., 2] * 1.0
    value = xp.maximum(red, xp.maximum(green, blue))
    chroma = value - xp.minimum(red, xp.minimum(green, blue))
    divisor = xp.where(chroma > 0, chroma, 1.0)
    from_green = 2 + (blue - red) / divisor
    from_blue = 4 + (red - green) / divisor
    sextant = xp.where(value == red, (green - blue) / divisor, xp.where(value == green, from_green, from_blue))
    hue = sextant / 6 % 1.0
    hue = xp.where(hue < 1, hue, 0.0)  # a hue just below 0 is rounded up to a whole turn
    saturation = chroma / xp.where(value > 0, value, 1.0)
    return xp.stack([hue, saturation, value], axis=-1)


def hsv_to_rgb(hsv: Array) -> Array:
    """Red, green and blue of colors given by hue, saturation and value, `[..., 3]`; hues beyond [0, 1] wrap.

    A channel is the value, less the chroma where its own third of the hue circle is far away.

    Source: Smith (1978), "Color Gamut Transform Pairs", the hexcone model, in the branch-free form.
    """
    xp = _namespace(hsv)
    hue, saturation, value = hsv[..., 0], hsv[..., 1], hsv[..., 2] * 1.0
    channels = []
    for offset in (5, 3, 1):
        place = (offset + 6 * hue) % 6
        missing = xp.clip(xp.minimum(place, 4 - place), 0.0, 1.0)
        channels.append(value - value * saturation * missing)
    return xp.stack(channels, axis=-1)


def _namespace(array: object) -> ModuleType:
    if isinstance(array, np.ndarray):
        return np
    import jax.numpy as jnp

    return jnp

"""Figures for a repository: fewer pixels, and fewer colors where nobody sees it, so that many studies stay small."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

_UNSEEN = 1.5
"""Mean error of a pixel's worst channel, of 255, up to which a palette of 256 colors will do for any picture."""

_LARGE = 100_000
"""Bytes above which a picture gets a palette even where it shows."""


def smaller(png: bytes) -> bytes:
    """A PNG at half its size (a figure's 200 dots an inch become 100), in at most 256 colors if it can bear that.

    Pictures of colors cannot: they keep six bits a channel, unless that takes more than 100 kB.
    """
    from PIL import Image as images

    with images.open(io.BytesIO(png)) as given:
        whole = given.convert("RGB")
    half = whole.resize((max(1, whole.width // 2), max(1, whole.height // 2)), images.Resampling.BOX)
    few = half.quantize(256, kmeans=4, dither=images.Dither.NONE)
    if _error(half, few.convert("RGB")) <= _UNSEEN:
        return _saved(few)
    plain = _saved(images.fromarray(_six_bits(np.asarray(half))))
    return plain if len(plain) <= _LARGE else _saved(few)


def _error(one: Image, other: Image) -> float:
    apart = np.abs(np.asarray(one).astype(int) - np.asarray(other))
    return float(apart.max(axis=-1).mean())


def _six_bits(pixels: np.ndarray) -> np.ndarray:
    """Channels at multiples of 4, and white at 255."""
    return np.clip((pixels.astype(int) + 2) // 4 * 4, 0, 255).astype(np.uint8)


def _saved(image: Image) -> bytes:
    file = io.BytesIO()
    image.save(file, format="PNG", optimize=True)
    return file.getvalue()

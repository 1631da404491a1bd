"""Figures for a repository: fewer pixels, and fewer colors where nobody sees it, so that many studies stay small."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tropism.report.contents import ReportContents

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


MOST_BYTES = 16_000_000
"""Of all pictures in a page; a page of hundreds would else weigh more than a browser takes kindly."""


def light_enough(contents: ReportContents) -> ReportContents:
    """The same report; where its pictures weigh too much together, in at most 256 colors each, at their full size."""
    if sum(len(each.light) + len(each.dark) for each in contents.figures) <= MOST_BYTES:
        return contents
    fewer = tuple(
        replace(each, light=_of_few_colors(each.light), dark=_of_few_colors(each.dark)) for each in contents.figures
    )
    return replace(contents, figures=fewer)


def _of_few_colors(png: bytes) -> bytes:
    """The picture in 256 colors, or as it was where that shows."""
    from PIL import Image as images

    with images.open(io.BytesIO(png)) as given:
        whole = given.convert("RGB")
    few = whole.quantize(256, method=images.Quantize.MEDIANCUT, dither=images.Dither.NONE)
    return _saved(few) if _error(whole, few.convert("RGB")) <= _UNSEEN else png


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

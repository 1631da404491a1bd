"""Pictures cut to size: a rim of zeros where there is too little, means over areas where there is too much."""

from __future__ import annotations

import numpy as np

from tropism.errors import DoesNotFit


def fitted(images: np.ndarray, side: int) -> np.ndarray:
    """Pictures with `side` pixels a side, gray values in [0, 1], float32 `[N, side, side]`.

    Smaller ones get a rim of zeros, as wide on all sides; of larger ones, each new pixel is the mean over the area that
    it covers, weighted by how much of each old pixel lies in it.

    Raises:
        DoesNotFit: A rim that cannot be as wide on all sides.
    """
    gray = np.asarray(images, np.float32) / np.float32(255 if images.dtype == np.uint8 else 1)
    own = gray.shape[1]
    if side < own:
        shares = _shares(own, side)
        return np.einsum("ri,nij,cj->nrc", shares, gray, shares, optimize=True)
    if (side - own) % 2:
        raise DoesNotFit(f"Pictures of {own} pixels a side cannot lie in the middle of {side}; {side + 1} would do.")
    rim = (side - own) // 2
    return np.pad(gray, ((0, 0), (rim, rim), (rim, rim)))


def _shares(own: int, side: int) -> np.ndarray:
    """Which part of each new pixel's stretch each old one makes up, `[side, own]`; rows add up to one."""
    ends = np.arange(side + 1) * (own / side)
    pixels = np.arange(own)
    overlap = np.minimum(ends[1:, None], pixels + 1) - np.maximum(ends[:-1, None], pixels)
    return (np.maximum(overlap, 0) * (side / own)).astype(np.float32)

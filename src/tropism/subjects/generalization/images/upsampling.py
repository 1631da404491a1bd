"""Pictures made larger, by cubic interpolation."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def cubic_weights(own: int, side: int) -> Float[np.ndarray, "S O"]:
    """How much of each of `own` pixels in a row goes into each of `side`; rows add up to one.

    Middles of pixels are where they lie; beyond the rim the last pixel is repeated.

    Source: Keys (1981), "Cubic convolution interpolation for digital image processing", with a = −1/2.
    """
    middles = (np.arange(side) + 0.5) * own / side - 0.5
    found = np.zeros((side, own))
    for offset in range(-1, 3):
        place = np.floor(middles).astype(int) + offset
        np.add.at(found, (np.arange(side), np.clip(place, 0, own - 1)), _cubic(np.abs(middles - place)))
    return found


def upsampled(images: Float[np.ndarray, "N O O"], side: int) -> Float[np.ndarray, "N S S"]:
    """Pictures with `side` pixels a side, gray values as smooth as cubics are; a linear map of the pixels."""
    weights = cubic_weights(images.shape[1], side)
    return np.einsum("ri,nij,cj->nrc", weights, images, weights, optimize=True)


def _cubic(distance: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S"]:
    near = 1.5 * distance**3 - 2.5 * distance**2 + 1
    far = -0.5 * distance**3 + 2.5 * distance**2 - 4 * distance + 2
    return np.where(distance <= 1, near, np.where(distance < 2, far, 0.0))

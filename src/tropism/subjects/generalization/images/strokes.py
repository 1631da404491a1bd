"""Strokes of a pen with a soft rim, on a grid of pixels."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def inked(lines: Float[np.ndarray, "N P 2"], size: int, *, width: float = 1.2) -> Float[np.ndarray, "N S S"]:
    """How much ink each pixel has, in [0, 1], where pens went along some lines, from point to point.

    A pixel whose middle is at a distance d from the line has width / 2 + 1/2 − d, cut to [0, 1]: between inside and
    outside lies one pixel.

    Args:
        lines: Points (across, down) in pixels from the upper left corner; pens are never lifted, but may go back.
        size: Pixels along each side.
        width: Of the pen, in pixels.
    """
    down, across = np.indices((size, size)) + 0.5
    middles = np.stack([across, down], axis=-1).reshape(1, -1, 2)
    nearest = np.full((len(lines), size * size), np.inf)
    for one, other in zip(lines.swapaxes(0, 1)[:-1], lines.swapaxes(0, 1)[1:], strict=True):
        along, away = (other - one)[:, None], middles - one[:, None]
        length = np.maximum(np.square(along).sum(-1), 1e-12)
        share = np.clip((along * away).sum(-1) / length, 0, 1)
        nearest = np.minimum(nearest, np.square(away - share[..., None] * along).sum(-1))
    return np.clip(width / 2 + 0.5 - np.sqrt(nearest), 0, 1).reshape(-1, size, size)


def turned_points(points: Float[np.ndarray, "N P 2"], degrees: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N P 2"]:
    """Points (across, down), each row turned clockwise about the origin by its own angle."""
    radians = np.radians(degrees)
    cosine, sine = np.cos(radians), np.sin(radians)
    turn = np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], 1)
    return np.einsum("npi,nij->npj", points, turn)

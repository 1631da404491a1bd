"""How alike two colors are: the ground truth that a selective edit's damage is compared with."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tropism.errors import UnknownName
from tropism.subjects.color.conversion import rgb_to_hsv
from tropism.subjects.color.named import rgb_of

Mode = Literal["angular", "cosine"]


def hsv_similarity(a: ArrayLike, b: ArrayLike, *, mode: Mode = "angular", hemi: bool = True) -> NDArray[np.floating]:
    """How alike colors are, from 0 to 1, `[...]`; both are hue, saturation and value, `[..., 3]`, and broadcast.

    (r t + 1 − r)(1 − |Δs|)(1 − |Δv|), where t is the likeness of the hues alone and r = (s₁v₁ + s₂v₂) / 2, the mean
    vibrancy, says how much it matters: among grays the hue plays no part.

    Args:
        a: Colors.
        b: Other colors.
        mode: Whether t falls linearly with the angle between the hues, or as its cosine.
        hemi: Whether t reaches 0 at 90° and stays there; otherwise it reaches 0 at 180°.

    Source: `hsv_similarity` in z0u/ex-preppy; its paper (arXiv 2512.12469) uses the angular one with `hemi`.
    """
    (h1, s1, v1), (h2, s2, v2) = (np.moveaxis(np.asarray(each, dtype=float), -1, 0) for each in (a, b))
    apart = np.mod(np.abs(h1 - h2), 1.0)
    hue = _hue_likeness(2 * np.pi * np.minimum(apart, 1 - apart), mode, hemi)
    relevance = (s1 * v1 + s2 * v2) / 2
    return (relevance * hue + 1 - relevance) * (1 - np.abs(s1 - s2)) * (1 - np.abs(v1 - v2))


def similarity_to(
    concept: str | ArrayLike, colors: ArrayLike, *, mode: Mode = "angular", hemi: bool = True
) -> NDArray[np.floating]:
    """How alike RGB colors, `[..., 3]`, are to one color, given by its name or as RGB, `[3]`; `[...]`."""
    center = rgb_of(concept) if isinstance(concept, str) else np.asarray(concept, dtype=float)
    return hsv_similarity(rgb_to_hsv(center), rgb_to_hsv(np.asarray(colors, dtype=float)), mode=mode, hemi=hemi)


def _hue_likeness(angle: NDArray[np.floating], mode: str, hemi: bool) -> NDArray[np.floating]:
    if mode not in ("angular", "cosine"):
        raise UnknownName("mode", str(mode), ("angular", "cosine"), "hsv_similarity")
    if mode == "angular":
        return np.maximum(0.0, 1 - angle / (np.pi / 2)) if hemi else 1 - angle / np.pi
    return np.maximum(0.0, np.cos(angle)) if hemi else 0.5 + 0.5 * np.cos(angle)

"""Orientation: how strongly each channel answers to gratings by their angle, and how sharply it is tuned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble


def gratings(size: int, *, angles: int = 16, phases: int = 8, period: float = 4.0) -> Float[np.ndarray, "A P I"]:
    """Gratings of gray values in [0, 1], rows after rows: stripes at angles from 0° to 180°, clockwise from level.

    Args:
        size: Pixels along each side.
        angles: How many, evenly spaced; the first is 0°, stripes that lie level.
        phases: Through how many places the stripes are moved.
        period: From stripe to stripe, in pixels.
    """
    for name, number in (("size", size), ("angles", angles), ("phases", phases)):
        if number < 1:
            raise BadValue(f"gratings.{name}", number, "at least 1")
    down, across = np.indices((size, size)) - (size - 1) / 2
    slant = np.pi * np.arange(angles) / angles
    shift = 2 * np.pi * np.arange(phases) / phases
    beside = np.cos(slant)[:, None, None] * down - np.sin(slant)[:, None, None] * across
    waves = np.cos(2 * np.pi * beside[:, None] / period + shift[None, :, None, None])
    return ((1 + waves) / 2).reshape(angles, phases, -1).astype(np.float32)


def orientation_curves(
    ensemble: Ensemble, site: str, stimuli: Float[np.ndarray, "A P I"], *, rim: int = 1
) -> Float[np.ndarray, "E A D"]:
    """Each channel's mean answer to each angle, over phases and over positions off the picture's rim.

    Args:
        ensemble: Networks that see pictures.
        site: Where maps are; a site with positions in a square.
        stimuli: Pictures by angle and phase, such as `gratings`.
        rim: How many rows and columns of positions to leave out on each side, where filters look past the picture.

    Raises:
        UnknownName: No such site.
        DoesNotFit: A site without positions, or fewer positions than the rim takes.
    """
    known = ensemble.network.sites()
    if site not in known:
        raise UnknownName("site", site, known, "orientation_curves")
    angles, phases = stimuli.shape[:2]
    heard = ensemble.listen(stimuli.reshape(angles * phases, -1), (site,))[1][site]
    side = round(heard.shape[2] ** 0.5) if known[site].positions else 0
    if side <= 2 * rim or side * side != heard.shape[2]:
        raise DoesNotFit(f"orientation_curves: {site!r} has no square of positions wider than {2 * rim}.")
    maps = heard.reshape(len(ensemble), angles, phases, side, side, -1)
    return maps[:, :, :, rim : side - rim, rim : side - rim].mean(axis=(2, 3, 4), dtype=float)


def tuning_index(curves: Float[np.ndarray, "*E A D"]) -> Float[np.ndarray, "*E D"]:
    """How sharply each channel is tuned: |Σ r(θ) exp(2iθ)| / Σ r(θ), in [0, 1]; NaN for one that never answers.

    One that answers alike to all angles has 0, one that answers to a single angle 1. Fresh networks are not at 0, since
    a random filter has a direction, too: theirs is the level by chance.

    Source: Ringach, Shapley and Hawken (2002), J. Neurosci. 22, 5639: one less the circular variance.
    """
    angles = curves.shape[-2]
    turn = np.exp(2j * np.pi * np.arange(angles) / angles)[:, None]
    total = curves.sum(axis=-2)
    found = np.abs((curves * turn).sum(axis=-2))
    return np.divide(found, total, out=np.full(total.shape, np.nan), where=total > 1e-9)


def curve_correlation(
    one: Float[np.ndarray, "*E A D"], other: Float[np.ndarray, "*E A C"]
) -> Float[np.ndarray, "*E D C"]:
    """The correlation over angles of each channel's curve with each of another's; NaN for one that is flat.

    The diagonal says of each channel whether its tuning was kept; the rest is what other channels have in common.
    """
    units = []
    for curves in (one, other):
        centered = curves - curves.mean(axis=-2, keepdims=True)
        length = np.sqrt(np.square(centered).sum(axis=-2, keepdims=True))
        units.append(np.divide(centered, length, out=np.full(centered.shape, np.nan), where=length > 1e-9))
    return np.einsum("...ad,...ac->...dc", *units)

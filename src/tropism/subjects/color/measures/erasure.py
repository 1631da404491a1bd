"""Directions found after training: the difference of two means, and the least change that hides a label.

They are what an anchored direction competes with: networks trained without any anchor, a direction looked for in their
latents, and the same operators applied to it.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.color.labels import ColorLabel
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of
from tropism.subjects.color.measures.conditions import latents
from tropism.values import replaced

Bearing: TypeAlias = "ColorLabel | np.ndarray"
"""A label (as though its rate were 1), or how strongly each color bears the concept, `[n]`, from 0 to 1."""


class Eraser(NamedTuple):
    """An affine map a member: z ↦ matrix z + offset."""

    matrix: Float[np.ndarray, "E D D"]
    offset: Float[np.ndarray, "E D"]

    def apply(self, values: Float[np.ndarray, "E n D"]) -> Float[np.ndarray, "E n D"]:
        """Every member's values, erased."""
        return np.einsum("eij,enj->eni", self.matrix, values) + self.offset[:, None]


def direction_of_means(
    ensemble: Ensemble, label: Bearing, *, colors: ColorSet = "trained", site: str = "latent"
) -> Float[np.ndarray, "E D"]:
    """The unit direction from the mean of colors without the label to the mean of those with it, one a member.

    Colors that bear it in part count in both means by their part. A member whose means coincide gets the zero vector.
    """
    shown = colors_of(ensemble, colors)
    bearing, values = _bearing(label, shown), latents(ensemble, shown, site)
    apart = np.average(values, axis=1, weights=bearing) - np.average(values, axis=1, weights=1 - bearing)
    length = np.linalg.norm(apart, axis=-1, keepdims=True)
    return np.where(length > 1e-12, apart / np.where(length > 1e-12, length, 1.0), 0.0)


def leace(ensemble: Ensemble, label: Bearing, *, colors: ColorSet = "trained", site: str = "latent") -> Eraser:
    """The affine map that hides a label from every linear reader and moves latents least, one a member.

    With latents of mean μ and covariance Σ, W = Σ^(−1/2) on Σ's range, and u the unit vector along W cov(z, label), it
    is z ↦ z − W⁺ u uᵀ W (z − μ). Afterwards no direction correlates with the label, so a yes-or-no label has equal
    class means. A label that correlates with nothing leaves everything as it is.

    Source: Belrose et al. (2023), "LEACE: Perfect linear concept erasure in closed form", theorem 4.3.
    """
    shown = colors_of(ensemble, colors)
    bearing, values = _bearing(label, shown), latents(ensemble, shown, site)
    if not np.isfinite(values).all():
        raise DoesNotFit("leace: a member's latents are not finite; select those that did not diverge.")
    return Eraser(*(np.stack(each) for each in zip(*(_eraser(z, bearing) for z in values), strict=True)))


def _bearing(label: Bearing, colors: np.ndarray) -> Float[np.ndarray, "n"]:
    given = replaced(label, rate=1.0)(colors) if isinstance(label, ColorLabel) else label
    bearing = np.asarray(given, dtype=float)
    if bearing.shape != (len(colors),):
        raise BadValue("label", f"of shape {bearing.shape}", f"a label, or {len(colors)} numbers, one a color")
    if not (bearing.min() >= 0 and bearing.max() <= 1 and bearing.min() < bearing.max()):
        raise BadValue("label", f"from {bearing.min():g} to {bearing.max():g}", "from 0 to 1, and not all the same")
    return bearing


def _eraser(z: Float[np.ndarray, "n D"], label: Float[np.ndarray, "n"]) -> tuple[np.ndarray, np.ndarray]:
    mean = z.mean(0)
    sizes, axes = np.linalg.eigh(np.cov(z, rowvar=False, bias=True))
    kept = sizes > sizes.max() * 1e-10
    root, axes = np.sqrt(sizes[kept]), axes[:, kept]
    whiten, color = (axes / root) @ axes.T, (axes * root) @ axes.T
    shared = whiten @ ((z - mean).T @ (label - label.mean())) / len(z)
    size = np.linalg.norm(shared)
    along = shared / size if size > 1e-7 * label.std() else np.zeros_like(shared)
    taken = color @ np.outer(along, along) @ whiten
    return np.eye(z.shape[1]) - taken, taken @ mean

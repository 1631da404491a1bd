"""Least-squares concept erasure: the affine map that hides classes from every linear reader and moves values least."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from tropism.core import Ensemble
from tropism.errors import BadValue
from tropism.measures.examples import Examples, values_at
from tropism.measures.rewriting import AffineMaps


def least_squares_erasers(
    values: Float[np.ndarray, "E B F"],
    classes: Int[np.ndarray, "*E B"],
    *,
    shrinkage: float = 0.0,
    tolerance: float = 1e-7,
) -> AffineMaps:
    """The map z ↦ z − W⁺ U Uᵀ W (z − μ) a member, fitted to values and the class of each.

    μ and Σ are the values' mean and covariance, W = Σ^(−1/2) on Σ's range, and U spans the columns of W cov(z, one-hot
    class). Afterwards every class has the same mean, so on the fitted examples no least-squares reader of the classes
    beats a constant. What is taken has a rank of at most the number of classes less one; classes that nothing
    correlates with leave everything as it is. The matrix without the offset hides them as well, for readers that have
    no bias, but moves values by more. Members with values that are not finite get NaN.

    Args:
        shrinkage: How far Σ is drawn towards a multiple of the identity of the same trace, in [0, 1]: where examples
            are few for their width, the map moves other examples less. The classes are hidden all the same.
        tolerance: Correlations below it, as a share of a one-hot class's spread of at most 1/2, are rounding.

    Source: Belrose et al. (2023), "LEACE: Perfect linear concept erasure in closed form", arXiv 2306.03819, theorem
    4.3. Their library shrinks and drops singular values below .01 by default; here the default is exact.
    """
    if not 0 <= shrinkage <= 1:
        raise BadValue("shrinkage", shrinkage, "from 0 to 1")
    whole = np.asarray(values, np.float64)
    rows = np.broadcast_to(np.asarray(classes), whole.shape[:2])
    found = [_eraser(z, row, shrinkage, tolerance) for z, row in zip(whole, rows, strict=True)]
    return AffineMaps(*(np.stack(each) for each in zip(*found, strict=True)))


def leace(ensemble: Ensemble, site: str, examples: Examples, *, shrinkage: float = 0.0) -> AffineMaps:
    """Each member's `least_squares_erasers` at a site, fitted to its values there on some examples."""
    examples.check("leace", len(ensemble))
    values = values_at(ensemble, examples.inputs, (site,), apart=examples.apart)[site]
    return least_squares_erasers(values, examples.classes, shrinkage=shrinkage)


def _eraser(
    z: Float[np.ndarray, "B F"], classes: Int[np.ndarray, "B"], shrinkage: float, tolerance: float
) -> tuple[np.ndarray, np.ndarray]:
    width = z.shape[1]
    if not np.isfinite(z).all():
        return np.full((width, width), np.nan), np.full(width, np.nan)
    mean = z.mean(0)
    whiten, color = _whitening((z - mean).T @ (z - mean) / len(z), shrinkage)
    one_hot = np.eye(int(classes.max()) + 1)[classes]
    shared = whiten @ ((z - mean).T @ (one_hot - one_hot.mean(0)) / len(z))
    axes, sizes, _ = np.linalg.svd(shared, full_matrices=False)
    axes = axes[:, sizes > tolerance / 2]
    taken = color @ axes @ axes.T @ whiten
    return np.eye(width) - taken, taken @ mean


def _whitening(covariance: Float[np.ndarray, "F F"], shrinkage: float) -> tuple[np.ndarray, np.ndarray]:
    """Σ^(−1/2) and Σ^(1/2) on Σ's range."""
    width = len(covariance)
    drawn = (1 - shrinkage) * covariance + shrinkage * np.trace(covariance) / width * np.eye(width)
    sizes, axes = np.linalg.eigh(drawn)
    kept = sizes > max(sizes.max(), 0.0) * 1e-10
    root, axes = np.sqrt(sizes[kept]), axes[:, kept]
    return (axes / root) @ axes.T, (axes * root) @ axes.T

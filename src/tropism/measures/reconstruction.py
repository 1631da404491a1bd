"""How near values come that were rebuilt, as from codes or from a part of their dimensions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.errors import DoesNotFit
from tropism.measures._given import centered, numbers, ratio

_LEAST = 1e-8


class Reconstruction(NamedTuple):
    """How near values come that were rebuilt; a number a member.

    Attributes:
        explained: `explained_variance`.
        missed: 1 − explained: the squared error, over the variance.
        cosine: The mean cosine of a value with what was rebuilt, 0 where one of them has no direction.
        shrinkage: The mean of |x̂| / |x|, over values that are longer than 1e-6.
        bias: E|x̂|² / E[x·x̂], the relative bias; below 1, what was rebuilt is too short. NaN where the two
            do not point the same way on average.
    """

    explained: Float[np.ndarray, "*E"]
    missed: Float[np.ndarray, "*E"]
    cosine: Float[np.ndarray, "*E"]
    shrinkage: Float[np.ndarray, "*E"]
    bias: Float[np.ndarray, "*E"]


def explained_variance(
    values: Float[np.ndarray, "*E N D"], rebuilt: Float[np.ndarray, "*E N D"]
) -> Float[np.ndarray, "*E"]:
    """1 − Σ|x − x̂|² / Σ|x − x̄|², both sums over examples and dimensions together.

    It is not the mean of such ratios, and the mean x̄ is taken of every dimension. NaN where values never
    change, or are not finite.

    Raises:
        DoesNotFit: Values that do not belong together.
    """
    x, y = _pair(values, rebuilt, "explained_variance")
    total = np.square(centered(x)).sum(axis=(-2, -1))
    return 1 - ratio(np.square(x - y).sum(axis=(-2, -1)), total)


def reconstruction(values: Float[np.ndarray, "*E N D"], rebuilt: Float[np.ndarray, "*E N D"]) -> Reconstruction:
    """How near values come that were rebuilt, in five numbers; NaN where one is not finite.

    Raises:
        DoesNotFit: Values that do not belong together.

    Source: Rajamanoharan et al. (2024), arXiv 2404.16014, for shrinkage and the relative bias.
    """
    x, y = _pair(values, rebuilt, "reconstruction")
    explained = explained_variance(x, y)
    inner, long, short = (x * y).sum(-1), np.linalg.norm(x, axis=-1), np.linalg.norm(y, axis=-1)
    both = np.maximum(long, _LEAST) * np.maximum(short, _LEAST)
    kept = ~(long <= 1e-6)
    lengths = np.divide(short, long, out=np.zeros_like(short), where=kept)
    return Reconstruction(
        explained=explained,
        missed=1 - explained,
        cosine=(inner / both).mean(-1),
        shrinkage=ratio(lengths.sum(-1), kept.sum(-1)),
        bias=ratio(np.square(short).sum(-1), inner.sum(-1)),
    )


def _pair(values: np.ndarray, rebuilt: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Both as numbers, members beside members."""
    x, y = numbers(values, f"{where}'s values"), numbers(rebuilt, f"{where}'s rebuilt")
    try:
        shape = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    except ValueError:
        shape = None
    if shape is None or min(x.ndim, y.ndim) < 2 or x.shape[-2:] != y.shape[-2:] or not x.shape[-2]:
        raise DoesNotFit(f"{where}: values of shape {x.shape} do not go with rebuilt ones of {y.shape}.")
    return np.broadcast_to(x, shape + x.shape[-2:]), np.broadcast_to(y, shape + y.shape[-2:])

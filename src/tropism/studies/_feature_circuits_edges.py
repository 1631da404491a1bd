"""How sparse a table of weights is, which of its edges are strongest, and what is left where only these are kept."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

RANKINGS = ("weight", "weight × data", "on at both ends", "effect", "by lot")
"""By what edges are ranked; see `scores`."""
SHARE = 0.9
"""Of the energy, which some edges hold."""


class Heard(NamedTuple):
    """Weights between directions of two layers, and how much of each direction is in some examples.

    Attributes:
        weights: [D, G] from directions before the layer (rows) to those after it.
        codes: [N, D] amounts before it.
        heard: [N, G] amounts after it.
    """

    weights: Float[np.ndarray, "D G"]
    codes: Float[np.ndarray, "N D"]
    heard: Float[np.ndarray, "N G"]


def hoyer(weights: Float[np.ndarray, "D G"]) -> float:
    """(√n − Σ|w| / √Σw²) / (√n − 1) of n weights: 1 for a single one, 0 where all are alike; NaN where all are zero.

    Source: Hoyer (2004), "Non-negative matrix factorization with sparseness constraints".
    """
    length = float(np.sqrt((weights**2).sum()))
    root = math.sqrt(weights.size)
    return (root - float(np.abs(weights).sum()) / length) / (root - 1) if length else math.nan


def gini(weights: Float[np.ndarray, "D G"]) -> float:
    """The Gini coefficient of sizes: 0 where all are alike, near 1 where one has all.

    Source: Hurley and Rickard (2009), "Comparing measures of sparsity".
    """
    sizes, count = np.sort(np.abs(weights), axis=None), weights.size
    places = (count - np.arange(count) - 0.5) / count
    return float(1 - 2 * (sizes @ places) / sizes.sum()) if sizes.any() else math.nan


def edges_for(weights: Float[np.ndarray, "D G"], share: float = SHARE) -> int:
    """How many of the largest weights hold a share of the sum of squares."""
    energy = np.sort(weights**2, axis=None)[::-1].cumsum()
    return int(np.searchsorted(energy, share * energy[-1] * (1 - 1e-12)) + 1)


def scores(heard: Heard, ranking: str, lot: np.random.Generator | None) -> Float[np.ndarray, "D G"]:
    """How strong each edge is: by its weight, by what it carries, by what is worse without it, or by lot.

    `weight`: |w_ij|. `weight × data`: the mean of |f_i w_ij|. `on at both ends`: the same where the far end is on, and
    nothing elsewhere. `effect`: by how much the squared error of what is heard grows where the edge is taken out and
    all others stay, means taken off; negative where it does harm.
    """
    sizes = np.abs(heard.weights)
    if ranking == "weight":
        return sizes
    if ranking == "weight × data":
        return sizes * np.abs(heard.codes).mean(axis=0)[:, None]
    if ranking == "on at both ends":
        return sizes * (np.abs(heard.codes).T @ (np.abs(heard.heard) > 1e-9)) / len(heard.codes)
    if ranking == "effect":
        return effects(heard)
    assert lot is not None
    return lot.random(sizes.shape)


def effects(heard: Heard) -> Float[np.ndarray, "D G"]:
    """How much the squared error of what is heard grows without an edge: 2 w E[r f] + w² E[f²], where r is missed."""
    codes = heard.codes - heard.codes.mean(axis=0)
    missed = heard.heard - heard.heard.mean(axis=0) - codes @ heard.weights
    squares = (codes**2).mean(axis=0)[:, None]
    return 2 * heard.weights * (codes.T @ missed) / len(codes) + heard.weights**2 * squares


def strongest(strength: Float[np.ndarray, "D G"], per_feature: float) -> Bool[np.ndarray, "D G"]:
    """The strongest edges, so many per row on average; of equal ones the first."""
    count = round(per_feature * len(strength))
    chosen = np.zeros(strength.size, bool)
    chosen[np.argsort(-strength, axis=None, kind="stable")[:count]] = True
    return chosen.reshape(strength.shape)


def left(fitted: Heard, scored: Heard, kept: Bool[np.ndarray, "D G"]) -> tuple[float, Float[np.ndarray, "N G"]]:
    """The share of what is heard that kept edges do not explain, and what they say of each example.

    Their weights are fitted anew by least squares; edges are judged by where they lead, not by how strong they were.
    """
    means = fitted.codes.mean(axis=0), fitted.heard.mean(axis=0)
    codes, wanted = fitted.codes - means[0], fitted.heard - means[1]
    inner, reach = codes.T @ codes, codes.T @ wanted
    weights = np.zeros(kept.shape)
    for place in range(kept.shape[1]):
        rows = np.flatnonzero(kept[:, place])
        if len(rows):
            weights[rows, place] = np.linalg.lstsq(inner[np.ix_(rows, rows)], reach[rows, place], rcond=None)[0]
    said = (scored.codes - means[0]) @ weights + means[1]
    spread = ((scored.heard - scored.heard.mean(axis=0)) ** 2).sum()
    return float(((scored.heard - said) ** 2).sum() / spread), said

"""How alike two networks' values are, and how far their weights moved."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


def gram(values: Float[np.ndarray, "B F"]) -> Float[np.ndarray, "B B"]:
    """Inner products of examples' values about their mean, of length 1 as a whole."""
    centered = values.astype(np.float64) - values.mean(axis=0, dtype=np.float64)
    products = centered @ centered.T
    return products / np.linalg.norm(products)


def linear_cka(one: Float[np.ndarray, "B F"], other: Float[np.ndarray, "B G"]) -> float:
    """Linear centered kernel alignment of two networks' values on the same examples, in [0, 1].

    ‖YᵀX‖² / (‖XᵀX‖ ‖YᵀY‖) of values about their means. It is 1 where one is the other turned and scaled as a whole.

    Source: Kornblith et al. (2019), "Similarity of Neural Network Representations Revisited".
    """
    return float((gram(one) * gram(other)).sum())


def moved(before: Float[np.ndarray, "E ..."], after: Float[np.ndarray, "E ..."]) -> Float[np.ndarray, "E"]:
    """How far each network's weights went, as part of their length before: ‖Δ‖ / ‖W‖."""
    start, end = (each.reshape(len(each), -1).astype(np.float64) for each in (before, after))
    return np.linalg.norm(end - start, axis=1) / np.linalg.norm(start, axis=1)

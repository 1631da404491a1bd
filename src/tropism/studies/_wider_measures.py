"""How a narrow layer's components lie in a wide one's, how many are real, and in which order they matter."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.measures import subspace_overlap
from tropism.studies._retrain_parts import correlated

ALIKE = 0.9
"""A component is another network's where their scores correlate by more than this."""
SHUFFLES = 20


class Nested(NamedTuple):
    """How much of a narrow layer's first components another layer's hold.

    Attributes:
        contained: Of the first t's space of scores, how much lies in the other's first t's: mean squared cosine.
        within_twice: The same in the other's first 2t's.
        nested: The share of the first t that are one of the other's first t.
        anywhere: The share that are one of all the other's that were looked at.
        novelty: The share of the other's first t that are none of all that were looked at here.
    """

    contained: float
    within_twice: float
    nested: float
    anywhere: float
    novelty: float


def nested(one: Float[np.ndarray, "K M"], other: Float[np.ndarray, "L M"], first: int) -> Nested:
    """Components' scores compared, the most variance first."""
    a, b = (each - each.mean(axis=1, keepdims=True) for each in (one, other))
    found = correlated(one, other) > ALIKE
    return Nested(
        subspace_overlap(a[:first], b[:first]),
        subspace_overlap(a[:first], b[: 2 * first]),
        float(found[:first, :first].any(axis=1).mean()),
        float(found[:first].any(axis=1).mean()),
        1 - float(found[:, :first].any(axis=0).mean()),
    )


def real_components(values: Float[np.ndarray, "M D"], seed: int = 0) -> int:
    """How many first components have more variance than those of the same neurons, each shuffled by itself.

    The k-th counts while it is above the 95 % quantile of the k-th of shuffled values.

    Source: Horn (1965), "A rationale and test for the number of factors in factor analysis"; quantiles as Glorfeld
    (1995) has them.
    """
    random, own = np.random.default_rng(seed), _variances(values)
    shuffled = [_variances(random.permuted(values, axis=0)) for _ in range(SHUFFLES)]
    above = own > np.quantile(shuffled, 0.95, axis=0)
    return int(above.argmin()) if not above.all() else len(above)


def agreement(one: Float[np.ndarray, "K"], other: Float[np.ndarray, "K"]) -> float:
    """Kendall's τ of two orders."""
    from scipy.stats import kendalltau

    return float(kendalltau(one, other)[0])  # type: ignore[arg-type]


def _variances(values: Float[np.ndarray, "M D"]) -> Float[np.ndarray, "D"]:
    return np.linalg.eigvalsh(np.cov(np.asarray(values, float), rowvar=False))[::-1]

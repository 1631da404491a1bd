"""Clusters of directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.baselines import examples_somewhere
from tropism.dictionaries.dictionary import Dictionary, Method


@dataclass(frozen=True)
class SphericalKMeans(Method):
    """Directions about which examples cluster: each example goes to the atom of the largest cosine.

    Each atom is the mean direction of its examples, and one that has none becomes the example that fits worst. It
    finds features where one is active at a time. It begins with examples drawn one after another, by how far each is
    from those before. Examples that are zero count for nothing.

    Attributes:
        rounds: Assignments at most.
        centered: Whether directions are taken from the mean, rather than from zero.

    Source: Dhillon and Modha (2001), "Concept decompositions for large sparse text data using clustering";
    Arthur and Vassilvitskii (2007), "k-means++", for how it begins.
    """

    rounds: int = 200
    centered: bool = False

    def check(self) -> None:
        super().check()
        self._at_least("rounds", 1)

    @property
    def takes_mean_off(self) -> bool:
        return self.centered

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        points = _to_the_sphere(examples_somewhere(x, self.num_atoms, "SphericalKMeans"))
        centers, whose = _far_apart(points, self.num_atoms, np.random.default_rng(seed)), None
        for _ in range(self.rounds):
            cosines = points @ centers.T
            nearest = cosines.argmax(axis=1)
            if whose is not None and np.array_equal(nearest, whose):
                return Dictionary.of(centers, signed=True)
            whose = nearest
            members = np.equal.outer(np.arange(self.num_atoms), whose).astype(float)
            centers = members @ points
            empty = np.flatnonzero(members.sum(axis=1) == 0)
            centers[empty] = points[np.argsort(cosines.max(axis=1), kind="stable")[: len(empty)]]
            centers = _to_the_sphere(centers)
        return Dictionary.of(centers, signed=True, settled=False)


def _far_apart(points: np.ndarray, count: int, random: np.random.Generator) -> np.ndarray:
    """Some of the points, each drawn with a chance that grows with its squared distance to the nearest before it."""
    chosen = [int(random.integers(len(points)))]
    distance = np.full(len(points), np.inf)
    while len(chosen) < count:
        distance = np.minimum(distance, np.maximum(1 - points @ points[chosen[-1]], 0))
        distance[chosen] = 0
        total = distance.sum()
        free = np.isin(np.arange(len(points)), chosen, invert=True)  # where all others coincide with one chosen
        chosen.append(int(random.choice(len(points), p=distance / total if total > 0 else free / free.sum())))
    return points[chosen]


def _to_the_sphere(rows: np.ndarray) -> np.ndarray:
    """Rows of length one, or zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)

"""Neurons of networks that compute magnitudes, read from their weights; nothing depends on how a neuron is scaled.

A neuron's input weights times c and its output weights over c compute the same, so only products of the two, and ratios
within one, are looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

HEARD = 0.3
"""A neuron hears a feature if the weight is more than this share of its strongest."""


class Motif(NamedTuple):
    """One neuron that serves two features unequally.

    Attributes:
        neuron: Which.
        loud: The feature with the large input weight and the small output weight.
        quiet: The feature with the small input weight and the large output weight.
        spill: What a loud feature of size 1 adds to the quiet one's output.
        inhibition: How much of it other neurons take away, those that the same sign of the loud feature excites.
    """

    neuron: int
    loud: int
    quiet: int
    spill: float
    inhibition: float

    @property
    def inhibited(self) -> bool:
        """Whether at least half of the spill is taken away."""
        return self.inhibition >= 0.5 * self.spill


def hearing(inputs: Float[np.ndarray, "K N"]) -> Bool[np.ndarray, "K N"]:
    """Which features each neuron hears; none for a neuron whose weights are all zero."""
    sizes = np.abs(np.asarray(inputs, float))
    return sizes > HEARD * sizes.max(axis=1, keepdims=True)


def given_back(
    inputs: Float[np.ndarray, "K N"], outputs: Float[np.ndarray, "N K"], bias: Float[np.ndarray, "N"]
) -> Float[np.ndarray, "2 N"]:
    """What comes out of each feature alone, at +1 and at −1; 1 would be right."""
    halves = [(np.maximum(sign * inputs, 0) * outputs.T).sum(axis=0) + bias for sign in (1, -1)]
    return np.maximum(np.stack(halves), 0)


def is_exact(inputs: Float[np.ndarray, "K N"]) -> bool:
    """Whether every feature has two neurons of its own, one for each sign, and no neuron is left over."""
    heard = hearing(inputs)
    if not (heard.sum(axis=1) == 1).all():
        return False
    positive, negative = (heard & (inputs > 0)).sum(axis=0), (heard & (inputs < 0)).sum(axis=0)
    return bool((positive == 1).all() and (negative == 1).all())


def motifs(
    inputs: Float[np.ndarray, "K N"], outputs: Float[np.ndarray, "N K"], *, least: float = 0.5, unlike: float = 2.0
) -> list[Motif]:
    """Neurons that serve two features by unlike weights, such as inputs (2, −½) with outputs (½, 2).

    Both features get between `least` and 1/`least` of themselves from the neuron, input times output; the loud one's
    input weight is at least `unlike` times the quiet one's, and its output weight at most 1/`unlike` of it.

    Source: Elhage et al. (2022), "Toy Models of Superposition", on asymmetric superposition.
    """
    weights, reads = np.asarray(inputs, float), np.asarray(outputs, float).T
    gains = np.abs(weights) * reads
    found = []
    for neuron in range(len(weights)):
        served = np.flatnonzero((gains[neuron] >= least) & (gains[neuron] <= 1 / least))
        size, read = np.abs(weights[neuron]), reads[neuron]
        for loud in served.tolist():
            for quiet in served.tolist():
                if size[loud] >= unlike * size[quiet] and read[quiet] >= unlike * read[loud]:
                    taken = _taken(weights, reads, neuron, loud, quiet)
                    found.append(Motif(neuron, loud, quiet, float(size[loud] * read[quiet]), taken))
    return found


def _taken(weights: np.ndarray, reads: np.ndarray, neuron: int, loud: int, quiet: int) -> float:
    """What other neurons take from the quiet feature's output when the loud one is on, at ±1."""
    sign = np.sign(weights[neuron, loud])
    excited = np.maximum(sign * weights[:, loud], 0)
    excited[neuron] = 0
    return float(-(excited * np.minimum(reads[:, quiet], 0)).sum())

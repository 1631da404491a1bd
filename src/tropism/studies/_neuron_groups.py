"""Which features stand in which neurons, and which neurons share."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

IN = 0.3
"""A feature is in a neuron that it alone, at 1, makes active by more than this."""

GIVEN_BACK = 0.5
"""A feature is represented if, alone and at 1, more than this of it is given back beyond what comes out of nothing."""


class Groups(NamedTuple):
    """How represented features are spread over neurons.

    Attributes:
        represented: How many features are.
        shared_neurons: Neurons that are not one feature's alone: those in a group with two features or two neurons.
        shared_features: Represented features in such groups.
        pairs: Represented features that stand in exactly two neurons.
    """

    represented: int
    shared_neurons: int
    shared_features: int
    pairs: int


def groups_of(weight: Float[np.ndarray, "D N"], bias: Float[np.ndarray, "N"]) -> Groups:
    """The groups of a tied network with a ReLU at its hidden layer, ReLU(Wᵀ ReLU(Wx) + b).

    Features and neurons are joined where the feature is in the neuron; a group is what hangs together. A neuron that no
    represented feature is in is in no group. A feature that a network ignores has an output that is its mean, 1/2 where
    features are always on; that is no answer, so the output at nothing, ReLU(b), is taken off what is given back.
    """
    weight = np.asarray(weight, float)
    back = np.maximum((np.maximum(weight, 0) ** 2).sum(axis=0) + bias, 0) - np.maximum(bias, 0)
    shown = back > GIVEN_BACK
    inside = (weight > IN) & shown
    label = _labels(inside)
    neurons = features = 0
    for group in set(label[inside.any(axis=1)].tolist()):
        members = label == group
        held = inside[members].any(axis=0).sum()
        if members.sum() > 1 or held > 1:
            neurons, features = neurons + int(members.sum()), features + int(held)
    pairs = int((inside.sum(axis=0) == 2).sum())
    return Groups(int(shown.sum()), neurons, features, pairs)


def in_order(weight: Float[np.ndarray, "D N"]) -> np.ndarray:
    """The neurons' rows, those of few features first, then by the feature that moves each most."""
    size = np.maximum(np.asarray(weight, float), 0)
    many = (size > IN).sum(axis=1)
    return np.lexsort((size.argmax(axis=1), many > 1))


def _labels(inside: Bool[np.ndarray, "D N"]) -> np.ndarray:
    """A number for each neuron, the same for those that share a feature, directly or by others."""
    label = np.arange(len(inside))
    for _ in label:
        for feature in inside.T:
            if feature.any():
                met = np.isin(label, label[feature])
                label[met] = label[feature].min()
    return label

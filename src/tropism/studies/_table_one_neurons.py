"""What the hidden neurons of a network answer to each feature alone, straight from its weights.

The measure `monosemanticity` says the same by running whole networks; it is the oracle, and this is a quarter as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.core.ensemble import Ensemble
from tropism.networks import TwoLayer
from tropism.subjects.superposition.measures.neurons import THRESHOLD, scores
from tropism.subjects.superposition.measures.probes import task_of, worlds

CELLS = 128
"""Of a picture of activations, upward and across."""

COUNTED: Mapping[str, str] = MappingProxyType(
    {
        "share": "monosemantic neurons per feature, the published ratio; mean over seeds",
        "share_std": "its standard deviation over seeds",
        "covered": "share of features with at least one monosemantic neuron",
        "covered_std": "its standard deviation over seeds",
        "duplicates": "monosemantic neurons beyond one a feature, per feature",
        "dead": "share of neurons that answer to no feature alone",
        "bias": "mean bias",
    }
)
"""What a report's reader is told of the columns that hold such counts."""


@dataclass(frozen=True)
class Neurons:
    """The hidden neurons of one network.

    Attributes:
        score: Largest answer over the sum of all, `[K]`.
        favorite: The feature each answers to most, `[K]`.
        alive: Whether it answers to anything, `[K]`.
        bias: `[K]`.
    """

    score: Float[np.ndarray, "K"]
    favorite: Int[np.ndarray, "K"]
    alive: Bool[np.ndarray, "K"]
    bias: Float[np.ndarray, "K"]

    @property
    def mono(self) -> Bool[np.ndarray, "K"]:
        """Which are monosemantic."""
        return self.score > THRESHOLD

    def counts(self, features: int) -> dict[str, float]:
        """How many are what, as shares: of features, and of neurons."""
        mono, width = self.mono, len(self.score)
        rest = self.alive & ~mono
        covered = len(np.unique(self.favorite[mono]))
        return {
            "share": float(mono.sum()) / features,
            "covered": covered / features,
            "duplicates": (float(mono.sum()) - covered) / features,
            "mono": float(mono.sum()) / width,
            "dead": float((~self.alive).sum()) / width,
            "polysemantic": float(rest.sum()) / width,
            "bias": float(self.bias.mean()),
            "bias_mono": float(self.bias[mono].mean()) if mono.any() else np.nan,
            "bias_polysemantic": float(self.bias[rest].mean()) if rest.any() else np.nan,
        }


class Worlds:
    """Directions of features, made once for each kind of world."""

    def __init__(self) -> None:
        self._made: dict[tuple[object, ...], Mapping[str, np.ndarray]] = {}

    def of(self, ensemble: Ensemble) -> Mapping[str, Float[np.ndarray, "E N M"]]:
        """Each member's, by its seed; `wanted` too, where there are such."""
        task = task_of(ensemble)
        seeds = tuple(dict.fromkeys(each.seed for each in ensemble.members))
        kind = (task.features, task.width, task.aim == "re-projector", seeds)
        if kind not in self._made:
            firsts = [next(r for r, m in enumerate(ensemble.members) if m.seed == seed) for seed in seeds]
            self._made[kind] = worlds(ensemble.select(firsts))
        places = [seeds.index(each.seed) for each in ensemble.members]
        return {name: made[places] for name, made in self._made[kind].items()}


def answers(
    ensemble: Ensemble,
    row: int,
    probes: Float[np.ndarray, "P M"],
    *,
    params: Mapping[str, np.ndarray] | None = None,
) -> Float[np.ndarray, "K P"]:
    """The hidden values of one network: neurons in rows, probes in columns."""
    held, network = ensemble.params if params is None else params, ensemble.network
    assert isinstance(network, TwoLayer)
    before = held["hidden.weight"][row] @ probes.T + held["hidden.bias"][row][:, None]
    if network.activation == "gelu":
        from scipy.special import ndtr

        return (before * ndtr(before)).astype(np.float32)
    assert network.activation == "relu", network.activation
    return np.maximum(before, 0)


def both_signs(ensemble: Ensemble) -> bool:
    """Whether features are asked at +1 and at −1."""
    return task_of(ensemble).aim == "abs"


def neurons(
    ensemble: Ensemble,
    row: int,
    directions: Float[np.ndarray, "N M"],
    *,
    params: Mapping[str, np.ndarray] | None = None,
) -> Neurons:
    """The neurons of one network, or of what it was at a snapshot whose parameters are given."""
    probes = np.concatenate([directions, -directions]) if both_signs(ensemble) else directions
    sizes = np.abs(answers(ensemble, row, probes, params=params))
    bias = (ensemble.params if params is None else params)["hidden.bias"][row]
    return Neurons(scores(sizes), sizes.argmax(axis=1) % len(directions), sizes.max(axis=1) > 0, bias)


def map_of(ensemble: Ensemble, row: int, probes: Float[np.ndarray, "N M"]) -> Float[np.ndarray, "K N"]:
    """How strongly each neuron answers to each probe; the larger of the answers to it and to its negative for `abs`."""
    found = np.abs(answers(ensemble, row, probes))
    return np.maximum(found, np.abs(answers(ensemble, row, -probes))) if both_signs(ensemble) else found


def order_of(sizes: Float[np.ndarray, "K N"]) -> tuple[Int[np.ndarray, "K"], Int[np.ndarray, "N"]]:
    """Neurons by falling ratio of their largest answer to their mean, and features by the neuron they excite most.

    Source: the plots of adamjermyn/toy_model_interpretability.
    """
    down = np.argsort(-(sizes.max(axis=1) / (1e-10 + sizes.mean(axis=1))), kind="stable")
    return down, np.argsort(sizes[down].argmax(axis=0), kind="stable")


def picture_of(
    sizes: Float[np.ndarray, "K N"], order: tuple[Int[np.ndarray, "K"], Int[np.ndarray, "N"]] | None = None
) -> Float[np.ndarray, "Y X"]:
    """A picture of answers, neurons downward and features to the right, sorted (usually by `order_of`) and pooled."""
    down, across = order or order_of(sizes)
    return np.round(pooled(sizes[np.ix_(down, across)], CELLS), 3)


def kinds_of(mono: Bool[np.ndarray, "*E K"], alive: Bool[np.ndarray, "*E K"]) -> np.ndarray:
    """What each neuron is, in a word: monosemantic, polysemantic or dead."""
    return np.where(mono, "monosemantic", np.where(alive, "polysemantic", "dead"))


def by_score(score: Float[np.ndarray, "K"], bias: Float[np.ndarray, "K"]) -> Int[np.ndarray, "K"]:
    """Neurons by falling score, monosemantic ones first and dead ones last; of one score, by falling bias."""
    return np.lexsort((-bias, -score))


def pooled(sizes: Float[np.ndarray, "K N"], most: int) -> Float[np.ndarray, "Y X"]:
    """A smaller picture, at most `most` cells high and wide, each the largest of what it stands for."""
    for axis in (0, 1):
        count = sizes.shape[axis]
        if count > most:
            starts = np.linspace(0, count, most + 1).astype(int)[:-1]
            sizes = np.maximum.reduceat(sizes, starts, axis=axis)
    return sizes

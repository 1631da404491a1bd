"""Who stands on the leaderboard: dictionaries that are trained, methods that are fitted, and controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeAlias

from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.sweep import Setting, grid
from tropism.dictionaries import (
    KSVD,
    BatchTopKCode,
    CodeNorm,
    DataDirections,
    GatedCode,
    GateError,
    GateNorm,
    HybridCode,
    IndependentComponents,
    JumpReLUCode,
    Method,
    Nested,
    OnlineDictionary,
    PrincipalComponents,
    RandomDirections,
    ReLUCode,
    SingularVectors,
    SphericalKMeans,
    StepL0,
    TopKCode,
)
from tropism.optimizers import CoolDown
from tropism.subjects.features import KnownFeatures
from tropism.subjects.features.recipes import dictionary


@dataclass(frozen=True)
class Ask:
    """What a method is told of a data set: its width, how many features it has, and how many of them are on.

    Attributes:
        task: The data; its directions are nobody's to look at.
        features: How many features there are.
        active: How many are on in an example on average, rounded.
        steps: How long what is trained may be trained.
    """

    task: KnownFeatures
    features: int
    active: int
    steps: int = 3000

    @property
    def width(self) -> int:
        """Dimensions of the data."""
        return self.task.width


Entry: TypeAlias = "Callable[[Ask], Method | Experiment]"
"""What an entry answers: a method that is fitted to examples, or an experiment that trains a `SparseAutoencoder`."""

RATE = 2e-3
"""The rate of the recipe by which all others are trained."""


def _sparse(asked: Ask, code: object, **words: object) -> Experiment:
    latents = words.pop("latents", 2 * asked.features)
    return dictionary(asked.task, latents, code, steps=asked.steps, **words)  # type: ignore[arg-type]


def _hybrid(asked: Ask) -> Experiment:
    code = HybridCode(dense=4, sparse=TopKCode(k=asked.active))
    return _sparse(asked, code, latents=2 * asked.features + 4)


def _frozen(asked: Ask) -> Experiment:
    """A dictionary whose directions stay random while all else learns."""
    trained = _sparse(asked, TopKCode(k=asked.active))
    held = Adam(lr=RATE, pace=CoolDown())  # their length stays one by itself
    return replace(trained, trainable=("encoder.*", "output.bias"), optimizer=held)


TRAINED: Mapping[str, Entry] = MappingProxyType(
    {
        "TopK": lambda asked: _sparse(asked, TopKCode(k=asked.active)),
        "BatchTopK": lambda asked: _sparse(asked, BatchTopKCode(k=asked.active)),
        "JumpReLU": lambda asked: _sparse(asked, JumpReLUCode(), terms=(StepL0(weight=1.0, target=asked.active),)),
        "L1": lambda asked: _sparse(asked, ReLUCode(), terms=(CodeNorm(weight=0.15),)),
        "Gated": lambda asked: _sparse(asked, GatedCode(), terms=(GateNorm(weight=0.15), GateError())),
        "Matryoshka": lambda asked: _sparse(
            asked, TopKCode(k=asked.active), terms=(Nested(widths=(asked.features // 2, asked.features)),)
        ),
        "TopK, 4 free": _hybrid,
        "TopK, frozen directions": _frozen,
    }
)
"""Trained by gradients on fresh examples at every step, twice as wide as there are features."""

PRICED: Mapping[str, tuple[Setting, ...]] = MappingProxyType(
    {"L1": grid(code_norm=(0.15, 0.3, 0.6, 1.2)), "Gated": grid(gate_norm=(0.3, 0.6, 1.2, 2.4))}
)
"""Whose price has a weight, the right one of which depends on the data: all that are trained, to choose one of."""

FITTED: Mapping[str, Entry] = MappingProxyType(
    {
        "online dictionary": lambda asked: OnlineDictionary(asked.features),
        "online dictionary, twice as wide": lambda asked: OnlineDictionary(2 * asked.features),
        "K-SVD": lambda asked: KSVD(asked.features, active=asked.active),
        "K-SVD, twice as wide": lambda asked: KSVD(2 * asked.features, active=asked.active),
        "spherical k-means": lambda asked: SphericalKMeans(asked.features),
        "ICA": lambda asked: IndependentComponents(asked.width),
        "PCA": lambda asked: PrincipalComponents(asked.width),
        "SVD": lambda asked: SingularVectors(asked.width),
        "random directions": lambda asked: RandomDirections(2 * asked.features),
        "examples as directions": lambda asked: DataDirections(2 * asked.features),
    }
)
"""Fitted to a sample."""

CONTROLS = ("TopK, frozen directions", "random directions", "examples as directions")
"""Which learn no directions: what is no better has found nothing."""

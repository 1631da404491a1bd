"""What the study `narrow-methods` looks at: kinds of data whose eight features are known, and the methods that look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import (
    IndependentComponents,
    Method,
    NonNegativeFactors,
    PrincipalComponents,
    RotatedComponents,
    SingularVectors,
)
from tropism.subjects.features import (
    Always,
    Coins,
    Gaussian,
    Graded,
    HalfNormal,
    KnownFeatures,
    Laplace,
    NonNegative,
    Orthonormal,
    Population,
    RandomRows,
)

if TYPE_CHECKING:
    from tropism.core.member import Seed

WIDTH, FEATURES, NOISE, MEAN = 32, 8, 0.02, 3.0
RAMP = (2.0, 0.6)
"""Deviations of the first feature and of the last, where variances are distinct; they are 1 where they are equal."""
FRAMES = MappingProxyType({"orthonormal": Orthonormal(), "oblique": RandomRows(), "non-negative": NonNegative()})
VARIANCES = ("distinct", "equal")
LAWS = ("Gaussian", "Laplace", "sparse")
MEANS = MappingProxyType({"none": 0.0, "large": MEAN})


@dataclass(frozen=True)
class Scale:
    """How much is asked.

    Attributes:
        seeds: Whose luck.
        examples: Of how many each fit is made; as many others are scored.
        private: Deviations of what two layers do not share.
        turns: Draws behind a chance level.
        shuffles: Draws behind a null of shuffled rows.
        ranks: Numbers of components that are compared with all eight.
        rounds: Turns that independent components have; where they do not come to rest it is counted.
        kinds: Of weaker features, which the strongest components leave; without any it is not asked.
        few: Whether methods of which nothing is claimed, quartimax and K-SVD, are left out.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    examples: int = 6000
    private: tuple[float, ...] = (0.1, 0.5, 1.0, 3.0, 10.0)
    turns: int = 50
    shuffles: int = 10
    ranks: tuple[int, ...] = (2, 4, 6)
    rounds: int = 400
    kinds: tuple[str, ...] = ("eight, Gaussian", "eight, Laplace", "forty-eight, sparse")
    few: bool = False


WHOLE = Scale()
QUICK = Scale(
    seeds=(0, 1),
    examples=3000,
    private=(0.5, 1.0, 3.0, 10.0),
    turns=4,
    shuffles=4,
    ranks=(2, 4),
    rounds=40,
    kinds=(),
    few=True,
)


@dataclass(frozen=True)
class Regime:
    """One kind of data: eight features in 32 dimensions.

    Attributes:
        frame: `orthonormal`, `oblique` (any directions) or `non-negative`.
        variances: `distinct` or `equal`.
        law: `Gaussian`, `Laplace` or `sparse`: half-normal, each on in three examples of ten whatever the others do.
        mean: `none`, or `large`: a vector of length 3 in any direction is added. Sparse features have a mean anyway.
    """

    frame: str
    variances: str
    law: str
    mean: str = "none"

    def task(self, length: float | None = None) -> KnownFeatures:
        """Its data; with another length of what is added, if one is given."""
        first, last = RAMP if self.variances == "distinct" else (1.0, 1.0)
        plain = {"Gaussian": Gaussian(), "Laplace": Laplace(), "sparse": HalfNormal()}[self.law]
        kind = Population(
            features=FEATURES,
            support=Coins(0.3 * FEATURES) if self.law == "sparse" else Always(),
            magnitudes=Graded(plain, first, last),
            frame=FRAMES[self.frame],
        )
        offset = MEANS[self.mean] if length is None else length
        return KnownFeatures(width=WIDTH, populations=(kind,), noise=NOISE, offset=offset)

    def words(self) -> dict[str, str]:
        """Its columns in a table."""
        return {"frame": self.frame, "variances": self.variances, "law": self.law, "mean": self.mean}


class Data(NamedTuple):
    """Examples of a regime, of which half is fitted and half is scored.

    Attributes:
        fitted: [N, 32] what methods see.
        scored: [N, 32] what they do not see.
        codes: [N, 8] what features were in the latter.
        rows: [8, 32] the features' directions.
    """

    fitted: Float[np.ndarray, "N D"]
    scored: Float[np.ndarray, "N D"]
    codes: Float[np.ndarray, "N G"]
    rows: Float[np.ndarray, "G D"]


def regimes() -> Iterator[Regime]:
    """All kinds of data: two frames × variances × laws × means, and two of which no number is negative."""
    for mean in MEANS:
        for frame in ("orthonormal", "oblique"):
            for variances in VARIANCES:
                for law in LAWS:
                    yield Regime(frame, variances, law, mean)
    for variances in VARIANCES:
        yield Regime("non-negative", variances, "sparse")


def data_of(regime: Regime, seed: Seed, examples: int, length: float | None = None) -> Data:
    """Two halves of a draw; of non-negative data what a ReLU lets through, which takes a little noise away."""
    from tropism.subjects.features.truth import sample, truth

    task = regime.task(length)
    drawn = sample(task, seed, 2 * examples)
    x = drawn.x.astype(float)
    x = np.maximum(x, 0) if regime.frame == "non-negative" else x
    rows = truth(task, [seed]).rows[0].astype(float)
    return Data(x[:examples], x[examples:], drawn.z[examples:].astype(float), rows)


def methods(scale: Scale, *, negative: bool = True) -> Mapping[str, Method]:
    """The narrow methods by name; non-negative factors only where no number is negative."""
    found: dict[str, Method] = {
        "PCA": PrincipalComponents(FEATURES),
        "SVD": SingularVectors(FEATURES),
        "ICA": IndependentComponents(FEATURES, rounds=scale.rounds),
        "varimax": RotatedComponents(FEATURES),
        "varimax of loadings": RotatedComponents(FEATURES, simple="loadings"),
    }
    if not scale.few:
        found["quartimax of loadings"] = RotatedComponents(FEATURES, "quartimax", simple="loadings")
    return found if negative else found | {"NMF": NonNegativeFactors(FEATURES)}

"""What the study `narrow-methods` measures in the subspace that the strongest components leave: which way to look.

Four strong features at right angles are found by PCA and taken off. What is left has features of equal variances, whose
directions PCA cannot choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import (
    IndependentComponents,
    Method,
    OnlineDictionary,
    PrincipalComponents,
    RotatedComponents,
)
from tropism.measures import recovery
from tropism.studies._narrow_data import NOISE, WIDTH, Scale
from tropism.studies._narrow_layers import lot
from tropism.studies._narrow_tables import turn, whitened
from tropism.subjects.features import (
    Always,
    Exactly,
    Gaussian,
    HalfNormal,
    KnownFeatures,
    Laplace,
    Orthonormal,
    Population,
    RandomRows,
)

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

STRONG = Population(name="strong", features=4, support=Always(), magnitudes=Gaussian(4.0, 2.5), frame=Orthonormal())
REST: Mapping[str, Population] = MappingProxyType(
    {
        "eight, Gaussian": Population(features=8, support=Always(), magnitudes=Gaussian(), frame=RandomRows()),
        "eight, Laplace": Population(features=8, support=Always(), magnitudes=Laplace(), frame=RandomRows()),
        "forty-eight, sparse": Population(features=48, support=Exactly(3), magnitudes=HalfNormal(), frame=RandomRows()),
    }
)
"""The weaker features, in any directions and of equal variances; of sparse ones three are on at a time."""
UNLIKE = (0.98, 0.5)
"""How the neighboring layer's features correlate with this one's: the first's and the last's, in even steps."""
ALIKE = 0.8
OWN, LOUD = 4, 3.0
"""Dimensions that the neighboring layer has of its own, and their deviation."""


class Left(NamedTuple):
    """What is left when the strongest components are taken off.

    Attributes:
        x: [N, 32] activations about their mean, without their four strongest components.
        whole: [N, 32] the same with them.
        codes: [N, G] what the weaker features were.
        rows: [G, 32] what their directions have in the subspace that is left.
        spans: How many dimensions they fill there.
    """

    x: Float[np.ndarray, "N D"]
    whole: Float[np.ndarray, "N D"]
    codes: Float[np.ndarray, "N G"]
    rows: Float[np.ndarray, "G D"]
    spans: int


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """How near the weaker features each way of looking comes, in the subspace that the strongest components leave."""
    import polars as pl

    rows = [
        row for member, seed in enumerate(seeds) for kind in scale.kinds for row in _rows(member, seed, kind, scale)
    ]
    return {"remaining": pl.DataFrame(rows)} if rows else {}


def left_of(kind: str, seed: Seed, examples: int) -> Left:
    """What PCA leaves of a draw."""
    from tropism.subjects.features.truth import sample, truth

    task = KnownFeatures(width=WIDTH, populations=(STRONG, REST[kind]), noise=NOISE)
    drawn, rows = sample(task, seed, examples), truth(task, [seed]).rows[0].astype(float)
    x = drawn.x.astype(float) - drawn.x.astype(float).mean(axis=0)
    top = PrincipalComponents(STRONG.features).fit(x, seed=0).atoms
    weak, codes = rows[STRONG.features :], drawn.z[:, STRONG.features :].astype(float)
    spans = min(len(weak), WIDTH - STRONG.features)
    return Left(x - x @ top.T @ top, x, codes, weak - weak @ top.T @ top, spans)


def ways(left: Left, rounds: int) -> Mapping[str, Method]:
    """The methods that see this layer alone; an overcomplete dictionary has a third more atoms than features, or for a
    few features of either sign two each."""
    count = len(left.rows)
    atoms = 2 * count if count < WIDTH else 4 * count // 3
    return {
        "next components": PrincipalComponents(left.spans),
        "ICA": IndependentComponents(left.spans, rounds=rounds),
        "varimax": RotatedComponents(left.spans, rounds=40),
        "dictionary": OnlineDictionary(atoms, price=0.3, epochs=4),
    }


def _rows(member: int, seed: Seed, kind: str, scale: Scale) -> Iterable[dict[str, object]]:
    left = left_of(kind, seed, scale.examples)
    about = {"member": member, "seed": str(seed), "kind": kind}
    by_lot = _Lots(left, seed, scale.turns)
    for name, method in ways(left, scale.rounds).items():
        found = method.fit(left.x, seed=seed.init)
        lots = by_lot.matched(method.num_atoms)
        yield {**about, "way": name, **_scores(found.atoms, left), "lot": lots, "settled": found.settled}
    for name, kept in _kept(len(left.rows)).items():
        found = canonical(left.x, neighbor(left, kept, seed), left.spans)
        lots = by_lot.matched(left.spans)
        yield {**about, "way": f"neighbor, {name}", **_scores(found, left), "lot": lots, "settled": True}


class _Lots:
    """What directions by lot score in the subspace that is left, where they are drawn as whitened data lie."""

    def __init__(self, left: Left, seed: Seed, draws: int) -> None:
        self._left, self._draws, self._seed = left, draws, seed
        self._basis = whitened(left.x, left.spans)

    def matched(self, atoms: int) -> float:
        """The mean matched cosine of so many: turned components, or any directions where they are more than these."""
        random = lot("remaining", self._seed.world)

        def drawn() -> Float[np.ndarray, "D d"]:
            if atoms == len(self._basis):
                return turn(self._basis, random)
            return random.normal(size=(atoms, len(self._basis))) @ self._basis

        return float(np.mean([recovery(drawn(), self._left.rows).matched for _ in range(self._draws)]))


def _scores(atoms: Float[np.ndarray, "D d"], left: Left) -> dict[str, object]:
    found = recovery(atoms, left.rows)
    return {"atoms": len(atoms), "matched": found.matched, "best": found.to_learned, "recall": found.recall}


def _kept(features: int) -> Mapping[str, Float[np.ndarray, "G"]]:
    return {"unlike": np.linspace(*UNLIKE, features), "alike": np.full(features, ALIKE)}


def neighbor(left: Left, kept: Float[np.ndarray, "G"], seed: Seed) -> Float[np.ndarray, "N D"]:
    """A neighboring layer: the same features in other directions, each as far as it is kept, beside what is its own."""
    luck, world = lot("neighbor", seed.data), lot("neighbor's directions", seed.world)
    codes = left.codes - left.codes.mean(axis=0)
    other = codes.std(axis=0) * luck.normal(size=codes.shape)
    frame = world.normal(size=(codes.shape[1], WIDTH))
    frame /= np.linalg.norm(frame, axis=1, keepdims=True)
    own = LOUD * luck.normal(size=(len(codes), OWN)) @ np.linalg.qr(world.normal(size=(WIDTH, OWN)))[0].T
    return (kept * codes + np.sqrt(1 - kept**2) * other) @ frame + own + NOISE * luck.normal(size=left.x.shape)


def canonical(
    one: Float[np.ndarray, "N D"], other: Float[np.ndarray, "N D"], count: int
) -> Float[np.ndarray, "count D"]:
    """The patterns in `one` of the `count` scores that correlate most with scores of `other`; noise is left out.

    A pattern is how much each dimension goes with a score, as a mixing column is of an independent component.

    Source: Hotelling (1936), "Relations between two sets of variates".
    """
    sides = []
    for x, rank in ((one, count), (other, min(WIDTH, count + OWN))):
        left, strengths, _ = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
        sides.append(left[:, : min(rank, int((strengths > 0).sum()))])
    turn = np.linalg.svd(sides[0].T @ sides[1])[0]
    return (sides[0] @ turn[:, :count]).T @ one

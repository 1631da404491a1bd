"""What the study `hybrid` trains: δ free latents beside sparse ones, on data with dense directions and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.start import Fresh, From
from tropism.core.sweep import Setting, Sweep
from tropism.dictionaries import CodeNorm, HybridCode, PrincipalComponents, ReLUCode, TopKCode
from tropism.subjects.features.presets import data_set, mixed
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.tasks.known import KnownFeatures
from tropism.values import key_of

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

Kind = Literal["L1", "TopK"]
Begun = Literal["random", "PCA"]
DATA: Mapping[str, tuple[int, Callable[[], KnownFeatures]]] = {
    "2 dense": (2, lambda: mixed(dense=2)),
    "MIX-32": (4, lambda: data_set("MIX-32")),
    "6 dense": (6, lambda: mixed(dense=6)),
    "STB-32": (0, lambda: data_set("STB-32")),
}
"""By name: how many dense directions the data have, r, and the data."""
SPARSE = 96
"""Latents of the sparse part."""
WEIGHT, WEIGHTS = 0.3, (0.15, 0.3, 0.6)
"""The price of the sparse part's code by default, and those that are compared."""
ACTIVE = 3
"""Latents of a TopK part that are on."""
FIT = 10_000
"""Examples whose principal components a network begins from."""


@dataclass(frozen=True)
class Arm:
    """Networks with δ free latents for one kind of data."""

    data: str
    code: Kind
    delta: int
    begun: Begun = "random"
    weights: tuple[float, ...] = (WEIGHT,)

    @property
    def name(self) -> str:
        """What the sweep is called, such as `MIX-32-L1-4-random`."""
        return "-".join([self.data.replace(" ", "-"), self.code, str(self.delta), self.begun])

    @property
    def before(self) -> Arm:
        """The same from a random start, whose shapes a start from principal components takes."""
        return replace(self, begun="random")

    def experiment(self, steps: int, before: Ensemble | None = None) -> Experiment:
        """What is trained, from a random start or from that of networks before."""
        sparse = ReLUCode() if self.code == "L1" else TopKCode(k=ACTIVE)
        made = dictionary(
            DATA[self.data][1](),
            SPARSE + self.delta,
            HybridCode(dense=self.delta, sparse=sparse),
            terms=(CodeNorm(weight=WEIGHT, first=self.delta),) if self.code == "L1" else (),
            steps=steps,
            batch_size=256,
            lr=0.004,
        )
        start = Fresh() if before is None else From(begun_at_components(before, self.delta))
        return replace(made, validate_every=0, start=start)

    def settings(self) -> tuple[Setting, ...]:
        """Prices of the sparse part's code, where it has one."""
        return tuple((("code_norm", weight),) for weight in self.weights) if self.code == "L1" else ((),)

    def sweep(self, seeds: tuple[int, ...], steps: int) -> Sweep:
        """Its networks."""
        if self.begun == "random":
            return Sweep(self.name, self.experiment(steps), seeds, self.settings())
        first = self.before.name
        return Sweep(
            self.name, lambda before: self.experiment(steps, before[first]), seeds, self.settings(), after=(first,)
        )


@dataclass(frozen=True)
class Scale:
    """One form of the study: which arms, how many seeds, and how long."""

    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    steps: int

    def sweeps(self) -> tuple[Sweep, ...]:
        """All that is trained."""
        return tuple(arm.sweep(self.seeds, self.steps) for arm in self.arms)


WHOLE = Scale(
    arms=(
        *(Arm("MIX-32", "L1", delta, weights=WEIGHTS) for delta in (0, 2, 3, 4, 5, 8, 16)),
        *(Arm("2 dense", "L1", delta) for delta in (0, 1, 2, 3)),
        *(Arm("6 dense", "L1", delta) for delta in (0, 5, 6, 7)),
        *(Arm("STB-32", "L1", delta) for delta in (0, 1, 4, 8)),
        *(Arm("MIX-32", "TopK", delta) for delta in (0, 2, 4, 8)),
        *(Arm("STB-32", "TopK", delta) for delta in (0, 4)),
        *(Arm("MIX-32", "L1", delta, "PCA") for delta in (4, 8)),
    ),
    seeds=(0, 1, 2, 3),
    steps=1500,
)
QUICK = Scale(
    arms=(
        *(Arm("MIX-32", "L1", delta) for delta in (0, 2, 4)),
        *(Arm("STB-32", "L1", delta) for delta in (0, 4)),
    ),
    seeds=(0, 1),
    steps=800,
)
ARMS: Mapping[str, Arm] = {arm.name: arm for scale in (QUICK, WHOLE) for arm in scale.arms}
"""By the names of their sweeps."""


def begun_at_components(before: Ensemble, dense: int) -> Ensemble:
    """Networks of the same shapes as those before, whose free latents are their data's leading principal components.

    The sparse part starts at random directions, as elsewhere; biases at zero. They are not those before, and are known
    by keys of their own.
    """
    from tropism.subjects.features.truth import sample_of

    params = {path: np.zeros_like(item) for path, item in before.params.items()}
    for row, member in enumerate(before.members):
        seen = sample_of(before, row, FIT, purpose="fit").x
        found = PrincipalComponents(num_atoms=dense).fit(seen, seed=0).atoms
        random = np.random.default_rng((member.seed.init, dense)).normal(size=(SPARSE, seen.shape[1]))
        atoms = np.concatenate([found, random / np.linalg.norm(random, axis=1, keepdims=True)])
        params["encoder.weight"][row], params["output.weight"][row] = atoms, atoms.T
    keys = tuple(key_of((key, "principal components")) for key in before.member_keys)
    return replace(before, params=params, member_keys=keys, snapshots={})

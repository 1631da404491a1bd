"""What the study `hybrid` trains: δ free latents beside sparse ones, on data with dense directions and without."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core.experiment import Experiment
from tropism.core.sweep import Setting, Sweep
from tropism.dictionaries import CodeNorm, HybridCode, PrincipalComponents, ReLUCode, TopKCode
from tropism.studies._fresh_rows import fresh, from_each, of_size, silenced
from tropism.subjects.features.presets import data_set, mixed
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.tasks.known import KnownFeatures
from tropism.surgery import plant

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
SPARSE, WIDTH = 96, 32
"""Latents of the sparse part, and the dimensions of an example."""
WEIGHT, WEIGHTS = 0.3, (0.15, 0.3, 0.6)
"""The price of the sparse part's code by default, and those that are compared."""
ACTIVE = 3
"""Latents of a TopK part that are on."""
FRESH, MORE = "fresh", "more seeds"
FIT = 10_000
"""Examples whose principal components a network begins from."""


@dataclass(frozen=True)
class Arm:
    """Networks for one kind of data and one code, side by side in one program.

    All have as many dense places as the largest δ has; those beyond a network's own δ are silent for good.

    Attributes:
        data: A name in `DATA`.
        code: What is sparse: L1 with a price, or TopK.
        deltas: Each δ.
        begun: How the free latents begin.
        weights: The prices of L1 that are compared.
        fresh: The sweep of fresh networks that it begins from, whose seeds are its own.
    """

    data: str
    code: Kind
    deltas: tuple[int, ...]
    begun: Begun = "random"
    weights: tuple[float, ...] = (WEIGHT,)
    fresh: str = FRESH

    @property
    def name(self) -> str:
        """What the sweep is called, such as `MIX-32-L1-random`."""
        usual = "-".join([self.data.replace(" ", "-"), self.code, self.begun])
        return usual if self.fresh == FRESH else f"{usual}, {self.fresh}"

    @property
    def places(self) -> int:
        """Latents that may be free."""
        return max(self.deltas)

    def experiment(self, steps: int) -> Experiment:
        """What is trained, whatever it begins at."""
        sparse = ReLUCode() if self.code == "L1" else TopKCode(k=ACTIVE)
        made = dictionary(
            DATA[self.data][1](),
            SPARSE + self.places,
            HybridCode(dense=self.places, sparse=sparse),
            terms=(CodeNorm(weight=WEIGHT, first=self.places),) if self.code == "L1" else (),
            steps=steps,
            batch_size=256,
            lr=0.004,
        )
        return replace(made, validate_every=0)

    def settings(self) -> tuple[Setting, ...]:
        """Prices of the sparse part's code, where it has one."""
        return tuple((("code_norm", weight),) for weight in self.weights) if self.code == "L1" else ((),)

    def sweep(self, steps: int) -> Sweep:
        """Its networks, each from a fresh one of its seed."""

        def made(before: Mapping[str, Ensemble]) -> Experiment:
            return from_each(
                self.experiment(steps), [started(before[self.fresh], self, delta) for delta in self.deltas]
            )

        return Sweep(self.name, made, (), self.settings(), after=(self.fresh,))

    def delta_of(self, row: int, count: int) -> int:
        """The δ of a row of its networks, of which there are so many: prices outermost, then δ, then seeds."""
        per_delta = count // (len(self.settings()) * len(self.deltas))
        return self.deltas[row // per_delta % len(self.deltas)]


@dataclass(frozen=True)
class Scale:
    """One form of the study: which arms, how many seeds, and how long; and further seeds, of arms that name them."""

    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    steps: int
    more: tuple[int, ...] = ()

    def sweeps(self) -> tuple[Sweep, ...]:
        """All that is trained."""
        most = max(arm.places for arm in self.arms)
        of = ((FRESH, self.seeds), (MORE, self.more))
        first = [Sweep(name, fresh(SPARSE + most, WIDTH), seeds) for name, seeds in of if seeds]
        return (*first, *(arm.sweep(self.steps) for arm in self.arms))


WHOLE = Scale(
    arms=(
        Arm("MIX-32", "L1", (0, 2, 3, 4, 5, 8, 16), weights=WEIGHTS),
        Arm("2 dense", "L1", (0, 1, 2, 3)),
        Arm("6 dense", "L1", (0, 5, 6, 7)),
        Arm("STB-32", "L1", (0, 1, 4, 8)),
        Arm("MIX-32", "TopK", (0, 2, 4, 8)),
        Arm("STB-32", "TopK", (0, 4)),
        Arm("MIX-32", "L1", (4, 8), "PCA"),
        Arm("MIX-32", "TopK", (0, 2, 4, 8), fresh=MORE),
    ),
    seeds=(0, 1, 2, 3),
    steps=1500,
    more=tuple(range(4, 24)),
)
QUICK = Scale(
    arms=(Arm("MIX-32", "L1", (0, 2, 4, 8)),),
    seeds=(0, 1),
    steps=1000,
)


def started(fresh: Ensemble, arm: Arm, delta: int) -> Ensemble:
    """Fresh networks with δ latents in the dense places, or as many principal components; the other places silent.

    The components are those of examples of each network's data that are shown nowhere else.
    """
    found = of_size(fresh, SPARSE + arm.places)
    if arm.begun == "PCA":
        found = plant(found, "code", dims=tuple(range(delta)), rows=components(arm, fresh, delta))
    return silenced(found, range(delta, arm.places))


def components(arm: Arm, fresh: Ensemble, count: int) -> Float[np.ndarray, "E K d"]:
    """The leading principal components of each seed's data, the largest first."""
    from tropism.subjects.features.truth import sample

    task = DATA[arm.data][1]()
    seen = [sample(task, member, FIT, purpose="fit").x for member in fresh.members]
    return np.stack([PrincipalComponents(num_atoms=count).fit(each, seed=0).atoms for each in seen])

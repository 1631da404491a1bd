"""What the study `readable-features` trains: networks of digits, and dictionaries of a layer of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Setting, Sweep
from tropism.dictionaries import Code, CodeNorm, HybridCode, ReLUCode, TopKCode
from tropism.studies._retrain_runs import SITE, models
from tropism.subjects.features import Activations, Watched
from tropism.subjects.features.recipes import dictionary

NETWORKS = "networks"
SPARSE, ACTIVE, DENSE = 96, 6, 4
"""Sparse latents, how many of them are on where that is set, and free latents beside them in hybrids."""
PRICES = (0.4, 0.8, 1.6, 2.4, 3.2)
"""Of codes, where sparseness has a price; the one whose codes have nearest to `ACTIVE` latents on is looked at."""


@dataclass(frozen=True)
class Arm:
    """A kind of dictionaries.

    Attributes:
        dense: How many free latents it has beside the sparse ones.
        priced: Whether sparseness has a price (L1), or a number is set (TopK).
    """

    dense: int
    priced: bool

    def code(self) -> Code:
        """What becomes of the encoder's values."""
        sparse: Code = ReLUCode() if self.priced else TopKCode(k=ACTIVE)
        return HybridCode(dense=self.dense, sparse=sparse) if self.dense else sparse

    def settings(self) -> tuple[Setting, ...]:
        """Prices, where it has one."""
        return tuple((("code_norm", each),) for each in PRICES) if self.priced else ((),)


ARMS: Mapping[str, Arm] = {
    "TopK": Arm(0, priced=False),
    "L1": Arm(0, priced=True),
    "hybrid TopK": Arm(DENSE, priced=False),
    "hybrid L1": Arm(DENSE, priced=True),
}


@dataclass(frozen=True)
class Scale:
    """How much is trained."""

    seeds: tuple[int, ...] = (20, 21, 22, 23, 24)
    arms: tuple[str, ...] = tuple(ARMS)
    steps: int = 800
    dictionary_steps: int = 1500

    def sweeps(self) -> tuple[Sweep, ...]:
        """Networks, then dictionaries of each."""
        base = replace(models(self.steps)["relu"].experiment, snapshots=())
        lucks = tuple(Seed.of(500 + seed, world=seed) for seed in self.seeds)
        return (
            Sweep(NETWORKS, base, self.seeds),
            *(
                Sweep(name, lambda before, name=name: self.experiment(before, name), lucks, ARMS[name].settings(),  # type: ignore[misc]
                      after=(NETWORKS,))
                for name in self.arms
            ),
        )  # fmt: skip

    def experiment(self, before: Mapping[str, Ensemble], name: str) -> Experiment:
        """Dictionaries of one kind."""
        arm = ARMS[name]
        found = dictionary(
            task_of(before[NETWORKS]),
            SPARSE + arm.dense,
            arm.code(),
            terms=(CodeNorm(weight=PRICES[0], first=arm.dense),) if arm.priced else (),
            steps=self.dictionary_steps,
            batch_size=256,
        )
        return replace(found, validate_every=0)


def task_of(networks: Ensemble) -> Activations:
    """The rebuilding of a layer's activations, on the digits that its network was trained on."""
    return Activations(source=Watched(networks, SITE, count=4096, held_out=1024))

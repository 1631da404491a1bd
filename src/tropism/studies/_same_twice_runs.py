"""What the study `same-dictionary-twice` trains: dictionaries of one truth that share a start, examples, or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from tropism.core.experiment import Experiment
from tropism.core.member import Member, Seed
from tropism.core.sweep import Sweep
from tropism.dictionaries import BatchTopKCode, Code, CodeNorm, ReLUCode, TopKCode
from tropism.subjects.features.presets import WORLD, data_set
from tropism.subjects.features.recipes import dictionary

DATA = "STB-32"
WEIGHT = 0.15
"""Of the price on codes that may be as many as they like."""
SHARED: tuple[str, ...] = ("examples", "start", "nothing")
"""What two dictionaries have in common, besides the truth."""


@dataclass(frozen=True)
class Kind:
    """A kind of dictionary.

    Attributes:
        latents: How many directions; there are 64 features.
        code: What their codes are.
        shared: Of which pairs there are dictionaries.
        longer: How many times as long they are trained.
    """

    latents: int
    code: Code
    shared: tuple[str, ...] = SHARED
    longer: float = 1.0

    def experiment(self, steps: int, *, batch_size: int = 512, lr: float = 0.002) -> Experiment:
        """How they are trained; the untrained ones are kept."""
        terms = (CodeNorm(weight=WEIGHT),) if isinstance(self.code, ReLUCode) else ()
        found = dictionary(data_set(DATA), self.latents, self.code, terms=terms, steps=round(self.longer * steps),
                           batch_size=batch_size, lr=lr)  # fmt: skip
        return replace(found, snapshots=(0,), validate_every=0)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "L1, 64 latents": Kind(64, ReLUCode()),
        "L1, 64 latents, longer": Kind(64, ReLUCode(), ("nothing",), longer=2.4),
        "TopK, 64 latents": Kind(64, TopKCode(k=3)),
        "TopK, 128 latents": Kind(128, TopKCode(k=3)),
        "BatchTopK, 64 latents": Kind(64, BatchTopKCode(k=3), ("nothing",)),
        "TopK, 32 latents": Kind(32, TopKCode(k=3), ("nothing",)),
    }
)
"""By what tables and figures call them."""


@dataclass(frozen=True)
class Scale:
    """How much is trained.

    Attributes:
        kinds: Which.
        count: Dictionaries in a group, all pairs of which are compared.
        steps: Of training.
        batch_size: Examples a step.
        lr: The rate.
    """

    kinds: tuple[str, ...] = tuple(KINDS)
    count: int = 10
    steps: int = 2500
    batch_size: int = 512
    lr: float = 0.002

    def sweeps(self) -> tuple[Sweep, ...]:
        """A sweep a kind."""
        chosen = [(name, KINDS[name]) for name in self.kinds]
        return tuple(
            Sweep(
                name,
                kind.experiment(self.steps, batch_size=self.batch_size, lr=self.lr),
                lucks(self.count, kind.shared),
            )
            for name, kind in chosen
        )


def lucks(count: int, shared: Sequence[str]) -> tuple[Seed, ...]:
    """Seeds of one world: the first, and for every other number those that share with it what is asked for."""
    found = [Seed(0, 0, WORLD)]
    for number in range(1, count):
        streams = {"examples": (number, 0), "start": (0, number), "nothing": (number, number)}
        found += [Seed(*streams[each], WORLD) for each in shared]
    return tuple(found)


def grouped(members: Sequence[Member]) -> dict[str, list[int]]:
    """The rows of each group in which all pairs share the same, the first dictionary being in every one."""
    first, world = members[0].seed, members[0].seed.world
    rows = [row for row, each in enumerate(members) if each.seed.world == world and row]
    same = {row: (members[row].seed.data == first.data, members[row].seed.init == first.init) for row in rows}
    wanted = {"examples": (True, False), "start": (False, True), "nothing": (False, False)}
    found = {name: [0, *(row for row in rows if same[row] == what)] for name, what in wanted.items()}
    return {name: each for name, each in found.items() if len(each) > 1}

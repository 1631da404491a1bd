"""What the study `long-runs` trains: rows of Table 1 at the length of the published pictures, and annealed ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from jaxtyping import Bool

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.sweep import Sweep
from tropism.studies._long_published import LENGTH
from tropism.studies._table_one_parts import FASTEST, annealed
from tropism.subjects.superposition.table_one import RATES, ROWS, SCALES, Row

SEEDS = (0, 1, 2)
SCALE = SCALES["picture"]

CHECKPOINTS = (5, 4, 3, 2, 1)
"""How often the run is halved to come to the checkpoints of LR1 at the fastest rate that are annealed: 2^10 … 2^14."""

STEPS = 512
"""Of an annealed end, where the run is long enough for that to be its eighth part at most."""

RATES_OF: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"LR1": RATES, "LR2": (0.01, FASTEST), "LR3": (0.003, 0.01, FASTEST)}
)
"""The rates of each row; LR1 has all six of the table."""


@dataclass(frozen=True)
class End:
    """Networks of one row, trained on while the rate goes to zero.

    Attributes:
        rates: Which of the row's rates.
        halvings: How often the run is halved to come to where they start; 0 is its end.
    """

    row: str
    rates: tuple[float, ...]
    halvings: int = 0

    @property
    def name(self) -> str:
        """Of the sweep, such as `LR1-annealed-after-4096`."""
        after = f"-after-{2 ** (LENGTH - self.halvings)}" if self.halvings else ""
        return f"{self.row}-annealed{after}"

    def sweep(self) -> Sweep:
        """What is trained: each network goes on at its own rate, which tells it from the others of its seed."""
        return Sweep(self.name, self.experiment, SEEDS, tuple((("optimizer.lr", rate),) for rate in self.rates))

    def experiment(self, before: Mapping[str, Ensemble]) -> Experiment:
        """Half a cosine from the row's rate down to zero, without decay, from the networks as they were then."""
        whole = before[self.row]
        then = moment(whole, whole.experiment.length >> self.halvings)
        return annealed(then.select(at_rates(then, self.rates)), min(STEPS, whole.experiment.length // 8))


ENDS: tuple[End, ...] = (
    End("LR1", (0.003, 0.01, FASTEST)),
    End("LR3", (0.01, FASTEST)),
    *(End("LR1", (FASTEST,), halvings) for halvings in CHECKPOINTS),
)


def row(name: str) -> Row:
    """A row of the table with the rates that are trained here."""
    return replace(ROWS[name], swept=(("lr", RATES_OF[name]),))


def sweeps(shape: Callable[[Experiment], Experiment] = lambda whole: whole) -> tuple[Sweep, ...]:
    """All sweeps of the study; `shape` may make every fresh experiment smaller, for tests."""
    fresh = (Sweep(name, shape(row(name).experiment(SCALE)), SEEDS, row(name).settings(SCALE)) for name in RATES_OF)
    return (*fresh, *(end.sweep() for end in ENDS))


def moment(ensemble: Ensemble, step: int) -> Ensemble:
    """The networks as they were after so many steps, snapshot or end, and no further snapshots with them."""
    return replace(ensemble, snapshots={}) if step == ensemble.experiment.length else ensemble.at(step)


def at_rates(ensemble: Ensemble, rates: tuple[float, ...]) -> Bool[np.ndarray, "E"]:
    """Which networks were trained at one of these rates."""
    return np.array([rate_of(member) in rates for member in ensemble.members])


def rate_of(member: Member) -> float:
    """A network's rate."""
    return dict(member.dials)["optimizer.lr"]

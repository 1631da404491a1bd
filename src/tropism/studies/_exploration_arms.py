"""The arms of the study `exploration`: what is trained under each setting, optimizer and schedule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam, Optimizer, Pace, Steady
from tropism.core.sweep import Setting, Sweep
from tropism.optimizers import SGD, AdamW, Annealed, Cosine, Lamb, WarmUp
from tropism.subjects.superposition.table_one import ROWS, SCALES, Scale

Row = Literal["LR1", "LR3"]

SEEDS = tuple(range(3))
SCALE = SCALES["laptop"]

OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {"Lamb": Lamb(), "Adam": Adam(), "AdamW": AdamW(), "SGD": SGD(momentum=0.9)}
)
"""All but Lamb with PyTorch's defaults, and the momentum that is usual."""

RATES: Mapping[str, float] = MappingProxyType({"Lamb": 0.03, "Adam": 0.003, "AdamW": 0.003, "SGD": 0.3})
"""Each optimizer's peak rate, chosen beforehand by data/exploration-rates.csv."""

SCHEDULES: Mapping[Row, tuple[str, ...]] = MappingProxyType(
    dict.fromkeys(("LR1", "LR3"), ("cosine", "annealed", "constant", "warm-up"))
)

_CLIMB = 1 / 16
"""The part of a run that a warm-up takes."""


@dataclass(frozen=True)
class Arm:
    """One setting, optimizer and schedule; seeds apart, they say all."""

    row: Row
    optimizer: str
    schedule: str

    @property
    def name(self) -> str:
        """What the sweep is called, such as `LR1-Lamb-cosine`."""
        return f"{self.row}-{self.optimizer}-{self.schedule}"

    def experiment(self, scale: Scale = SCALE) -> Experiment:
        """The table's row with another optimizer and schedule, and nothing else changed."""
        whole = ROWS[self.row].experiment(scale)
        theirs = whole.optimizer
        chosen = theirs if self.optimizer == "Lamb" else OPTIMIZERS[self.optimizer]
        pace = paces(scale.steps)[self.schedule]
        return replace(whole, optimizer=replace(chosen, lr=theirs.lr, pace=pace, aftermath=theirs.aftermath))

    def setting(self, scale: Scale = SCALE) -> Setting:
        """The arm's rate; and with bias decay, whose step is rate · lr, what keeps that as it is under Lamb."""
        rate, row = RATES[self.optimizer], ROWS[self.row]
        setting: Setting = (("optimizer.lr", rate),)
        if self.optimizer == "Lamb" or not row.decay:
            return setting
        return (*setting, ("optimizer.decay.rate", row.decay * scale.stretch * RATES["Lamb"] / rate))

    def sweep(self, seeds: tuple[int, ...] = SEEDS, scale: Scale = SCALE) -> Sweep:
        """What is trained; under Lamb and the cosine these are members of Table 1."""
        return Sweep(self.name, self.experiment(scale), seeds, (self.setting(scale),))


ARMS: Mapping[str, Arm] = MappingProxyType(
    {
        arm.name: arm
        for arm in (
            Arm(row, optimizer, schedule)
            for row, schedules in SCHEDULES.items()
            for optimizer in OPTIMIZERS
            for schedule in schedules
        )
    }
)
"""By the names of their sweeps."""


def paces(steps: int) -> dict[str, Pace]:
    """The schedules by name, for a run of so many steps; all but the constant one have a mean of about half."""
    return {
        "cosine": Cosine(),
        "annealed": Annealed(),
        "constant": Steady(),
        "warm-up": WarmUp(max(1, round(_CLIMB * steps)), Annealed()),
    }

"""What the study `table-1` trains: the rows, some as other sources have them, controls, and an annealed end."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.start import From
from tropism.core.sweep import Sweep
from tropism.networks import TwoLayer
from tropism.optimizers import Annealed, Lamb
from tropism.subjects.superposition.table_one import ROWS, SCALES, VARIANTS, Row, Swept
from tropism.subjects.superposition.tasks import SparseFeatures

THREE = (0, 1, 2)
REPEATED = ("LR1", "LR2", "LR3", "LR4", "B3", "K1", "RG1", "RP1", "LR5")
"""Rows of three seeds; the others have one."""

FASTEST = 0.03
ANNEALED = ("LR1", "LR2", "LR3", "LR4")
"""Rows whose networks at the fastest rate are trained on, while the rate goes to zero."""

TAKEN_APART = ("LR1", "LR1-annealed", "LR3-gentle")
"""Whose networks at the fastest rate are taken apart."""

GENTLE = 0.2
"""A decay that a short run can hold its biases against: 12 e-folds at the fastest rate."""


def _gentle(name: str, swept: Swept, *values: float) -> Row:
    return replace(ROWS[name], swept=((swept, values),), lr=FASTEST, decay=GENTLE)


def _plain(name: str) -> Row:
    return replace(ROWS[name], swept=(("lr", (0.007, FASTEST)),), decay=0.0, offset=0.0)


CONTROLS: Mapping[str, Row] = MappingProxyType(
    {
        "LR3-gentle": _gentle("LR3", "lr", FASTEST),
        "K1-gentle": _gentle("K1", "hidden", 256, 512, 1024, 2048),
        "RG1-gentle": _gentle("RG1", "l1", 0.1, 0.01, 0.001, 1e-7),
        "RP1-gentle": _gentle("RP1", "lr", FASTEST),
        "RP1-plain": _plain("RP1"),
        "LR5-gentle": _gentle("LR5", "lr", FASTEST),
        "LR5-plain": _plain("LR5"),
    }
)
"""Our own rows: what the paper's claims have to be compared with, and the table has not."""


@dataclass(frozen=True)
class Part:
    """A row of the table, or something beside it: what it trains and how its networks are told apart.

    Attributes:
        name: What the study calls it.
        row: Its setting.
        seeds: Whose luck.
        scale: A name in `SCALES`.
    """

    name: str
    row: Row
    seeds: tuple[int, ...] = (0,)
    scale: str = "laptop"

    def sweeps(self) -> tuple[Sweep, ...]:
        """One sweep, or one for each width; the same experiments and members as `sweeps_of` has."""
        size = SCALES[self.scale]
        widths = self.widths()
        if not widths:
            return (Sweep(self.name, self.row.experiment(size), self.seeds, self.row.settings(size)),)
        return tuple(
            Sweep(f"{self.name}-{width}", self.row.experiment(size, hidden=width), self.seeds, self.row.settings(size))
            for width in widths
        )

    def widths(self) -> tuple[int, ...]:
        """Swept numbers of neurons, if any."""
        return tuple(int(value) for name, values in self.row.swept if name == "hidden" for value in values)

    def points(self) -> list[dict[str, float]]:
        """The swept numbers as the table has them, one dict a setting, in the order of the sweeps' members."""
        names = [name for name, _ in self.row.swept]
        return [dict(zip(names, point, strict=True)) for point in itertools.product(*(v for _, v in self.row.swept))]

    def told_by(self) -> tuple[str, ...]:
        """The columns by which a reader tells settings apart: what is swept, or e-folds if these chose it."""
        return ("efolds",) if self.name == "LR3-decays" else tuple(name for name, _ in self.row.swept)


def parts() -> tuple[Part, ...]:
    """Everything that starts fresh: rows of the table, then what stands beside them."""
    rows = [Part(name, row, THREE if name in REPEATED else (0,)) for name, row in ROWS.items()]
    beside = [
        Part("LR3-unscaled", ROWS["LR3"], THREE, "laptop-unscaled"),
        *(Part(name, VARIANTS[name]) for name in ("LR3-refactor", "RP1-refactor", "G3-refactor")),
        Part("LR3-decays", VARIANTS["LR3-decays"], THREE),
        *(Part(name, row, THREE, "laptop-unscaled") for name, row in CONTROLS.items()),
    ]
    return (*rows, *beside)


def sweeps(shape: Callable[[Experiment], Experiment] = lambda whole: whole) -> tuple[Sweep, ...]:
    """All sweeps of the study; `shape` may make every experiment smaller, as `tiny` does."""
    fresh = [sweep for part in parts() for sweep in part.sweeps()]
    shaped = [replace(each, experiment=shape(each.experiment)) for each in fresh]  # type: ignore[arg-type]
    length = shape(ROWS["LR1"].experiment(SCALES["laptop"])).length // 8
    return (*shaped, *(Sweep(f"{name}-annealed", _annealing(name, length), THREE) for name in ANNEALED))


def annealed(networks: Ensemble, steps: int) -> Experiment:
    """Training on with half a cosine from the fastest rate, or a member's own, down to zero, and without decay."""
    return Experiment(
        task=networks.experiment.task,
        network=networks.network,
        optimizer=Lamb(lr=FASTEST, pace=Annealed()),
        steps=steps,
        batch_size=networks.experiment.batch_size,
        start=From(networks),
    )


def tiny(whole: Experiment) -> Experiment:
    """The same experiment a sixteenth as wide and 64 steps long, for tests."""
    network, task = whole.network, whole.task
    assert isinstance(network, TwoLayer)
    assert isinstance(task, SparseFeatures)
    small = replace(task, features=32, width=8, held_out=64)
    return replace(
        whole,
        task=small,
        network=replace(network, inputs=8, hidden=max(1, network.hidden // 16), outputs=small.output_width()),
        steps=64,
        batch_size=16,
        snapshots=tuple(2**number for number in range(6)),
    )


def _annealing(name: str, steps: int) -> Callable[[Mapping[str, Ensemble]], Experiment]:
    """Training on from a row's networks at the fastest rate, while the rate goes to zero."""

    def following(before: Mapping[str, Ensemble]) -> Experiment:
        trained = before[name]
        fastest = trained.select([dict(each.dials)["optimizer.lr"] == FASTEST for each in trained.members])
        return annealed(fastest, steps)

    return following

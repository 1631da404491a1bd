"""Ours, one network or sixty: `ours.py CORE WORKLOAD NUMBER FOLDER`.

Members are packed into programs as `train` packs them. A training is the whole of it, what the host does between chunks
included; it starts from a stored state, so that the program compiled by the first training serves all others.
"""

from __future__ import annotations

import contest

if __name__ == "__main__":
    import sys

    contest.keep_to(int(sys.argv[1]))  # before JAX starts, since it counts the cores that it finds then

from dataclasses import dataclass, field, replace
from pathlib import Path

import jax
import numpy as np
from draws import export, first_seed
from workloads import WORKLOADS, Workload

from tropism.core.member import members_of
from tropism.schedules import Schedule
from tropism.training import device
from tropism.training.growth import Growth
from tropism.training.placement import packs

_MOMENTS = "state/optimizer.network.0.mu."
_ENOUGH = 0.5
"""Seconds that a measurement lasts at least: a short training is repeated."""


@dataclass
class Ours:
    """Our engine, training some members of a workload."""

    workload: Workload
    seeds: range
    growths: list[Growth] = field(default_factory=list)
    starts: list[tuple] = field(default_factory=list)
    compiling: float = 0.0

    def __post_init__(self) -> None:
        members = members_of(self.seeds)
        size = sum(np.size(leaf) for leaf in _start_of(Growth(self.workload.experiment, members[:1])).values())
        self.growths = [Growth(self.workload.experiment, pack) for pack in packs(members, size)]
        self.starts = [growth.checkpoint() for growth in self.growths]

    def first_step(self) -> dict[str, object]:
        """Read from Adam's first moments after one step, which are (1 − b1) times the gradient that was followed."""
        experiment = self.workload.experiment
        schedule = experiment.schedule
        assert schedule is not None
        numbers = {name: schedule.at(name, contest.CHECKED) for name in schedule.names}
        held = replace(experiment, schedule=Schedule.constant(schedule.length, numbers))
        growth = Growth(held, self.growths[0].members, chunk_steps=1)
        next(growth.run())
        arrays, _ = growth.checkpoint()
        scale = 1 - experiment.optimizer.b1  # type: ignore[attr-defined]
        gradients = {n.removeprefix(_MOMENTS): a[0] / scale for n, a in arrays.items() if n.startswith(_MOMENTS)}
        parts = dict(zip(growth.program.metrics, arrays["records"][0, 0].tolist(), strict=True))
        return {"gradients": {name: array.tolist() for name, array in gradients.items()}, "parts": parts}

    def measure(self) -> dict[str, object]:
        if not self.compiling:
            cold = self._train()
            self.compiling = cold - self._train()
        seconds, times = self._train(), 1
        while seconds < _ENOUGH:
            seconds, times = seconds + self._train(), times + 1
        steps = times * len(self.seeds) * self.workload.experiment.length
        error = float(np.median(np.concatenate([g.harvest().history.records["error"][:, -1] for g in self.growths])))
        return {"seconds": seconds, "steps": steps, "error": error, "compiling": self.compiling}

    def _train(self) -> float:
        for growth, start in zip(self.growths, self.starts, strict=True):
            growth.restore(*start)
        began = contest.cpu_seconds()
        for growth in self.growths:
            for _ in growth.run():
                pass
        return contest.cpu_seconds() - began


def _start_of(growth: Growth) -> dict[str, np.ndarray]:
    return {name: array for name, array in growth.checkpoint()[0].items() if name.startswith("state/params.")}


def main() -> None:
    """Write the draws for the peers, once, and obey the driver."""
    name, number, folder = sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
    workload = WORKLOADS[name]()
    device.start()
    jax.config.update("jax_enable_compilation_cache", False)  # so that compiling is paid, and can be stated
    path = folder / f"{name}.npz"
    seed = first_seed(workload.experiment)
    if not path.exists():
        export(workload.experiment, members_of([seed])[0], path)
    contest.serve(Ours(workload, range(seed, seed + number)))


if __name__ == "__main__":
    main()

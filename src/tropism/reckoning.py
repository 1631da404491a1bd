"""Reckoning: how far a whole study is, and how long it still takes, from what has been trained so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.lineage import member_keys
from tropism.core.member import Member
from tropism.core.sweep import Sweep
from tropism.work import Report, Whole, seconds_of

if TYPE_CHECKING:
    from tropism.store.folder import Store

PATIENCE = 30.0
"""Seconds of training before a time left is told: what comes before is mostly compiling."""


class Reckoning:
    """Counts networks that are done, of all that a study asks for; those that were stored already count as done.

    Sweeps whose experiments are known are counted at once, others by seeds × settings until their turn comes.

    Args:
        sweeps: All that the study trains, in order.
        store: Where finished networks are found.
        clock: Seconds, from any beginning.
    """

    def __init__(self, sweeps: Iterable[Sweep], store: Store, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock, self._began = store, clock, clock()
        self._claimed: set[str] = set()
        self._sweeps: dict[str, _OfSweep] = {}
        for sweep in sweeps:
            if isinstance(sweep.experiment, Experiment):
                self.begin(sweep.name, sweep.experiment, sweep.members(sweep.experiment))
            else:
                self._sweeps[sweep.name] = _OfSweep(len(sweep.seeds) * len(sweep.settings))

    def begin(self, name: str, experiment: Experiment, members: Sequence[Member]) -> None:
        """Note what a sweep has to train, once its experiment is known."""
        if name in self._sweeps and self._sweeps[name].cost is not None:
            return
        missing = set(self._store.missing(member_keys(experiment, members))) - self._claimed
        self._claimed |= missing
        self._sweeps[name] = _OfSweep(len(members), len(members) - len(missing), seconds_of(experiment))

    def heard(self, name: str, report: Report) -> Whole:
        """How far all is, after one program of a sweep told how far it is."""
        sweep, progress = self._sweeps[name], report.progress
        program = sweep.programs.setdefault(report.pack, _Program(progress.members, progress.length))
        program.hear(progress.step)
        return self.whole()

    def end(self, name: str) -> None:
        """All of a sweep is done."""
        self._sweeps[name].ended = True

    def anything_left(self) -> bool:
        """Whether a network is missing, as far as is known."""
        return any(each.done() < each.networks for each in self._sweeps.values())

    def whole(self) -> Whole:
        """How far all is now."""
        known = [each.cost for each in self._sweeps.values() if each.cost is not None]
        usual = sum(known) / len(known) if known else 1.0
        costs = [(each, usual if each.cost is None else each.cost) for each in self._sweeps.values()]
        left = sum((each.networks - each.worth()) * cost for each, cost in costs)
        gained = sum(each.gained() * cost for each, cost in costs)
        passed = self._clock() - self._began
        return Whole(
            done=sum(each.done() for each in self._sweeps.values()),
            networks=sum(each.networks for each in self._sweeps.values()),
            sweeps=len(self._sweeps),
            share=1 - left / max(sum(each.networks * cost for each, cost in costs), 1e-30),
            seconds=left * passed / gained if gained > 0 and passed >= PATIENCE else None,
        )


@dataclass
class _Program:
    """Networks that are trained together, and how far they are."""

    networks: int
    length: int
    step: int = 0
    began: int | None = None  # where this run took it up; a checkpoint may stand before it

    def hear(self, step: int) -> None:
        if self.step == 0:
            self.began = None if step < self.length else 0
        elif self.began is None:
            self.began = max(0, 2 * self.step - step)  # the first report came a chunk after the beginning
        self.step = step

    def share(self) -> float:
        return self.step / self.length

    def gained(self) -> float:
        """Networks' worth of training since this run took it up."""
        return 0.0 if self.began is None else self.networks * (self.step - self.began) / self.length


@dataclass
class _OfSweep:
    """What is known of one sweep; `cost` is None as long as its experiment is not known."""

    networks: int
    stored: int = 0
    cost: float | None = None
    programs: dict[int, _Program] = field(default_factory=dict)
    ended: bool = False

    def done(self) -> int:
        if self.ended:
            return self.networks
        full = sum(each.networks for each in self.programs.values() if each.step >= each.length)
        return min(self.networks, self.stored + full)

    def worth(self) -> float:
        """Networks that are done, those under way by their share."""
        if self.ended:
            return self.networks
        return min(self.networks, self.stored + sum(each.networks * each.share() for each in self.programs.values()))

    def gained(self) -> float:
        return sum(each.gained() for each in self.programs.values())

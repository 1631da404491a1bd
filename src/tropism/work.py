"""Work: what a request still has to train, packed into programs, and what it takes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.lineage import member_keys
from tropism.core.member import Member

if TYPE_CHECKING:
    from tropism.store.folder import Store
    from tropism.training.growth import Progress


COMPILING = 4.0
"""Seconds that a program takes to begin, on one core."""
SMALL = 4 * COMPILING
"""Seconds of training below which a request's program had better not be compiled by several processes."""
PER_STEP = 18e-6
PER_FLOP = 1 / 100e9
"""Seconds on one core of a common server. Measured: 30 color networks of 64 examples take 24 µs a member and step, a
network of 590,000 parameters 4.7 ms with 128 examples, and their steps have 5.5e5 and 4.6e8 operations."""


@dataclass(frozen=True)
class Whole:
    """How far everything is that a study asks for.

    Attributes:
        done: Networks that are trained, those included that were stored before.
        networks: Networks in all.
        sweeps: Sweeps in all.
        share: The part of the work that is done, networks under way included, in [0, 1].
        seconds: About how long the rest takes, once enough has run to tell.
    """

    done: int
    networks: int
    sweeps: int
    share: float
    seconds: float | None = None


@dataclass(frozen=True)
class Report:
    """What a running program has to tell: which pack of how many, how far it is, which request it is of, and, where a
    study is carried out, how far all of it is."""

    pack: int
    packs: int
    progress: Progress
    request: int = 0
    whole: Whole | None = None


Listener = Callable[[Report], None]


@dataclass(frozen=True)
class Job:
    """One program's training, to be handed to a process.

    Attributes:
        request: Which of the requests it is of.
        number: Which of that request's packs it is.
        packs: How many those are.
        experiment: What is trained.
        members: Who.
    """

    request: int
    number: int
    packs: int
    experiment: Experiment
    members: tuple[Member, ...]

    def told(self, listener: Listener) -> Callable[[Progress], None]:
        """What is to be called with this program's progress."""
        return lambda progress: listener(Report(self.number, self.packs, progress, self.request))


@dataclass(frozen=True)
class Work:
    """What is missing from a store, packed into programs.

    Attributes:
        experiment: What is trained.
        packs: Members that share a program, one tuple a program.
        stored: How many of the members asked for are there already.
        num_parameters: Numbers in one network.
        keys: Those of the members in the packs.
    """

    experiment: Experiment
    packs: tuple[tuple[Member, ...], ...]
    stored: int
    num_parameters: int
    keys: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        experiment: Experiment,
        members: tuple[Member, ...],
        store: Store | None,
        processes: int,
        *,
        claimed: Collection[str] = (),
    ) -> Work:
        """The missing members of a request, packed; never imports JAX beyond shaping the network.

        Those whose keys are `claimed` are another request's to train.
        """
        keys = dict(zip(member_keys(experiment, members), members, strict=True))
        missing = list(keys) if store is None else store.missing(keys)
        absent = {key: keys[key] for key in missing if key not in claimed}
        together = (tuple(absent.values()),)
        work = cls(experiment, together, len(keys) - len(missing), num_parameters(experiment), frozenset(absent))
        return work.shared_out(processes)

    def shared_out(self, processes: int) -> Work:
        """The same members in no fewer programs than processes, where they are enough."""
        from tropism.training.placement import packs
        from tropism.training.tables import alike

        together = alike(self.experiment, [member for pack in self.packs for member in pack])
        found = (pack for group in together for pack in packs(group, self.num_parameters, processes=processes))
        return replace(self, packs=tuple(found))

    def num_members(self) -> int:
        """How many networks would be trained."""
        return sum(len(pack) for pack in self.packs)

    def num_bytes(self, processes: int) -> int:
        """About how much of the disk they will take, with a checkpoint of each program that is trained at once."""
        return self._bytes(sum(sorted(map(len, self.packs))[-processes:]))

    def kept_bytes(self) -> int:
        """About how much of it is left when they are trained."""
        return self._bytes(0)

    def _bytes(self, unfinished: int) -> int:
        from tropism.store.room import estimate_bytes

        records = min(self.experiment.length, 2000)
        snapshots = len(self.experiment.snapshots) + 1
        metrics = 4 + len(self.experiment.terms) + 2 * len(self.experiment.players)
        return estimate_bytes(
            self.num_parameters,
            self.num_members(),
            unfinished=unfinished,
            num_snapshots=snapshots,
            num_records=records,
            num_metrics=metrics,
        )


def works_of(
    requests: Sequence[tuple[Experiment, tuple[Member, ...]]],
    store: Store | None,
    processes: int,
    *,
    claimed: Iterable[str] = (),
) -> list[Work]:
    """What is missing of several requests that are trained side by side, each member once.

    A request of small work is shared out among as many processes as its part of all is worth: where others keep the
    rest busy, one program serves, which each process would compile anew. Those whose keys are `claimed` are trained
    elsewhere.
    """
    works, taken = [], set(claimed)
    for experiment, members in requests:
        works.append(Work.of(experiment, members, store, 1, claimed=taken))
        taken |= works[-1].keys
    seconds = [work.num_members() * seconds_of(work.experiment) for work in works]
    return [
        work.shared_out(processes if own > SMALL else max(1, round(processes * own / sum(seconds)))) if own else work
        for work, own in zip(works, seconds, strict=True)
    ]


def room(works: Iterable[Work], processes: int) -> int:
    """About how much of the disk several requests will take that are trained side by side.

    Whatever is trained at once, no process holds more than the largest program's checkpoints.
    """
    busy = [work for work in works if work.packs]
    largest = max((work.num_bytes(1) - work.kept_bytes() for work in busy), default=0)
    return sum(work.kept_bytes() for work in busy) + largest * min(processes, sum(len(work.packs) for work in busy))


def num_parameters(experiment: Experiment) -> int:
    """How many numbers one of its networks has, without making any."""
    from tropism.core.paths import shapes

    return sum(math.prod(shape) for shape in shapes(experiment.network).values())


def seconds_of(experiment: Experiment) -> float:
    """Seconds that one of its networks takes, roughly: six operations for each parameter and example.

    It tells long sweeps from short ones, so no step is traced as a plan's are.
    """
    operations = 6.0 * num_parameters(experiment) * experiment.batch_size
    return experiment.length * (PER_STEP + operations * PER_FLOP)

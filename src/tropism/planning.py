"""Planning: what a study would train, what that costs, and how much of the disk it takes; nothing is trained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.sweep import Study
from tropism.work import Work

if TYPE_CHECKING:
    from tropism.store.folder import Store


@dataclass(frozen=True)
class Line:
    """What one sweep would train.

    Attributes:
        sweep: Its name.
        networks: How many networks are missing.
        stored: How many are there already.
        programs: How many compiled programs they share.
        parameters: Numbers in one network.
        steps: How long each trains.
        seconds: About how long it takes.
        bytes: About how much of the disk it takes, checkpoints included.
        note: What cannot be known before.
    """

    sweep: str
    networks: int
    stored: int
    programs: int
    parameters: int
    steps: int
    seconds: float
    bytes: int
    note: str = ""


def plan(study: Study, store: Store | None, *, processes: int) -> list[Line]:
    """What each sweep of a study would train, given what the store has."""
    lines, claimed = [], set()
    for sweep in study.sweeps:
        if not isinstance(sweep.experiment, Experiment):
            count = len(sweep.seeds) * len(sweep.settings)
            lines.append(Line(sweep.name, count, 0, 0, 0, 0, 0.0, 0, "starts from networks that are trained before it"))
            continue
        members = sweep.members(sweep.experiment)
        work = Work.of(sweep.experiment, members, store, processes, claimed=claimed)
        claimed |= work.keys
        lines.append(
            Line(
                sweep=sweep.name,
                networks=work.num_members(),
                stored=work.stored,
                programs=len(work.packs),
                parameters=work.num_parameters,
                steps=sweep.experiment.length,
                seconds=work.seconds(processes) if work.packs else 0.0,
                bytes=work.num_bytes() if work.packs else 0,
            )
        )
    return lines

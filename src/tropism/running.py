"""Running: what the engine yields is handed to the store, so that a run killed at any moment goes on from there."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tropism.core.experiment import Experiment
from tropism.core.lineage import member_keys
from tropism.core.member import Member, Seed
from tropism.core.sweep import Setting, members_in
from tropism.errors import BadValue, Interrupted, Locked, UserError
from tropism.stopping import Stopped, patient
from tropism.values import key_of
from tropism.work import Job, Listener, Report, Work, num_parameters, room, works_of

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.crew import Crew
    from tropism.store.folder import Store
    from tropism.store.partial import Checkpoint, Partial
    from tropism.training.growth import Growth, Progress
    from tropism.training.program import Program

CHECKPOINT_EVERY = 2.0
"""Seconds between checkpoints, about; one is also written on Ctrl-C."""

_log = logging.getLogger("tropism.running")


def train(
    experiment: Experiment,
    seeds: Iterable[int | Seed] = range(8),
    *,
    settings: Iterable[Setting] = ((),),
    store: Store | str | Path | None = None,
    on_progress: Listener | None = None,
    processes: int = 1,
    chunk_steps: int | None = None,
) -> Ensemble:
    """Every member of settings × seeds, trained; from a store, only what is missing is trained.

    Args:
        experiment: What is trained.
        seeds: Whose luck.
        settings: Constants of some dials, one tuple of `(address, number)` a setting.
        store: Where finished members are kept and found again; without one, nothing outlives the call.
        on_progress: Called after every chunk.
        processes: How many to use, one core each; more than one needs a store.
        chunk_steps: The most steps between two checkpoints; by default about a second's worth.

    Raises:
        Interrupted: On Ctrl-C; with a store, asking again goes on from the last checkpoint.
    """
    members = members_in(experiment, seeds, settings)
    return train_members(
        experiment, members, store=store, on_progress=on_progress, processes=processes, chunk_steps=chunk_steps
    )


def train_members(
    experiment: Experiment,
    members: tuple[Member, ...],
    *,
    store: Store | str | Path | None = None,
    on_progress: Listener | None = None,
    processes: int = 1,
    chunk_steps: int | None = None,
) -> Ensemble:
    """As `train`, for members that are already named."""
    return train_all(
        [(experiment, members)], store=store, on_progress=on_progress, processes=processes, chunk_steps=chunk_steps
    )[0]


def train_all(
    requests: Sequence[tuple[Experiment, tuple[Member, ...]]],
    *,
    store: Store | str | Path | None = None,
    on_progress: Listener | None = None,
    processes: int = 1,
    chunk_steps: int | None = None,
) -> list[Ensemble]:
    """As `train_members`, for several experiments whose programs run side by side; an ensemble for each."""
    from tropism.crew import Crew
    from tropism.store.ensembles import load
    from tropism.store.folder import Store as Folder

    check_counts(processes, chunk_steps)
    listener = on_progress or _deaf
    if store is None and processes > 1:
        raise BadValue("processes", processes, "1 where there is no store: workers hand on what they made through one")
    if store is None:
        return [
            _in_memory(experiment, members, _of_request(listener, number), chunk_steps)
            for number, (experiment, members) in enumerate(requests)
        ]
    held = store if isinstance(store, Folder) else Folder(store)
    with Crew(held, processes, chunk_steps) as crew:
        keys = grow_all(requests, crew, on_progress=listener)
    return [load(held, experiment, members, names) for names, (experiment, members) in zip(keys, requests, strict=True)]


def grow_all(
    requests: Sequence[tuple[Experiment, tuple[Member, ...]]],
    crew: Crew,
    *,
    on_progress: Listener | None = None,
    report: int = 0,
) -> list[tuple[str, ...]]:
    """A crew trains what its store is missing of several experiments; the members' keys, by request.

    Where the disk has no room for it, and for `report` bytes besides, nothing is begun.
    """
    store, processes = crew.store, crew.processes
    keys = [tuple(member_keys(experiment, members)) for experiment, members in requests]
    works = works_of(requests, store, processes)
    if any(work.packs for work in works):
        store.check_room(room(works, processes), report)
    with contextlib.ExitStack() as stack:
        begun = [
            stack.enter_context(_begun(work, dict(zip(names, members, strict=True)), store))
            for work, names, (_, members) in zip(works, keys, requests, strict=True)
        ]
        crew.carry_out(_jobs(begun), on_progress or _deaf)
    return keys


def run_pack(
    store: Store,
    experiment: Experiment,
    members: tuple[Member, ...],
    *,
    on_progress: Callable[[Progress], None],
    chunk_steps: int | None = None,
    stopped: Stopped | None = None,
    program: Program | None = None,
) -> Program | None:
    """Train one program's members into one shard, going on from its last checkpoint if there is one.

    Args:
        store: Where the shard will stand.
        experiment: What is trained.
        members: Who.
        on_progress: Called after every chunk.
        chunk_steps: The most steps between two checkpoints.
        stopped: Asked after every chunk; by default Ctrl-C says it.
        program: An earlier pack's, so that it need not be compiled again.

    Returns:
        The program, for the next pack of the same experiment.

    Raises:
        Interrupted: It was stopped; the checkpoint is written.
        Damaged: The shard stands there already, and is not as it was written.
    """
    from tropism.training import device
    from tropism.training.growth import Growth

    key = pack_key(experiment, members)
    device.start()
    with _held(store, key) as partial:
        if partial.finished:
            store.read_shard(key, verify=True)
            return program
        origin = device.machine() | {"members_together": len(members), "processor": device.processor()}
        placement = partial.placement(origin)
        with contextlib.ExitStack() as stack:
            ask = stopped or stack.enter_context(patient())
            growth = Growth(experiment, members, chunk_steps=chunk_steps, program=program)
            seconds, resumed = _grown(growth, partial, on_progress, ask, eager=chunk_steps is not None)
            _write(store, key, growth, _marks(placement, origin, resumed, seconds))
            partial.discard()
            if ask():
                raise Interrupted("Stopped; what was finished is kept, and the same request goes on from there.")
        return growth.program


def member_key(experiment: Experiment, member: Member) -> str:
    """A member's key in the store."""
    return member_keys(experiment, (member,))[0]


def pack_key(experiment: Experiment, members: tuple[Member, ...]) -> str:
    """The key of the shard that holds exactly these members."""
    return key_of(tuple(member_keys(experiment, members)))


def _jobs(works: Sequence[Work]) -> list[Job]:
    return [
        Job(request, number, len(work.packs), work.experiment, pack)
        for request, work in enumerate(works)
        for number, pack in enumerate(work.packs)
    ]


@contextlib.contextmanager
def _begun(work: Work, members: dict[str, Member], store: Store) -> Iterator[Work]:
    """The work, shared out as when this very request was first made, so that its checkpoints are found again.

    Which members share a program depends on what was missing and on how many processes there were; a run that was
    killed is missing less, and may be given more.
    """
    request = "request-" + key_of(tuple(members))
    if not work.packs and request not in store.unfinished():
        yield work
        return
    fresh = {"packs": [member_keys(work.experiment, pack) for pack in work.packs]}
    with store.partial(request) as partial:
        before = partial.placement(fresh)["packs"]
    absent = set(store.missing(members))
    packs = [pack for pack in before if not absent.isdisjoint(pack)]
    placed = {key for pack in packs for key in pack}
    packs += [left for pack in fresh["packs"] if (left := [key for key in pack if key in absent - placed])]
    yield dataclasses.replace(work, packs=tuple(tuple(members[key] for key in pack) for pack in packs))
    with store.partial(request) as partial:
        partial.discard()


@contextlib.contextmanager
def _held(store: Store, key: str) -> Iterator[Partial]:
    """Holds a program's unfinished work; says so before it waits for another process that trains the same."""
    from tropism.store.locks import holder

    with contextlib.ExitStack() as stack:
        try:
            partial = stack.enter_context(store.partial(key, wait=False))
        except Locked:
            who = holder(store.path / ".partial" / key / "lock")
            _log.warning("The same networks are being trained by %s; waiting for it to end.", who)
            partial = stack.enter_context(store.partial(key))
        yield partial


def _grown(
    growth: Growth, partial: Partial, on_progress: Callable[[Progress], None], stopped: Stopped, *, eager: bool
) -> tuple[float, bool]:
    """Trains to the end; seconds, and whether it went on from a checkpoint."""
    began = time.monotonic()
    checkpoint = partial.read_checkpoint()
    if checkpoint is not None:
        _restore(growth, checkpoint, partial)
    for progress in _kept(growth, partial, stopped, eager=eager):
        on_progress(progress)
    return round(time.monotonic() - began, 3), checkpoint is not None


def _restore(growth: Growth, checkpoint: Checkpoint, partial: Partial) -> None:
    try:
        growth.restore(checkpoint.arrays, checkpoint.meta)
    except UserError as error:
        raise UserError(f"{partial.path}: {error}") from error


def _kept(growth: Growth, partial: Partial, stopped: Stopped, *, eager: bool) -> Iterator[Progress]:
    """A growth's progress, with a checkpoint every couple of seconds, and one when it is stopped."""
    last = time.monotonic()
    for progress in growth.run():
        going_on = progress.step < progress.length
        stop = going_on and stopped()
        if going_on and (eager or stop or time.monotonic() - last > CHECKPOINT_EVERY):
            partial.write_checkpoint(*growth.checkpoint())
            last = time.monotonic()
        yield progress
        if stop:
            raise Interrupted(f"Stopped at step {growth.step} of {growth.length}; the same request goes on from there.")


def _marks(placement: dict[str, Any], origin: dict[str, Any], resumed: bool, seconds: float) -> dict[str, Any]:
    """What `origin.json` keeps of how a program's members were made."""
    return {
        "placement": placement,
        "resumed": resumed,
        "resumed_elsewhere": placement != origin,
        "command": sys.argv,
        "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "seconds": seconds,
    }


def _write(store: Store, key: str, growth: Growth, marks: dict[str, Any]) -> None:
    from tropism.store.ensembles import contents_of

    store.write_shard(key, contents_of(growth.harvest(), marks))


def _in_memory(
    experiment: Experiment, members: tuple[Member, ...], on_progress: Listener, chunk_steps: int | None
) -> Ensemble:
    from tropism.core.ensemble import joined
    from tropism.training import device
    from tropism.training.growth import Growth
    from tropism.training.placement import packs
    from tropism.training.tables import alike

    device.start()
    size = num_parameters(experiment)
    shared_out = [pack for group in alike(experiment, members) for pack in packs(group, size)]
    parts, growth = [], None
    for number, pack in enumerate(shared_out):
        growth = Growth(experiment, pack, chunk_steps=chunk_steps, program=growth and growth.program)
        for progress in growth.run():
            on_progress(Report(number, len(shared_out), progress))
        parts.append(growth.harvest())
    order = {member: row for row, member in enumerate(member for pack in shared_out for member in pack)}
    return joined(parts).select([order[member] for member in members])


def check_counts(processes: int, chunk_steps: int | None) -> None:
    """Refuse fewer than one.

    Raises:
        BadValue: Either is no whole number, at least 1.
    """
    for name, number in (("processes", processes), ("chunk_steps", chunk_steps)):
        if number is not None and (isinstance(number, bool) or not isinstance(number, int) or number < 1):
            raise BadValue(name, number, "a whole number, at least 1")


def _of_request(listener: Listener, number: int) -> Listener:
    return lambda report: listener(dataclasses.replace(report, request=number))


def _deaf(report: Report) -> None:
    """Nobody listens."""

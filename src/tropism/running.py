"""Running: what the engine yields is handed to the store, so that a run killed at any moment goes on from there."""

from __future__ import annotations

import datetime
import queue
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tropism.core.experiment import Experiment
from tropism.core.member import Member, Seed, members_of
from tropism.core.sweep import Setting
from tropism.errors import Interrupted, TropismError
from tropism.plugins import load_plugin, loaded_plugins
from tropism.values import key_of

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.store.folder import Store
    from tropism.training.growth import Progress

CHECKPOINT_EVERY = 2.0
"""Seconds between checkpoints, about; one is also written on Ctrl-C."""


@dataclass(frozen=True)
class Report:
    """What a running program has to tell: which pack of how many, and how far it is."""

    pack: int
    packs: int
    progress: Progress


Listener = Callable[[Report], None]


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
    resolved = [tuple(sorted((experiment.address(n), float(v)) for n, v in setting)) for setting in settings]
    members = members_of(seeds, resolved)
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
    from tropism.store.ensembles import load
    from tropism.store.folder import Store as Folder

    if store is None:
        return _in_memory(experiment, members, on_progress or _deaf, chunk_steps)
    held = store if isinstance(store, Folder) else Folder(store)
    work = Work.of(experiment, members, held, processes)
    work.check_room(held)
    if processes > 1 and len(work.packs) > 1:
        _side_by_side(work, held, on_progress or _deaf, processes, chunk_steps)
    else:
        for number, pack in enumerate(work.packs):
            listener = _numbered(on_progress or _deaf, number, len(work.packs))
            run_pack(held, experiment, pack, on_progress=listener, chunk_steps=chunk_steps)
    return load(held, experiment, members, [member_key(experiment, member) for member in members])


@dataclass(frozen=True)
class Work:
    """What is missing from a store, packed into programs.

    Attributes:
        experiment: What is trained.
        packs: Members that share a program, one tuple a program.
        stored: How many of the members asked for are there already.
        num_parameters: Numbers in one network.
    """

    experiment: Experiment
    packs: tuple[tuple[Member, ...], ...]
    stored: int
    num_parameters: int

    @classmethod
    def of(cls, experiment: Experiment, members: tuple[Member, ...], store: Store | None, processes: int) -> Work:
        """The missing members of a request, packed; never imports JAX beyond shaping the network."""
        from tropism.training.placement import packs

        keys = {member_key(experiment, member): member for member in members}
        absent = list(keys) if store is None else store.missing(keys)
        size = num_parameters(experiment)
        shared_out = packs([keys[key] for key in absent], size, processes=processes)
        return cls(experiment, tuple(shared_out), len(keys) - len(absent), size)

    def num_members(self) -> int:
        """How many networks would be trained."""
        return sum(len(pack) for pack in self.packs)

    def num_bytes(self) -> int:
        """About how much of the disk they will take, checkpoints included."""
        from tropism.store.room import estimate_bytes

        records = min(self.experiment.length, 2000)
        snapshots = len(self.experiment.snapshots) + 1
        metrics = 4 + len(self.experiment.terms) + 2 * len(self.experiment.players)
        return estimate_bytes(
            self.num_parameters,
            self.num_members(),
            num_snapshots=snapshots,
            num_records=records,
            num_metrics=metrics,
        )

    def seconds(self, processes: int) -> float:
        """About how long it will take: a rule of thumb for small networks on one CPU core, compilation included."""
        per_step = 10e-6 + 6 * self.num_parameters * self.experiment.batch_size / 20e9
        training = self.num_members() * self.experiment.length * per_step
        rounds = -(-len(self.packs) // max(1, processes))
        return rounds * 4.0 + training / max(1, min(processes, len(self.packs) or 1))

    def check_room(self, store: Store) -> None:
        """Refuse to begin what the disk cannot hold.

        Raises:
            NoRoom: With what is needed and what is free.
        """
        if self.packs:
            store.check_room(self.num_bytes())


def run_pack(
    store: Store,
    experiment: Experiment,
    members: tuple[Member, ...],
    *,
    on_progress: Callable[[Progress], None],
    chunk_steps: int | None = None,
) -> None:
    """Train one program's members into one shard, going on from its last checkpoint if there is one."""
    from tropism.store.ensembles import contents_of
    from tropism.training import device
    from tropism.training.growth import Growth

    device.start()
    began = time.monotonic()
    with store.partial(pack_key(experiment, members)) as partial:
        if partial.finished:
            return
        origin = device.machine() | {"members_together": len(members), "processor": device.processor()}
        placement = partial.placement(origin)
        growth = Growth(experiment, members, chunk_steps=chunk_steps)
        checkpoint = partial.read_checkpoint()
        if checkpoint is not None:
            growth.restore(checkpoint.arrays, checkpoint.meta)
        for progress in _kept(growth, partial, eager=chunk_steps is not None):
            on_progress(progress)
        marks = {
            "placement": placement,
            "resumed": checkpoint is not None,
            "resumed_elsewhere": placement != origin,
            "command": sys.argv,
            "when": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "seconds": round(time.monotonic() - began, 3),
        }
        store.write_shard(pack_key(experiment, members), contents_of(growth.harvest(), marks))
        partial.discard()


def member_key(experiment: Experiment, member: Member) -> str:
    """A member's key in the store."""
    from tropism.values import ENGINE_NUMERICS

    return member.key_in(experiment.key(), ENGINE_NUMERICS)


def pack_key(experiment: Experiment, members: tuple[Member, ...]) -> str:
    """The key of the shard that holds exactly these members."""
    return key_of(tuple(member_key(experiment, member) for member in members))


def num_parameters(experiment: Experiment) -> int:
    """How many numbers one of its networks has, without making any."""
    from tropism.core.paths import shapes

    return sum(_product(shape) for shape in shapes(experiment.network).values())


def _kept(growth: Any, partial: Any, *, eager: bool) -> Iterator[Progress]:
    """A growth's progress, with a checkpoint every couple of seconds, and one on Ctrl-C."""
    last = time.monotonic()
    try:
        for progress in growth.run():
            if progress.step < progress.length and (eager or time.monotonic() - last > CHECKPOINT_EVERY):
                partial.write_checkpoint(*growth.checkpoint())
                last = time.monotonic()
            yield progress
    except KeyboardInterrupt:
        partial.write_checkpoint(*growth.checkpoint())
        raise Interrupted(
            f"Stopped at step {growth.step} of {growth.length}; the same request goes on from there."
        ) from None


def _in_memory(
    experiment: Experiment, members: tuple[Member, ...], on_progress: Listener, chunk_steps: int | None
) -> Ensemble:
    from tropism.core.ensemble import joined
    from tropism.training import device
    from tropism.training.growth import Growth
    from tropism.training.placement import packs

    device.start()
    shared_out = packs(members, num_parameters(experiment))
    parts = []
    for number, pack in enumerate(shared_out):
        growth = Growth(experiment, pack, chunk_steps=chunk_steps)
        for progress in growth.run():
            on_progress(Report(number, len(shared_out), progress))
        parts.append(growth.harvest())
    return joined(parts)


def _side_by_side(work: Work, store: Store, on_progress: Listener, processes: int, chunk_steps: int | None) -> None:
    """Packs on several processes, one core each; workers are spawned, never forked."""
    import multiprocessing

    from tropism.training.device import cores

    context = multiprocessing.get_context("spawn")
    jobs, news = context.Queue(), context.Queue()
    for number, pack in enumerate(work.packs):
        jobs.put((number, work.experiment, pack))
    available = cores()[:processes]
    crew = [
        context.Process(
            target=_worker, args=(core, str(store.path), loaded_plugins(), jobs, news, len(work.packs), chunk_steps)
        )
        for core in available
    ]
    for worker in crew:
        jobs.put(None)
        worker.start()
    try:
        _listen_to(crew, news, len(work.packs), on_progress)
    except KeyboardInterrupt:
        raise Interrupted("Stopped; the same request goes on from the last checkpoints.") from None
    finally:
        for worker in crew:
            worker.join(timeout=10)
            if worker.is_alive():
                worker.terminate()


def _listen_to(crew: list[Any], news: Any, count: int, on_progress: Listener) -> None:
    done = 0
    while done < count:
        try:
            message = news.get(timeout=0.5)
        except queue.Empty:
            dead = [worker for worker in crew if worker.exitcode not in (None, 0)]
            if dead:
                raise TropismError(
                    f"A worker process ended with code {dead[0].exitcode}; what it had finished is kept, and the same "
                    "request goes on from its last checkpoint."
                ) from None
            continue
        if isinstance(message, Report):
            on_progress(message)
        elif isinstance(message, BaseException):
            raise message
        else:
            done += 1


def _worker(
    core: int, path: str, plugins: tuple[str, ...], jobs: Any, news: Any, count: int, chunk_steps: int | None
) -> None:
    from tropism.training.device import pin

    pin(core)
    from tropism.store.folder import Store as Folder

    try:
        for plugin in plugins:
            load_plugin(plugin)
        store = Folder(path)
        for number, experiment, pack in iter(jobs.get, None):
            run_pack(store, experiment, pack, on_progress=_posted(news, number, count), chunk_steps=chunk_steps)
            news.put(number)
    except (Interrupted, KeyboardInterrupt):
        return
    except TropismError as error:
        news.put(error)


def _posted(news: Any, number: int, count: int) -> Callable[[Progress], None]:
    return lambda progress: news.put(Report(number, count, progress))


def _numbered(listener: Listener, number: int, count: int) -> Callable[[Progress], None]:
    return lambda progress: listener(Report(number, count, progress))


def _deaf(report: Report) -> None:
    """Nobody listens."""


def _product(shape: Mapping[int, int] | tuple[int, ...]) -> int:
    total = 1
    for length in shape:
        total *= length
    return total

"""Planning: what a study would train, what that costs, and how much of the disk it takes; nothing is trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.sweep import Study, Sweep
from tropism.values import key_of
from tropism.work import COMPILING, PER_FLOP, PER_STEP, Work, works_of

if TYPE_CHECKING:
    from tropism.store.folder import Store

MOST_TRACED = 8
"""Experiments whose step is traced for its operations, half a second each; further ones are estimated."""


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
        flops: Operations on floating-point numbers to train what is missing, as the traced step has them before the
            compiler merges any: draws, network, gradients and optimizer. A multiplication and an addition are two.
        seconds: About how long it takes, alone on the processes.
        cpu_seconds: About how long all processes are busy, together.
        bytes: About how much of the disk it takes, checkpoints included.
        kept: How much of that is left in the end.
        note: What cannot be known before.
    """

    sweep: str
    networks: int
    stored: int
    programs: int
    parameters: int
    steps: int
    flops: float
    seconds: float
    cpu_seconds: float
    bytes: int
    kept: int
    note: str = ""


def plan(study: Study, store: Store | None, *, processes: int) -> list[Line]:
    """What each sweep of a study would train, given what the store has."""
    known: dict[str, float] = {}
    works: dict[str, Work] = {}
    for together in stages(study.sweeps):
        fresh = {each.name: each.experiment for each in together if isinstance(each.experiment, Experiment)}
        members = {each.name: each.members(fresh[each.name]) for each in together if each.name in fresh}
        requests = [(experiment, members[name]) for name, experiment in fresh.items()]
        claimed = [key for work in works.values() for key in work.keys]
        works |= dict(zip(fresh, works_of(requests, store, processes, claimed=claimed), strict=True))
    lines = []
    for sweep in study.sweeps:
        if sweep.name in works:
            lines.append(_line(sweep.name, works[sweep.name], processes, known))
            continue
        count = len(sweep.seeds) * len(sweep.settings)
        note = "starts from networks that are trained before it"
        lines.append(Line(sweep.name, count, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0, 0, note))
    return lines


def stages(sweeps: tuple[Sweep, ...]) -> list[list[Sweep]]:
    """Sweeps that may be trained side by side, in order: one that starts from others waits for those it says, or for
    all before it."""
    found: list[list[Sweep]] = []
    stage_of: dict[str, int] = {}
    for sweep in sweeps:
        fresh = isinstance(sweep.experiment, Experiment)
        if sweep.after is not None:
            stage = max((stage_of[name] + 1 for name in sweep.after), default=0)
        elif fresh and found and isinstance(found[-1][0].experiment, Experiment):
            stage = len(found) - 1
        else:
            stage = len(found)
        found.extend([] for _ in range(stage + 1 - len(found)))
        found[stage].append(sweep)
        stage_of[sweep.name] = stage
    return found


def total(lines: Sequence[Line], processes: int) -> Line:
    """All lines as one; sweeps run side by side, so what one leaves idle another uses."""
    busy = sum(line.cpu_seconds for line in lines)
    kept = sum(line.kept for line in lines)
    longest = max((line.seconds for line in lines), default=0.0)
    return Line(
        sweep="in all",
        networks=sum(line.networks for line in lines),
        stored=sum(line.stored for line in lines),
        programs=sum(line.programs for line in lines),
        parameters=0,
        steps=0,
        flops=sum(line.flops for line in lines),
        seconds=max(longest, busy / max(1, processes)),
        cpu_seconds=busy,
        bytes=kept + max((line.bytes - line.kept for line in lines), default=0),
        kept=kept,
    )


def flops_of_step(experiment: Experiment, member: Member) -> float:
    """Operations on floating-point numbers in one step of one member, as traced; nothing is compiled or computed."""
    import jax
    import jax.numpy as jnp

    from tropism.arrays.placing import placed
    from tropism.training.origins import reference_params
    from tropism.training.program import Program
    from tropism.training.state import Fixed
    from tropism.training.streams import streams_of
    from tropism.training.tables import Tables, silent_terms

    members = (member,)
    tables = Tables.of(experiment, members)
    capacity = experiment.task.capacity(tables.ranges(experiment, "task"), experiment.batch_size)
    program = Program(experiment, silent=silent_terms(experiment, tables), capacity=capacity)
    streams, table = streams_of(members), placed(experiment.task.table())
    references = {each.name: reference_params(each, members) for each in experiment.references}
    fixed = Fixed(streams, program.worlds.eval_shape(table, streams.world), table, references)
    state = program.fresh.eval_shape(streams.init, placed(tables.rows(0)))
    row = jax.ShapeDtypeStruct((1, 1, len(program.addresses)), jnp.float32)
    records = jax.ShapeDtypeStruct((2, 1, len(program.metrics)), jnp.float32)
    where = placed(tables.settings), row, jnp.int32(0), jnp.int32(1), records
    return float(program.chunk.lower(state, fixed, *where).cost_analysis()["flops"])


def _line(name: str, work: Work, processes: int, known: dict[str, float]) -> Line:
    networks, steps = work.num_members(), work.experiment.length
    note = ""
    per_step = 0.0
    if work.packs:
        per_step, note = _per_step(work, known)
    training = networks * steps * (PER_STEP + per_step * PER_FLOP)
    at_once = max(1, min(processes, len(work.packs)))
    compiling = COMPILING if work.packs else 0.0
    return Line(
        sweep=name,
        networks=networks,
        stored=work.stored,
        programs=len(work.packs),
        parameters=work.num_parameters,
        steps=steps,
        flops=networks * steps * per_step,
        seconds=compiling + training / at_once,
        cpu_seconds=compiling * at_once + training,
        bytes=work.num_bytes(processes) if work.packs else 0,
        kept=work.kept_bytes() if work.packs else 0,
        note=note,
    )


def _per_step(work: Work, known: dict[str, float]) -> tuple[float, str]:
    """A step's operations, and a word on them where they are an estimate."""
    made = work.experiment
    kind = key_of((made.task, made.network, made.terms, made.optimizer, made.loss, made.players, made.batch_size))
    if kind not in known and len(known) < MOST_TRACED:
        known[kind] = flops_of_step(made, work.packs[0][0])
    if kind in known:
        return known[kind], ""
    return 6.0 * work.num_parameters * made.batch_size, "FLOPs estimated: six for each parameter and example"

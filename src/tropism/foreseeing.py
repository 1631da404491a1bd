"""Foreseeing: what sweeps would train that start from networks yet to be trained, as far as that can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.experiment import Experiment
from tropism.core.paths import shapes
from tropism.core.sweep import Sweep


def foreseen(sweeps: Sequence[Sweep]) -> dict[str, Experiment | None]:
    """What each sweep would train, by its name; nothing where only the trained networks can tell.

    A sweep that starts from others is asked with stand-ins for them: ensembles of the right experiment, members and
    shapes, whose numbers mean nothing. What it answers serves as a description alone.
    """
    found: dict[str, Experiment | None] = {}
    before = _StandIns()
    for sweep in sweeps:
        found[sweep.name] = made = _told(sweep, before)
        if made is not None:
            before.add(sweep, made)
    return found


def stand_in(sweep: Sweep, experiment: Experiment) -> Ensemble:
    """An ensemble like the one that will be trained, untrained: it may be cut, selected from and described."""
    members = sweep.members(experiment)
    count = len(members)
    draws = np.random.default_rng(0)
    networks = {"": experiment.network} | {f"{each.name}:": each.network for each in experiment.players}
    params = {
        prefix + path: np.broadcast_to(draws.normal(size=shape).astype(np.float32), (count, *shape))
        for prefix, network in networks.items()
        for path, shape in shapes(network).items()
    }
    metrics = ("loss", "error", *(term.name for term in experiment.terms))
    records = {name: np.ones((count, 1), np.float32) for name in metrics}
    end = np.array([experiment.length - 1])
    never = np.full(count, -1)
    return Ensemble(
        experiment=experiment,
        members=members,
        params=params,
        history=History(end, records, end, {"error": np.ones((count, 1), np.float32)}, {}),
        status=Status(never, never, ("",) * count),
        member_keys=tuple(f"{sweep.name} {row}" for row in range(count)),
        snapshots=dict.fromkeys(experiment.snapshots, params),
    )


def _told(sweep: Sweep, before: Mapping[str, Ensemble]) -> Experiment | None:
    try:
        made = sweep.resolved(before)
    except (
        Exception
    ):  # a study's own function, which may look at what networks learned: then it is asked when they have
        return None
    return made if isinstance(made, Experiment) else None


class _StandIns(Mapping[str, Ensemble]):
    """Stand-ins by their sweeps' names, each made when it is asked for."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Sweep, Experiment]] = {}

    def add(self, sweep: Sweep, experiment: Experiment) -> None:
        self._known[sweep.name] = (sweep, experiment)

    def __getitem__(self, name: str) -> Ensemble:
        return stand_in(*self._known[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

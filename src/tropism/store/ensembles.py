"""Ensembles as a shard keeps them, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tropism.core.ensemble import Ensemble, History, Status, joined
from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.snapshots import Snapshots
from tropism.errors import Missing
from tropism.store.contents import ShardContents
from tropism.store.folder import Store
from tropism.store.shards import Shard
from tropism.values import describe


def contents_of(ensemble: Ensemble, origin: Mapping[str, Any]) -> ShardContents:
    """What a shard keeps of an ensemble that has just been trained."""
    history, status = ensemble.history, ensemble.status
    arrays = {"steps": history.steps, "validation_steps": history.validation_steps}
    for part in ("records", "validation", "tallies"):
        arrays |= {f"{part}/{name}": array for name, array in getattr(history, part).items()}
    arrays |= {"status/diverged_at": status.diverged_at, "status/stopped_at": status.stopped_at}
    members = [
        {
            "key": key,
            "seed": str(member.seed),
            "streams": describe(member.seed),
            "dials": describe(member.dials),
            "cause": cause,
        }
        | ({"origin": member.origin} if member.origin else {})
        for key, member, cause in zip(ensemble.member_keys, ensemble.members, status.cause, strict=True)
    ]
    snapshots = {f"{step}/{path}": a for step, kept in ensemble.snapshots.items() for path, a in kept.items()}
    return ShardContents(
        params=dict(ensemble.params),
        snapshots=snapshots,
        history=arrays,
        experiment=describe(ensemble.experiment),
        members=members,
        origin=dict(origin),
    )


def load(store: Store, experiment: Experiment, members: Sequence[Member], keys: Sequence[str]) -> Ensemble:
    """The stored members of an experiment as one ensemble, in the order given.

    Raises:
        Missing: A member that is not stored.
        Damaged: A file that is not what its checksum says; the message names it.
    """
    found = store.find(keys)
    absent = [str(member.seed) for member, key in zip(members, keys, strict=True) if key not in found]
    if absent:
        raise Missing(f"{len(absent)} of {len(keys)} members are not stored (the first has seed {absent[0]}).")
    shards = {name: store.read_shard(name) for name in dict.fromkeys(shard for shard, _ in found.values())}
    parts, order = [], []
    for name, shard in shards.items():
        here = [place for place, key in enumerate(keys) if found[key][0] == name]
        rows = np.array([found[keys[place]][1] for place in here])
        parts.append(_part(shard, experiment, [members[p] for p in here], [keys[p] for p in here], rows))
        order += here
    whole = joined(parts)
    return whole if order == sorted(order) else whole.select(np.argsort(order))  # a copy more, only where it is needed


def _part(
    shard: Shard, experiment: Experiment, members: Iterable[Member], keys: Iterable[str], rows: np.ndarray
) -> Ensemble:
    def under(prefix: str) -> dict[str, np.ndarray]:
        return {n.removeprefix(prefix): shard.history[n][rows] for n in shard.history if n.startswith(prefix)}

    history = History(
        steps=shard.history["steps"],
        records=under("records/"),
        validation_steps=shard.history["validation_steps"],
        validation=under("validation/"),
        tallies=under("tallies/"),
    )
    status = Status(
        shard.history["status/diverged_at"][rows],
        shard.history["status/stopped_at"][rows],
        tuple(str(shard.members[row]["cause"]) for row in rows),
    )
    return Ensemble(
        experiment=experiment,
        members=tuple(members),
        params={path: shard.params[path][rows] for path in shard.params},
        history=history,
        status=status,
        member_keys=tuple(keys),
        snapshots=_snapshots(shard, rows),
    )


def _snapshots(shard: Shard, rows: np.ndarray) -> Snapshots:
    """What was kept on the way; the file is checked in full now, and its arrays are read when asked for."""
    paths: dict[int, list[str]] = {}
    for name in shard.snapshots:
        step, path = name.split("/", 1)
        paths.setdefault(int(step), []).append(path)
    return Snapshots(paths, lambda step: {path: shard.snapshots[f"{step}/{path}"][rows] for path in paths[step]})

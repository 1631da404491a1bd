"""Restoring: a stored study's networks by sweep, from the store alone; its definition is not needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tropism.core.member import Member
from tropism.errors import Missing
from tropism.grown import Grown
from tropism.values import rebuild

if TYPE_CHECKING:
    from tropism.store.folder import Store
    from tropism.store.shards import Shard


def restored(store: Store, study: str) -> Grown:
    """A stored study's ensembles by the names of its sweeps; each is read when it is asked for.

    What was changed when it was run is in them: an experiment is rebuilt from what was stored with its networks. One
    that started from other networks knows only their key.

    Raises:
        Missing: No study of that name ended here, or some of its networks were removed since.
    """
    folder = store.study(study)
    about, keys = folder.read_about(), folder.read_members()
    found = store.find(keys)
    again = f"Run it again: {about['command']}"
    absent = [key for key in keys if key not in found]
    if absent:
        raise Missing(f"{len(absent)} of the {len(keys)} networks of {study!r} are no longer stored. {again}")
    shards = {name: store.read_shard(name) for name in dict.fromkeys(shard for shard, _ in found.values())}
    ensembles, first = Grown(store), 0
    for name, count in _sweeps(study, about, len(keys), again):
        chosen = keys[first : first + count]
        first += count
        rows = [(shards[found[key][0]], found[key][1]) for key in chosen]
        if rows:
            members = tuple(_member(shard, row) for shard, row in rows)
            ensembles.add(name, rebuild(rows[0][0].experiment), members, chosen)
    return ensembles


def _sweeps(study: str, about: dict[str, Any], count: int, again: str) -> Sequence[tuple[str, int]]:
    """Each sweep's name and how many networks it has, in the order in which their keys are kept.

    Raises:
        Missing: It was stored before sweeps were told apart there, and has several.
    """
    if "sweeps" in about:
        return [(str(name), int(number)) for name, number in about["sweeps"]]
    names = [name for name, _ in about["ran"] if name != "Versions"]
    if len(names) == 1:
        return [(names[0], count)]
    raise Missing(f"{study!r} was stored before it was kept which network is of which sweep. {again}")


def _member(shard: Shard, row: int) -> Member:
    told = shard.members[row]
    return Member(rebuild(told["streams"]), rebuild(told["dials"]), str(told.get("origin", "")))

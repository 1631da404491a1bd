"""A study's ensembles, read from the store when they are asked for: memory does not grow with the number of sweeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.core.experiment import Experiment
    from tropism.core.member import Member
    from tropism.store.folder import Store

HELD = 2**30
"""Bytes of ensembles, their files' included, that are kept in memory, the latest at least."""


@dataclass(frozen=True)
class Remembered:
    """What a report says of an ensemble, kept when the ensemble itself is not.

    Attributes:
        experiment: What was trained.
        members: Who.
        keys: The members' keys in the store.
        num_parameters: Numbers in one network.
        failures: The members that diverged, in words.
    """

    experiment: Experiment
    members: tuple[Member, ...]
    keys: tuple[str, ...]
    num_parameters: int
    failures: tuple[str, ...]


class Grown(Mapping[str, "Ensemble"]):
    """Trained ensembles by the sweep's name; each is read when it is asked for, and the latest are held."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stands: dict[str, tuple[Experiment, tuple[Member, ...], tuple[str, ...]]] = {}
        self._held: dict[str, Ensemble] = {}
        self._remembered: dict[str, Remembered] = {}

    def add(self, name: str, experiment: Experiment, members: tuple[Member, ...], keys: Sequence[str]) -> None:
        """Says that the members of a sweep are stored under these keys."""
        self._stands[name] = (experiment, members, tuple(keys))

    def __getitem__(self, name: str) -> Ensemble:
        if name in self._held:
            self._held[name] = self._held.pop(name)  # the latest asked for stands last
            return self._held[name]
        from tropism.store.ensembles import load

        experiment, members, keys = self._stands[name]
        ensemble = load(self._store, experiment, members, keys)
        self._remembered[name] = Remembered(experiment, members, keys, ensemble.num_parameters, _failures(ensemble))
        self._held[name] = ensemble
        while len(self._held) > 1 and sum(map(num_bytes, self._held.values())) > HELD:
            del self._held[next(iter(self._held))]
        return ensemble

    def __iter__(self) -> Iterator[str]:
        return iter(self._stands)

    def __len__(self) -> int:
        return len(self._stands)

    def only(self, names: Iterable[str]) -> Grown:
        """Some of them, in their order, such as may travel to another process: there they are read from the store."""
        some, asked = Grown(self._store), set(names)
        some._held, some._remembered = self._held, self._remembered  # what one has read, no other reads again
        some._stands = {name: stand for name, stand in self._stands.items() if name in asked}
        return some

    def __reduce__(self) -> tuple[object, ...]:
        return _opened, (str(self._store.path), self._stands)

    def seconds(self, name: str) -> float:
        """What one network of an ensemble took on average, in seconds of its program, compiling included."""
        _, _, keys = self._stands[name]
        found = self._store.find(keys)
        shards = {shard: self._store.read_shard(shard) for shard in {shard for shard, _ in found.values()}}
        each = {name: shard.origin.get("seconds", nan) / len(shard.members) for name, shard in shards.items()}
        return float(sum(each[shard] for shard, _ in found.values()) / len(found))

    def remembered(self, name: str) -> Remembered:
        """What is known of an ensemble; it is read only if nobody has asked for it yet."""
        if name not in self._remembered:
            self[name]
        return self._remembered[name]


def _opened(path: str, stands: Mapping[str, Any]) -> Grown:
    """Ensembles of a store that another process fills, which this one only reads."""
    from tropism.store.folder import Store

    found = Grown(Store(path, writable=False))
    for name, stand in stands.items():
        found.add(name, *stand)
    return found


def num_bytes(ensemble: Ensemble) -> int:
    """How much memory a stored ensemble takes once all of it was looked at.

    Its snapshots stay in the store, but what was read of an open file counts as this process's memory, too.
    """
    return sum(array.nbytes for array in ensemble.params.values()) * (1 + len(ensemble.snapshots))


def _failures(ensemble: Ensemble) -> tuple[str, ...]:
    return tuple(
        f"seed {row['seed']} was frozen at step {row['diverged_at']}: {row['cause']} was not finite."
        for row in ensemble.failures().iter_rows(named=True)
    )

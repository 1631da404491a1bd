"""Summing up: how every setting of a run ended, from the stored histories alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.member import Member

if TYPE_CHECKING:
    from tropism.grown import Grown
    from tropism.store.folder import Store

TAIL = 16
"""The final loss is the mean over the last one of so many parts of training: one step's is mostly noise."""


@dataclass(frozen=True)
class Ending:
    """How the members of one setting ended.

    Attributes:
        sweep: Its sweep's name.
        setting: The members' own dials, by the shortest name that tells them apart.
        n: Members that did not fail, over whom the means are.
        failed: Members that diverged.
        loss: The final loss, a mean over the last sixteenth of training.
        loss_std: Its standard deviation from member to member; `None` below two.
        validation: The error on validation examples at the last look; `None` if there was none.
        validation_std: As for the loss.
    """

    sweep: str
    setting: Mapping[str, float]
    n: int
    failed: int
    loss: float | None
    loss_std: float | None
    validation: float | None
    validation_std: float | None


def endings(ensembles: Grown, store: Store) -> list[Ending]:
    """How each setting of each sweep ended, in the order they were asked for; no parameters are read."""
    found: list[Ending] = []
    for name in ensembles:
        known = ensembles.remembered(name)
        ends = _ends(store, known.keys)
        short = short_names(known.experiment, known.members)
        rows: dict[tuple[tuple[str, float], ...], list[int]] = {}
        for row, member in enumerate(known.members):
            rows.setdefault(member.dials, []).append(row)
        for dials, chosen in rows.items():
            setting = {short[address]: number for address, number in dials}
            found.append(_ending(name, setting, ends[chosen]))
    return found


def short_names(experiment: Experiment, members: Sequence[Member]) -> dict[str, str]:
    """What to call the members' own dials: an alias, the address's last part, or all of it where two end alike."""
    addresses = list(dict.fromkeys(address for member in members for address, _ in member.dials))
    aliases = {full: alias for alias, full in experiment.aliases().items()}
    shorter = {address: aliases.get(address, address.rpartition(".")[2]) for address in addresses}
    taken = list(shorter.values())
    return {address: short if taken.count(short) == 1 else address for address, short in shorter.items()}


def _ends(store: Store, keys: Sequence[str]) -> np.ndarray:
    """Final loss, last validation error and whether it failed, `[E, 3]`; NaN for what was not measured."""
    stands = store.find(keys)
    found = np.full((len(keys), 3), np.nan)
    for shard in dict.fromkeys(name for name, _ in stands.values()):
        history = store.read_shard(shard).history
        ends = np.stack(list(_columns(history)), axis=1)
        for place, key in enumerate(keys):
            if stands[key][0] == shard:
                found[place] = ends[stands[key][1]]
    return found


def _columns(history: Mapping[str, np.ndarray]) -> Iterator[np.ndarray]:
    loss = history["records/loss"]
    yield loss[:, -max(1, loss.shape[1] // TAIL) :].astype(np.float64).mean(axis=1)
    looks = history["validation/error"] if "validation/error" in history else np.zeros((len(loss), 0))
    yield looks[:, -1].astype(np.float64) if looks.shape[1] else np.full(len(loss), np.nan)
    yield (history["status/diverged_at"] >= 0).astype(np.float64)


def _ending(sweep: str, setting: Mapping[str, float], ends: np.ndarray) -> Ending:
    whole = ends[ends[:, 2] == 0]
    (loss, loss_std), (validation, validation_std) = (_mean_and_std(whole[:, column]) for column in (0, 1))
    failed = len(ends) - len(whole)
    return Ending(sweep, dict(setting), len(whole), failed, loss, loss_std, validation, validation_std)


def _mean_and_std(values: np.ndarray) -> tuple[float | None, float | None]:
    there = values[np.isfinite(values)]
    mean = float(there.mean()) if len(there) else None
    return mean, float(there.std(ddof=1)) if len(there) > 1 else None

"""The dials' numbers of many members: one table for each distinct setting, and who follows which."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from tropism.core.dial import Dial, join
from tropism.core.experiment import FIRST_PLAYER, Experiment
from tropism.core.member import Member


@dataclass(frozen=True)
class Tables:
    """Schedules of many members.

    Attributes:
        numbers: `[S, T, H]`, one table a distinct setting.
        settings: `[E]`, which table each member follows.
    """

    numbers: np.ndarray
    settings: np.ndarray

    @classmethod
    def of(cls, experiment: Experiment, members: tuple[Member, ...]) -> Tables:
        """The tables of an experiment's members."""
        distinct = list(dict.fromkeys(member.dials for member in members))
        numbers = np.stack([experiment.table(setting) for setting in distinct]).astype(np.float32)
        return cls(numbers, np.array([distinct.index(member.dials) for member in members], dtype=np.int32))

    def ranges(self, experiment: Experiment, prefix: str) -> dict[str, tuple[float, float]]:
        """The least and the largest number of every dial below `prefix`, by its place there.

        A dial that follows a rule may go as far as its bounds allow.
        """
        found = {}
        for place, (address, holder) in enumerate(experiment.dials().items()):
            if address.startswith(f"{prefix}."):
                column = self.numbers[:, :, place]
                ends = float(column.min()), float(column.max())
                if isinstance(holder, Dial) and holder.rule is not None:
                    low, high = experiment.bounds()[address]
                    ends = -math.inf if low is None else low, math.inf if high is None else high
                found[address.removeprefix(f"{prefix}.")] = ends
        return found

    def slice(self, first: int, count: int) -> np.ndarray:
        """The rows from a step on, `[S, count, H]`; past the end they are zero, and never read."""
        found = np.zeros((self.numbers.shape[0], count, self.numbers.shape[2]), np.float32)
        part = self.numbers[:, first : first + count]
        found[:, : part.shape[1]] = part
        return found

    def rows(self, step: int) -> np.ndarray:
        """Every member's numbers at one step, `[E, H]`."""
        return self.numbers[self.settings, step]


def alike(experiment: Experiment, members: Sequence[Member]) -> list[list[Member]]:
    """Members that leave out the same terms and draw in the same way, together; in the order of the first of each.

    What a member becomes must not depend on its company, so one for which a term's weight is zero throughout never
    shares a program with one that pays it, nor one of dense examples with one of sparse.
    """
    groups: dict[Hashable, list[Member]] = {}
    kinds: dict[tuple[tuple[str, float], ...], Hashable] = {}
    for member in members:
        if member.dials not in kinds:
            own = Tables.of(experiment, (member,))
            regime = experiment.task.regime(own.ranges(experiment, "task"))
            kinds[member.dials] = silent_terms(experiment, own), regime
        groups.setdefault(kinds[member.dials], []).append(member)
    return list(groups.values())


def silent_terms(experiment: Experiment, tables: Tables) -> frozenset[str]:
    """Terms whose weight is zero at every step of every member, and that no rule moves.

    They are left out before tracing. A term that only informs validation is not silent.
    """
    addresses = list(experiment.dials())
    dials = experiment.dials()
    found = set()
    for player in experiment.all_players():
        for term in player.terms:
            name = term.name if player.name == FIRST_PLAYER else join(player.name, term.name)
            holder = dials[join(name, "weight")]
            ruled = isinstance(holder, Dial) and holder.rule is not None
            column = tables.numbers[:, :, addresses.index(join(name, "weight"))]
            if term.phase != "validate" and not ruled and not column.any():
                found.add(name)
    return frozenset(found)

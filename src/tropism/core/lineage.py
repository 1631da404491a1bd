"""Lineage: which trained network a member starts from or looks at, and how that enters the member's key.

An experiment's key says what kind of networks it starts from; which of them is each member's own matter. So a member's
key does not depend on who else was trained, and asking for more seeds trains only those, also in a second stage.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.start import From, Reference
from tropism.errors import DoesNotFit, Missing
from tropism.values import ENGINE_NUMERICS, key_of


def member_keys(experiment: Experiment, members: Sequence[Member]) -> list[str]:
    """The keys of some members: experiment, version of the numerics, seed, dials, and the networks they come from."""
    key = experiment.key()
    lines = [_row_keys(each, members) for each in (experiment.start, *experiment.references)]
    return [
        member.key_in(
            key, ENGINE_NUMERICS, (*(line[place] for line in lines if line), *experiment.task.lineage(member))
        )
        for place, member in enumerate(members)
    ]


def rows_of(source: From | Reference, members: Sequence[Member], where: str) -> np.ndarray:
    """The row of the source that each member starts from or looks at, `[E]`.

    Raises:
        Missing: Only the source's key is known.
        DoesNotFit: It has no such member, or several that would do.
    """
    ensemble = held(source)
    if source.member is not None:
        if not 0 <= source.member < len(ensemble):
            raise DoesNotFit(f"{where}: member {source.member} is asked for, and there are {len(ensemble)}.")
        return np.full(len(members), source.member)
    if isinstance(source, From) and source.each:
        return _rows_by_origin(ensemble, members, where)
    return np.array([_row(ensemble, member, where) for member in members])


def held(source: From | Reference) -> Ensemble:
    """The ensemble itself.

    Raises:
        Missing: Only its key is known.
    """
    if isinstance(source.ensemble, str):
        raise Missing(f"The networks {source.ensemble[:12]}… that this experiment starts from are not at hand.")
    return source.ensemble


def place_of_source(source: From | Reference) -> str:
    """Which part of an experiment a source is, for messages."""
    return f"the reference {source.name!r}" if isinstance(source, Reference) else "Experiment.start"


def _row_keys(source: object, members: Sequence[Member]) -> list[str]:
    if not isinstance(source, (From, Reference)):
        return []
    ensemble = held(source)
    rows = rows_of(source, members, place_of_source(source))
    known = {row: ensemble.row_key(row) for row in set(rows.tolist())}
    return [key_of((known[row],)) for row in rows.tolist()]


def _rows_by_origin(source: Ensemble, members: Sequence[Member], where: str) -> np.ndarray:
    rows = {key: row for row, key in enumerate(source.member_keys)}
    for member in members:
        if member.origin not in rows:
            raise DoesNotFit(f"{where}: the member with seed {member.seed} says of no network that it starts from it.")
    return np.array([rows[member.origin] for member in members])


def _row(source: Ensemble, member: Member, where: str) -> int:
    """The row with the member's own seed; of several settings, the one whose dials are all, or the most, of its own."""
    rows = [row for row, other in enumerate(source.members) if other.seed == member.seed]
    if not rows:
        raise DoesNotFit(f"{where}: the ensemble has no member with seed {member.seed}; it has {len(source)} members.")
    if len(rows) > 1:
        own = set(member.dials)
        shared = {row: set(source.members[row].dials) for row in rows}
        rows = [row for row, dials in shared.items() if dials == own or (dials and dials < own)]
        rows = [row for row in rows if len(shared[row]) == max(len(shared[each]) for each in rows)]
    if len(rows) != 1:
        raise DoesNotFit(
            f"{where}: the ensemble has several members with seed {member.seed}, and not one whose dials the member "
            "shares; select one setting, or give the members its dials."
        )
    return rows[0]

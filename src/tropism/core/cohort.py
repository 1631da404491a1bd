"""Cohorts: networks of several experiments side by side, so that one program can train all of them on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import Member
from tropism.errors import BadValue, DoesNotFit


def gathered(ensembles: Iterable[Ensemble]) -> Ensemble:
    """Networks of one description, whatever they were trained as, as one ensemble, in the order given.

    What was cut or rewritten in the weights stays; histories and earlier steps are left behind. Each row is known by
    the key of the network that it was, which is also its member's `origin`; outputs are read out as the first one's
    task does. `From(gathered(...), each=True)` goes on from all of them.

    Raises:
        DoesNotFit: Networks of different descriptions, the same network twice, or interventions, which are no weights.
    """
    parts = list(ensembles)
    if not parts:
        raise BadValue("gathered", (), "at least one Ensemble")
    first = parts[0]
    for part in parts:
        if part.network != first.network:
            raise DoesNotFit(f"gathered: {part.network!r} and {first.network!r} are different networks.")
        if part.interventions:
            raise DoesNotFit(
                "gathered takes weights, and an intervention rewrites activations: cut the weights instead."
            )
    keys = tuple(part.row_key(row) for part in parts for row in range(len(part)))
    if len(set(keys)) != len(keys):
        raise DoesNotFit("gathered: one network comes twice.")
    seeds = [member.seed for part in parts for member in part.members]
    none = np.zeros(0, int)
    own = [path for path in first.params if ":" not in path]
    return Ensemble(
        experiment=first.experiment,
        members=tuple(Member(seed, origin=key) for seed, key in zip(seeds, keys, strict=True)),
        params={path: np.concatenate([part.params[path] for part in parts]) for path in own},
        history=History(none, {}, none, {}, {}),
        status=Status(
            np.concatenate([part.status.diverged_at for part in parts]),
            np.concatenate([part.status.stopped_at for part in parts]),
            tuple(cause for part in parts for cause in part.status.cause),
        ),
        member_keys=keys,
        network=first.network,
    )

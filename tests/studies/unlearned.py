"""The ensembles of a study as they would be if nothing were ever learned: weights by lot, nothing compiled."""

from __future__ import annotations

import numpy as np

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.lineage import member_keys
from tropism.core.paths import shapes


def unlearned(study, seed=0) -> dict[str, Ensemble]:
    """By sweep, networks of the right experiments and members, with weights by lot, also before training."""
    random, found = np.random.default_rng(seed), {}
    for sweep in study.sweeps:
        experiment = sweep.resolved(found)
        members = sweep.members(experiment)
        nowhere = np.full(len(members), -1)
        found[sweep.name] = Ensemble(
            experiment=experiment,
            members=members,
            params=_by_lot(experiment.network, len(members), random),
            history=History(np.zeros(0, int), {}, np.zeros(0, int), {}, {}),
            status=Status(nowhere, nowhere, ("",) * len(members)),
            member_keys=tuple(member_keys(experiment, members)),
            snapshots={0: _by_lot(experiment.network, len(members), random)},
        )
    return found


def _by_lot(network, count, random):
    return {
        path: (random.normal(size=(count, *shape)) / np.sqrt(shape[-1])).astype(np.float32)
        for path, shape in shapes(network).items()
    }

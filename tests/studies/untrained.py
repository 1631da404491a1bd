"""Networks that nobody trained, for tests of studies whose training would take minutes."""

import numpy as np

from tropism.core.ensemble import Ensemble, History, Status


def untrained(experiment, members):
    """Networks with numbers of the right shapes, some of them monosemantic; training them all would take minutes."""
    network, rows, key = experiment.network, len(members), experiment.key()
    random = np.random.default_rng(int(key[:8], 16))

    def params():
        return {
            "hidden.weight": random.normal(size=(rows, network.hidden, network.inputs)).astype(np.float32),
            "hidden.bias": random.normal(-1.0, 1.0, size=(rows, network.hidden)).astype(np.float32),
            "output.weight": random.normal(size=(rows, network.outputs, network.hidden)).astype(np.float32),
        }

    steps = np.arange(experiment.length)
    errors = random.uniform(1, 2, size=(rows, len(steps)))
    return Ensemble(
        experiment=experiment,
        members=tuple(members),
        params=params(),
        history=History(steps, {"error": errors}, steps[-1:], {"error": errors[:, -1:]}, {}),
        status=Status(np.full(rows, -1), np.full(rows, -1), ("",) * rows),
        member_keys=tuple(f"{key} {row}" for row in range(rows)),
        snapshots={step: params() for step in experiment.snapshots},
    )

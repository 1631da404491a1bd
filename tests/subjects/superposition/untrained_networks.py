"""Networks as they are before training, made without the engine: measures need no more, and compiling takes longest."""

import jax
import numpy as np

from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.member import members_of
from tropism.core.paths import flattened
from tropism.training.streams import streams_of


def untrained(experiment, seeds=(0, 1), settings=((),)):
    """An ensemble of settings × seeds, with parameters of its own and no history."""
    members = members_of(seeds, settings)
    keys = streams_of(members).init
    params = flattened(jax.vmap(experiment.network.build)(keys))
    nothing = History(np.zeros(0, int), {}, np.zeros(0, int), {}, {})
    status = Status(np.full(len(members), -1), np.full(len(members), -1), ("",) * len(members))
    held = {path: np.asarray(item) for path, item in params.items()}
    snapshots = dict.fromkeys(experiment.snapshots, held)
    return Ensemble(experiment, members, held, nothing, status, tuple(map(str, members)), snapshots)

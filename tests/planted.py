"""Networks of two layers whose weights were written by hand: what a measure must find in them is known."""

from __future__ import annotations

import numpy as np

from probe import SparseWords, words
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.lineage import member_keys
from tropism.core.member import members_of
from tropism.networks import TwoLayer


def planted(into, out, *, bias=None, offset=None, activation="linear", first_seed=0) -> Ensemble:
    """An ensemble with hidden weights `into` [E, H, I] and output weights `out` [E, O, H], seeds in a row."""
    into, out = np.asarray(into, np.float32), np.asarray(out, np.float32)
    count, hidden, inputs = into.shape
    network = TwoLayer(
        inputs=inputs, hidden=hidden, outputs=out.shape[1], activation=activation, output_bias=offset is not None
    )
    task = SparseWords(features=out.shape[1], width=inputs)
    experiment = words(task=task, network=network)
    members = members_of(range(first_seed, first_seed + count))
    params = {"hidden.weight": into, "hidden.bias": np.zeros((count, hidden), np.float32), "output.weight": out}
    if bias is not None:
        params["hidden.bias"] = np.asarray(bias, np.float32)
    if offset is not None:
        params["output.bias"] = np.asarray(offset, np.float32)
    nowhere = np.full(count, -1)
    return Ensemble(
        experiment=experiment,
        members=members,
        params=params,
        history=History(np.zeros(0, int), {}, np.zeros(0, int), {}, {}),
        status=Status(nowhere, nowhere, ("",) * count),
        member_keys=tuple(member_keys(experiment, members)),
    )


def random_ensemble(members=3, inputs=6, hidden=8, outputs=5, seed=0, **more) -> Ensemble:
    """Weights by lot."""
    random = np.random.default_rng(seed)
    shapes = ((members, hidden, inputs), (members, outputs, hidden))
    return planted(*(random.normal(size=shape) / np.sqrt(shape[-1]) for shape in shapes), **more)

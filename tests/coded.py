"""Sparse autoencoders whose weights were drawn by lot: ensembles of dictionaries without any training."""

from __future__ import annotations

import numpy as np

from tropism.core import Adam, Experiment
from tropism.core.ensemble import Ensemble, History, Status
from tropism.core.lineage import member_keys
from tropism.core.member import members_of
from tropism.dictionaries import (
    BatchTopKCode,
    GatedCode,
    HybridCode,
    JumpReLUCode,
    ReLUCode,
    SparseAutoencoder,
    TopKCode,
)
from tropism.subjects.features import KnownFeatures, Population

CODES = {
    "relu": ReLUCode(),
    "top k": TopKCode(k=3),
    "batch top k": BatchTopKCode(k=3),
    "jump": JumpReLUCode(),
    "gated": GatedCode(),
    "hybrid, all sparse": HybridCode(dense=0, sparse=TopKCode(k=3)),
}
"""Every code that SAELens has an architecture for."""
ARCHITECTURES = {
    "relu": "standard",
    "top k": "topk",
    "batch top k": "jumprelu",
    "jump": "jumprelu",
    "gated": "gated",
    "hybrid, all sparse": "topk",
}
EXAMPLES = np.random.default_rng(5).normal(size=(200, 6)).astype(np.float32)


def coded(code, *, latents=20, centered=True, seed=0, members=2) -> Ensemble:
    """Dictionaries of width 6; thresholds and gates differ from latent to latent, and no atom has length one."""
    network = SparseAutoencoder(inputs=6, latents=latents, code=code, centered=centered)
    task = KnownFeatures(width=6, populations=(Population(features=12),))
    experiment = Experiment(task=task, network=network, optimizer=Adam(lr=0.01), steps=5)
    luck = np.random.default_rng(seed)
    shapes = {"encoder.weight": (latents, 6), "output.weight": (6, latents), "output.bias": (6,)}
    shapes |= {"encoder.bias": (latents,)} if code.biased else {}
    params = {path: luck.normal(size=(members, *shape)) / 2 for path, shape in shapes.items()}
    for name in code.parameters():
        params[f"code.{name}"] = luck.random((members, latents)) / 2
    nowhere, owners = np.full(members, -1), members_of(range(members))
    return Ensemble(
        experiment=experiment,
        members=owners,
        params={path: array.astype(np.float32) for path, array in params.items()},
        history=History(np.zeros(0, int), {}, np.zeros(0, int), {}, {}),
        status=Status(nowhere, nowhere, ("",) * members),
        member_keys=tuple(member_keys(experiment, owners)),
    )

"""Sparse dictionaries as SAELens trains them: what is learned, from which samples. No JAX until asked.

The loss, the start and the update are those of SAELens's trainer: squares summed over dimensions, magnitudes priced
with the lengths of their directions, decoder directions of any length, Adam, gradients clipped to length 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tropism.core import Adam, Experiment
from tropism.dictionaries import CodeNorm, ReLUCode, SparseAutoencoder, TopKCode
from tropism.optimizers import Clipped
from tropism.subjects.features import Activations, Recorded

BATCH, RATE, PRICE = 512, 2e-3, 0.15
SAMPLES = 2**14
"""As many rows as are drawn from a stored network unless something is said."""
MANY, WHOLE = 32, 1000
"""Small dictionaries that are trained at once, and the steps of a whole run."""


@dataclass(frozen=True)
class Workload:
    """What is trained, and what is asked of ours.

    Attributes:
        says: Its line on the page.
        width: Of a sample, d.
        latents: D.
        k: How many are on; none where magnitudes are priced.
        steps: Of one measurement of a peer.
        faster: How many times faster than SAELens ours must be, if anything is asked.
        many: Whether 32 at once are timed, instead of the matrix products.
    """

    says: str
    width: int
    latents: int
    k: int | None
    steps: int
    faster: float | None = None
    many: bool = False

    @property
    def flops(self) -> int:
        """Of a step's dense matrix products: two forward, three back, none of them for the samples."""
        return 5 * 2 * BATCH * self.width * self.latents

    def experiment(self, steps: int = 1_000_000) -> Experiment:
        """The same in our engine."""
        code = ReLUCode() if self.k is None else TopKCode(k=self.k)
        return Experiment(
            task=Activations(source=Recorded.of(samples(self.width), share=1e-3), scaling="none"),
            network=SparseAutoencoder(inputs=self.width, latents=self.latents, code=code),
            terms=(CodeNorm(weight=PRICE),) if self.k is None else (),
            optimizer=Adam(lr=RATE, gradients=(Clipped(),)),
            batch_size=BATCH,
            steps=steps,
            validate_every=0,
        )


def samples(width: int) -> np.ndarray:
    """Sums of three of 2 · width random directions, with half-normal magnitudes."""
    luck = np.random.default_rng(0)
    directions = luck.normal(size=(2 * width, width))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    features = np.zeros((SAMPLES, 2 * width))
    chosen = np.argsort(luck.random(features.shape), axis=1)[:, :3]
    np.put_along_axis(features, chosen, np.abs(luck.normal(size=chosen.shape)), axis=1)
    return (features @ directions).astype(np.float32)


WORKLOADS = {
    "l1": Workload("L1, 64 dimensions, 512 latents", 64, 512, None, 150, faster=1.3),
    "topk": Workload("TopK, 64 dimensions, 512 latents, 8 on", 64, 512, 8, 150, faster=2.0),
    "l1, small": Workload("L1, 32 dimensions, 64 latents", 32, 64, None, 600, many=True),
    "topk, small": Workload("TopK, 32 dimensions, 64 latents, 3 on", 32, 64, 3, 600, many=True),
}

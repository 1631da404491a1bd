"""What the study `realism` compares: activations of trained networks, data sets of known truth, and their sliders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.sweep import Sweep
from tropism.measures import fresh_examples, values_at
from tropism.networks import Dense
from tropism.studies._retrain_runs import SITE, models
from tropism.subjects.features import Digits
from tropism.subjects.features.presets import data_set, lens
from tropism.subjects.features.recalls import recall
from tropism.subjects.features.tasks.dependent import Correlated
from tropism.subjects.features.tasks.frames import Orthonormal
from tropism.subjects.features.tasks.known import KnownFeatures, Population
from tropism.subjects.features.tasks.magnitudes import Around, Gaussian
from tropism.subjects.features.tasks.sources import SHOWN
from tropism.subjects.features.tasks.supports import Always, Coins
from tropism.subjects.superposition import ImportantFeatures

WIDTH = 32
"""Dimensions of everything that is compared."""
ROWS = 1780
"""Examples of each source: half for its axes, half to be told apart. There are 1797 digits."""
STREAM = "residual.0"
"""The residual stream after the first layer."""
DATA = ("STB-32", "SL-32", "CORR", "HIER", "MIX-32")
"""Data sets of known truth."""
SLIDERS = ("mean offset", "correlation", "dense directions", "frequency skew", "noise")
"""What is changed of one of them, one thing at a time."""
BASE = "SL-32"
"""The one whose sliders are moved."""


@dataclass(frozen=True)
class Scale:
    """How much is trained and compared; levels of sliders count from 0 here."""

    networks: tuple[str, ...] = ("digits, ReLU", "digits, linear", "recall, stream", "sparse features")
    seeds: tuple[int, ...] = (10, 11, 12)
    levels: tuple[int, ...] = (0, 1, 2)
    data: tuple[str, ...] = DATA
    sliders: tuple[str, ...] = SLIDERS
    digits_steps: int = 800
    recall_steps: int = 800
    sparse_steps: int = 1200

    def sweeps(self) -> tuple[Sweep, ...]:
        """The networks."""
        return tuple(Sweep(name, self.experiment(name), self.seeds) for name in self.networks)

    def experiment(self, name: str) -> Experiment:
        """How networks of a kind are trained."""
        if name == "recall, stream":
            return replace(recall(steps=self.recall_steps), validate_every=0)
        known = models(self.digits_steps, self.sparse_steps)
        if name == "sparse features":
            network = Dense(inputs=64, hidden=(128, WIDTH, 128), outputs=64, linear=(1,))
            task = ImportantFeatures(features=64, density=3 / 64)
            return replace(known["sparse"].experiment, task=task, network=network, snapshots=())
        return replace(known["relu" if name == "digits, ReLU" else "linear"].experiment, snapshots=())


def network_rows(name: str, ensemble: Ensemble, row: int) -> Float[np.ndarray, "N D"]:
    """Activations of one network, each of an example of its own, in an order of chance."""
    luck = np.random.default_rng((row, len(name)))
    if name.startswith("digits"):
        inputs = Digits(share=(0.0, 1.0)).examples()[0]
        found = values_at(ensemble.select([row]), inputs, (SITE,))[SITE][0]
        return found[luck.permutation(len(found))[:ROWS]].astype(float)
    alone = ensemble.select([row])
    found = alone.listen(fresh_examples(alone, 0, ROWS, purpose=SHOWN), (site_of(name),))[1][site_of(name)][0]
    by_example = found.reshape(ROWS, -1, found.shape[-1])
    return by_example[np.arange(ROWS), luck.integers(by_example.shape[1], size=ROWS)].astype(float)


def site_of(name: str) -> str:
    """Where networks of a kind are listened to."""
    return STREAM if name == "recall, stream" else SITE


def sliders(scale: Scale) -> Mapping[tuple[str, int], KnownFeatures]:
    """The base with one thing changed, by what and how far: level 1 to 3; and with all of them changed, level 2."""
    base = lens(WIDTH)
    found: dict[tuple[str, int], KnownFeatures] = {}
    for level in scale.levels:
        found["mean offset", level + 1] = replace(base, offset=(0.75, 1.5, 3.0)[level])
        found["correlation", level + 1] = _kind(Correlated(scale=(0.2, 0.35, 0.5)[level]))
        found["dense directions", level + 1] = with_dense(base, (2, 4, 8)[level])
        found["frequency skew", level + 1] = _kind(Coins(3.0, zipf=(0.4, 0.8, 1.2)[level]))
        found["noise", level + 1] = replace(base, noise=(0.05, 0.1, 0.3)[level])
    found = {place: each for place, each in found.items() if place[0] in scale.sliders}
    together = with_dense(_kind(Correlated(scale=0.35, ratio=0.97)), 4)
    found["all together", 2] = replace(together, offset=1.5, noise=0.1)
    return found


def data(name: str) -> KnownFeatures:
    """A data set of known truth by its name."""
    return data_set(name)


def _kind(support: Coins | Correlated) -> KnownFeatures:
    kind = Population(features=2 * WIDTH, support=support, magnitudes=Around())
    return KnownFeatures(width=WIDTH, populations=(kind,))


def with_dense(task: KnownFeatures, count: int) -> KnownFeatures:
    """The same beside so many dense directions at right angles, of deviations from 1.5 to .7."""
    always = Population(
        name="dense", features=count, support=Always(), magnitudes=Gaussian(1.5, 0.7), frame=Orthonormal()
    )
    return replace(task, populations=(*task.populations, always))

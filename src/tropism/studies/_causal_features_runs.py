"""What the study `causal-features` trains: digits, dictionaries of what a layer says, recall, and toy superposition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.sweep import Sweep, grid
from tropism.dictionaries import TopKCode
from tropism.losses import CrossEntropy
from tropism.networks import Dense, Tied
from tropism.optimizers import AdamW, Annealed
from tropism.subjects.features import Activations, Digits, Watched
from tropism.subjects.features.recalls import recall
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.superposition import ImportantFeatures

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

LAYER = "hidden.1"
"""The layer of the digits' networks that is looked at: 32 wide, linear."""
STREAM = "middle.1"
"""The site of recall's networks: the stream after the second attention, looked at where the answer is given."""
FEATURES, HIDDEN = 24, 6
"""Of the toy networks."""
LATENTS, ACTIVE = 96, 6
"""Of dictionaries, and how many are on."""


@dataclass(frozen=True)
class Scale:
    """How much is trained, and looked for.

    Attributes:
        seeds: Networks of digits, each with a dictionary.
        steps: Of training them.
        dictionary_steps: Of training dictionaries.
        recall_seeds: Networks of recall.
        toy_seeds: Toy networks of each density.
        densities: How often a feature of theirs is on.
        toy_steps: Of training them.
        search: Whether there are dictionaries, and directions that are searched.
    """

    seeds: tuple[int, ...] = tuple(range(10))
    steps: int = 1500
    dictionary_steps: int = 1500
    recall_seeds: tuple[int, ...] = (0, 1, 2)
    toy_seeds: tuple[int, ...] = (0, 1, 2)
    densities: tuple[float, ...] = (0.3, 0.1, 0.05, 0.02, 0.01)
    toy_steps: int = 3000
    search: bool = True


QUICK = Scale((0, 1), 500, 0, (), (0, 1), (0.3, 0.02), 1000, search=False)


def sweeps(scale: Scale) -> tuple[Sweep, ...]:
    """Digits and their dictionaries, recall where it is asked for, and toy networks of several densities."""

    def learned(before: Mapping[str, Ensemble]) -> Experiment:
        source = Activations(source=Watched(before["digits"], LAYER, count=4096))
        return dictionary(source, LATENTS, TopKCode(k=ACTIVE), steps=scale.dictionary_steps, batch_size=256)

    found = [
        Sweep("digits", digits(scale.steps), scale.seeds),
        Sweep("toy", toy(scale.toy_steps), scale.toy_seeds, grid(task__density=scale.densities)),
    ]
    if scale.search:
        found.insert(1, Sweep("dictionaries", learned, scale.seeds, after=("digits",)))
    if scale.recall_seeds:
        found.append(Sweep("recall", recall(), scale.recall_seeds))
    return tuple(found)


def digits(steps: int) -> Experiment:
    """A network that tells digits apart by way of a linear layer 32 wide."""
    return Experiment(
        task=Digits(),
        network=Dense(inputs=64, hidden=(128, 32, 64), outputs=10, linear=(1,)),
        optimizer=AdamW(lr=0.002, weight_decay=0.001),
        loss=CrossEntropy(),
        steps=steps,
        batch_size=128,
        validate_every=0,
    )


def toy(steps: int) -> Experiment:
    """Features that are rebuilt from a fourth as many numbers; how often they are on is a dial."""
    return Experiment(
        task=ImportantFeatures(features=FEATURES),
        network=Tied(features=FEATURES, hidden=HIDDEN),
        optimizer=Adam(lr=0.003, pace=Annealed()),
        steps=steps,
        batch_size=256,
        validate_every=0,
    )

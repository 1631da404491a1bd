"""The networks of which a layer is trained again, and the dictionaries of their activations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.cohort import gathered
from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.optimizer import Adam
from tropism.core.start import From
from tropism.core.sweep import Sweep
from tropism.dictionaries import TopKCode
from tropism.losses import CrossEntropy
from tropism.measures import fresh_examples
from tropism.networks import Dense
from tropism.optimizers import AdamW, Annealed
from tropism.subjects.features import HELD_OUT, Activations, Digits, Watched
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.superposition import ImportantFeatures

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

SITE, BEFORE, AFTER = "hidden.1", "hidden.0", "hidden.2"
"""The layer that is looked at, and its neighbors."""
AROUND = ("hidden.1.*", "hidden.2.*")
"""What is written into that layer and what reads it: these parameters start anew, and only they move."""
FRESH_LUCK = ("init", "data", "world")
"""What a network that is trained again does not share with the one that it comes of."""
ASKED = 1440
"""Examples of sparse features that networks are asked after training."""

Way = Literal["PCA", "SVD", "ICA", "W in", "W out", "W out · W in"]
WAYS: tuple[Way, ...] = ("PCA", "SVD", "ICA", "W in", "W out", "W out · W in")
"""Narrow decompositions: of the layer's activations, of the weights into it, out of it, and of both together."""


@dataclass(frozen=True)
class Model:
    """A network whose layer is trained again, and what it is trained on.

    Attributes:
        words: What tables and figures call it.
        experiment: How networks of the kind are trained.
        active: How many latents of a dictionary may be on.
        longer: How many times as long a layer is trained again: once, unless it would not come back.
    """

    words: str
    experiment: Experiment
    active: int
    longer: int = 1

    @property
    def width(self) -> int:
        """Of the layer that is looked at."""
        network = self.experiment.network
        assert isinstance(network, Dense)
        return network.hidden[1]

    @property
    def linear(self) -> bool:
        """Whether that layer is."""
        network = self.experiment.network
        assert isinstance(network, Dense)
        return 1 in network.linear


def models(steps: int = 1500, sparse_steps: int = 2000) -> dict[str, Model]:
    """The three kinds by the names that sweeps have; so many steps on digits, and on sparse features."""
    digits = Experiment(
        task=Digits(),
        network=Dense(inputs=64, hidden=(128, 32, 64), outputs=10),
        optimizer=AdamW(lr=0.002, weight_decay=0.001),
        loss=CrossEntropy(),
        steps=steps,
        batch_size=128,
        snapshots=(0,),
        validate_every=0,
    )
    sparse = Experiment(
        task=ImportantFeatures(features=20, density=0.1),
        network=Dense(inputs=20, hidden=(128, 16, 128), outputs=20, linear=(1,)),
        optimizer=Adam(lr=0.003, pace=Annealed()),
        steps=sparse_steps,
        batch_size=256,
        snapshots=(0,),
        validate_every=0,
    )
    linear = replace(digits, network=replace(digits.network, linear=(1,)))
    return {
        "linear": Model("digits, linear layer", linear, 6),
        "relu": Model("digits, ReLU layer", digits, 6),
        "sparse": Model("sparse features", sparse, 3, longer=3),
    }


def again(model: Model, base: Ensemble) -> Experiment:
    """The layer trained again in each of these networks, everything else as it is."""
    start = From(base, reinitialize=AROUND, each=True)
    steps = model.longer * model.experiment.length
    return replace(model.experiment, start=start, trainable=AROUND, steps=steps, snapshots=())


@dataclass(frozen=True)
class Scale:
    """How much is trained.

    Attributes:
        kinds: Which models.
        seeds: Base networks.
        others: As many whose luck is another, to compare with; before training they are the untrained ones.
        steps: Of training on digits,
        sparse_steps: and on sparse features.
        dictionary_steps: Of training dictionaries.
        ways: Which narrow decompositions.
    """

    kinds: tuple[str, ...] = ("linear", "relu", "sparse")
    seeds: tuple[int, ...] = tuple(range(30, 40))
    others: tuple[int, ...] = tuple(range(40, 50))
    steps: int = 1500
    sparse_steps: int = 2000
    dictionary_steps: int = 1500
    ways: tuple[Way, ...] = WAYS

    def __post_init__(self) -> None:
        assert len(self.seeds) == len(self.others), "each base network has another to stand beside it"

    def chosen(self) -> dict[str, Model]:
        """The models by name."""
        return {name: each for name, each in models(self.steps, self.sparse_steps).items() if name in self.kinds}


FAMILIES = ("base", "retrained", "new", "untrained")
"""The networks that dictionaries are learned of, as many of each as there are base networks."""
LUCKS = 2
"""Dictionaries of each network."""


def sweeps(scale: Scale) -> tuple[Sweep, ...]:
    """Of every model: base networks and others, a layer trained again twice, and dictionaries.

    The model that takes longest begins, so that no core waits for it at the end.
    """
    return tuple(each for name, model in reversed(scale.chosen().items()) for each in _of_model(name, model, scale))


def _of_model(name: str, model: Model, scale: Scale) -> tuple[Sweep, ...]:
    count, base, again_1 = len(scale.seeds), f"{name} base", f"{name} retrained"

    def retrained(before: Mapping[str, Ensemble]) -> Experiment:
        return again(model, before[base].select(range(count)))

    def learned(before: Mapping[str, Ensemble]) -> Experiment:
        source = Watched(numbered(families(before, name, count).values()), SITE, count=4096)
        return dictionaries_of(source, model, scale.dictionary_steps)

    twice = tuple(Sweep(each, retrained, (), apart=FRESH_LUCK, after=(base,)) for each in (again_1, f"{again_1} again"))
    rows = range(count * len(FAMILIES))
    lucks = tuple(Seed.of(1000 * luck + row, world=row) for luck in range(LUCKS) for row in rows)
    return (
        Sweep(base, model.experiment, (*scale.seeds, *scale.others)),
        *twice,
        Sweep(f"{name} dictionaries", learned, lucks, after=(base, again_1)),
    )


def sweeps_of(name: str) -> tuple[str, ...]:
    """What all of a model's sweeps are called."""
    return (f"{name} base", f"{name} retrained", f"{name} retrained again", f"{name} dictionaries")


def dictionaries_of(source: Watched, model: Model, steps: int) -> Experiment:
    """Dictionaries of a layer's activations, three latents a neuron of the model's own; no looks on the way."""
    code = TopKCode(k=model.active)
    found = dictionary(Activations(source=source), 3 * model.width, code, steps=steps, batch_size=256)
    return replace(found, validate_every=0)


def families(ensembles: Mapping[str, Ensemble], name: str, count: int) -> dict[str, Ensemble]:
    """The networks of a model by what they are, as many of each, in the order of the base networks."""
    base = ensembles[f"{name} base"]
    mine, others = range(count), range(count, 2 * count)
    return {
        "base": base.select(mine),
        "retrained": ensembles[f"{name} retrained"],
        "new": base.select(others),
        "untrained": base.at(0).select(others),
    }


def numbered(ensembles: Iterable[Ensemble]) -> Ensemble:
    """Networks side by side, the `world` stream of each being its place; the tasks here have no world of their own."""
    found = gathered(ensembles)
    members = (replace(each, seed=replace(each.seed, world=row)) for row, each in enumerate(found.members))
    return replace(found, members=tuple(members))


def asked(model: Model, base: Ensemble) -> tuple[np.ndarray, np.ndarray]:
    """Inputs that no network was trained on, and what is right: which digit each shows, or the features themselves."""
    if isinstance(model.experiment.task, Digits):
        return Digits(share=HELD_OUT).examples()
    inputs = fresh_examples(base, 0, ASKED, purpose="asked after training")
    return inputs, inputs


def shown(model: Model, base: Ensemble) -> np.ndarray:
    """Inputs that components are found on: the digits that were trained on, or more features."""
    if isinstance(model.experiment.task, Digits):
        return Digits().examples()[0]
    return fresh_examples(base, 0, ASKED, purpose="shown after training")

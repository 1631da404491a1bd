"""The networks of which a layer is trained again with more neurons, between neighbors that stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Sweep
from tropism.networks import Dense
from tropism.studies._retrain_runs import FRESH_LUCK, LUCKS, SITE, Model, again, dictionaries_of, models, numbered
from tropism.subjects.features import Watched

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

FEATURES = 20
NARROW = 8
"""Neurons of the narrow layer for sparse features, each .9 times as important as the one before."""


def wider_models(steps: int, sparse_steps: int) -> dict[str, Model]:
    """The models by name; sparse features are of unequal importance here, and have fewer neurons."""
    known = models(steps, sparse_steps)
    sparse = known["sparse"].experiment
    task = replace(sparse.task, ratio=0.9)
    network = replace(sparse.network, hidden=(128, NARROW, 128))
    important = replace(sparse, task=task, network=network)
    return {
        "linear": known["linear"],
        "relu": known["relu"],
        "important": Model("important features", important, 3),
    }


@dataclass(frozen=True)
class WiderScale:
    """How much is trained.

    Attributes:
        widths: Of the layer when it is trained again, by model; the narrow layer's own width stands as a control.
        learned: The width whose dictionaries are laid beside the narrow layer's, of the linear model; none, 0.
        seeds: Base networks.
        others: As many whose luck is another.
        steps: Of training on digits,
        sparse_steps: and on sparse features.
        dictionary_steps: Of training dictionaries.
    """

    widths: Mapping[str, tuple[int, ...]]
    learned: int = 64
    seeds: tuple[int, ...] = (30, 31, 32, 33, 34)
    others: tuple[int, ...] = (40, 41, 42, 43, 44)
    steps: int = 1500
    sparse_steps: int = 2000
    dictionary_steps: int = 1500

    def chosen(self) -> dict[str, Model]:
        """The models by name."""
        found = wider_models(self.steps, self.sparse_steps)
        return {name: each for name, each in found.items() if name in self.widths}


WHOLE = WiderScale({"linear": (32, 48, 64, 128), "relu": (32, 64), "important": (8, 16)})
QUICK = WiderScale({"linear": (64,)}, learned=0, seeds=(30, 31), others=(40, 41), steps=600)


def sweeps(scale: WiderScale) -> tuple[Sweep, ...]:
    """Of every model base networks and wider layers; and dictionaries of two widths."""
    found = tuple(each for name, model in scale.chosen().items() for each in _of_model(name, model, scale))
    if not scale.learned:
        return found
    return (
        *found,
        _dictionaries(scale, "linear base", "narrow"),
        _dictionaries(scale, at("linear", scale.learned), "wide"),
    )


def at(name: str, width: int) -> str:
    """The sweep of a model whose layer was trained again with so many neurons."""
    return f"{name} at {width}"


def wider(model: Model, base: Ensemble, width: int) -> Experiment:
    """The layer trained again with so many neurons in each of these networks, everything else as it is."""
    found = again(model, base)
    network = found.network
    assert isinstance(network, Dense)
    first, _, last = network.hidden
    return replace(found, network=replace(network, hidden=(first, width, last)))


def _of_model(name: str, model: Model, scale: WiderScale) -> list[Sweep]:
    base, count = f"{name} base", len(scale.seeds)

    def trained(before: Mapping[str, Ensemble], width: int) -> Experiment:
        return wider(model, before[base].select(range(count)), width)

    again_wider = [
        Sweep(at(name, width), lambda before, width=width: trained(before, width), (), apart=FRESH_LUCK, after=(base,))
        for width in scale.widths[name]
    ]
    return [Sweep(base, model.experiment, (*scale.seeds, *scale.others)), *again_wider]


def _dictionaries(scale: WiderScale, sweep: str, said: str) -> Sweep:
    """Dictionaries of as many latents, whatever the width."""
    count, model = len(scale.seeds), scale.chosen()["linear"]

    def learned(before: Mapping[str, Ensemble]) -> Experiment:
        source = Watched(numbered([before[sweep].select(range(count))]), SITE, count=4096)
        return dictionaries_of(source, model, scale.dictionary_steps)

    seeds = tuple(Seed.of(1000 * luck + row, world=row) for luck in range(LUCKS) for row in range(count))
    return Sweep(f"{said} dictionaries", learned, seeds, after=(sweep,))

"""A model's networks, laid out to be compared: their layers, who passed the gate, and the dictionaries of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from tropism.measures import live_latents, share_right
from tropism.studies._retrain_parts import Layer, Parts, layers, placed
from tropism.studies._retrain_runs import FAMILIES, Model, asked, families, shown
from tropism.subjects.features import Activations
from tropism.subjects.features.tasks.activations import activations_of

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

POINT = 0.01
"""The gate: what a network can do after its layer was trained again is within a point of what it could before."""


@dataclass(frozen=True)
class Bench:
    """A model's networks by what they are, in the order of the base networks.

    Attributes:
        model: Whose networks.
        networks: `base`, `retrained`, `retrained again`, `new` and `untrained`, or some of them; as many of each.
        layers: Their layers.
        right: What is right of the examples that they are asked.
        quality: Of these, the share that is right; or the share of the variance that is explained.
    """

    model: Model
    networks: Mapping[str, Ensemble]
    layers: Mapping[str, tuple[Layer, ...]]
    right: np.ndarray
    quality: Mapping[str, Float[np.ndarray, "E"]]

    @property
    def seeds(self) -> tuple[str, ...]:
        """The base networks' seeds, as tables have them."""
        return tuple(str(each.seed) for each in self.networks["base"].members)

    def strain(self, name: str) -> Float[np.ndarray, "E"]:
        """How far networks are from their base networks in what they can do, in points; above 1 the gate is shut."""
        return np.abs(self.quality[name] - self.quality["base"]) / POINT

    def comparable(self, *names: str) -> Bool[np.ndarray, "E"]:
        """Which members have passed the gate in all of these; other networks, trained or not, are asked nothing."""
        gates = [self.strain(name) <= 1 for name in names if name.startswith("retrained")]
        return np.all([np.ones(len(self.seeds), bool), *gates], axis=0)


def bench(model: Model, name: str, ensembles: Mapping[str, Ensemble]) -> Bench:
    """All networks of a model and their layers."""
    again = ensembles[f"{name} retrained again"]
    return bench_of(model, families(ensembles, name, len(again)) | {"retrained again": again})


def bench_of(model: Model, found: Mapping[str, Ensemble]) -> Bench:
    """Networks of a model by what they are, base networks among them, and their layers."""
    base = found["base"]
    (inputs, right), learned_on = asked(model, base), shown(model, base)
    seen = {each: tuple(layers(own, learned_on, inputs, linear=model.linear)) for each, own in found.items()}
    return Bench(model, found, seen, right, {each: _quality(own(inputs), right) for each, own in found.items()})


def latents(held: Bench, dictionaries: Ensemble) -> dict[str, tuple[tuple[Parts, ...], ...]]:
    """By family, of every network its dictionaries' latents, as many dictionaries as there are lucks."""
    found = latents_of(dictionaries, [layer for family in FAMILIES for layer in held.layers[family]])
    count = len(held.seeds)
    return {family: found[place * count : (place + 1) * count] for place, family in enumerate(FAMILIES)}


def latents_of(dictionaries: Ensemble, sources: Sequence[Layer]) -> tuple[tuple[Parts, ...], ...]:
    """Of every network its dictionaries' latents: the live ones, on the examples asked, with their atoms.

    Dictionaries stand luck by luck, each luck's in the order of the networks.
    """
    task = dictionaries.experiment.task
    assert isinstance(task, Activations)
    told = [activations_of(task, member) for member in dictionaries.members]
    given = np.stack([(sources[row % len(sources)].held - each.mean) / each.scale for row, each in enumerate(told)])
    codes = dictionaries.listen(given.astype(np.float32), ("code",), apart=True)[1]["code"]
    atoms = dictionaries.params["output.weight"].swapaxes(1, 2)
    found = [_live(sources[row % len(sources)], atoms[row], codes[row]) for row in range(len(atoms))]
    return tuple(tuple(found[place :: len(sources)]) for place in range(len(sources)))


def _quality(output: Float[np.ndarray, "E M O"], right: np.ndarray) -> Float[np.ndarray, "E"]:
    if right.ndim == 1:
        return share_right(output, np.broadcast_to(right, output.shape[:2]))
    left = np.square(output - right).sum(axis=(1, 2))
    return 1 - left / np.square(right - right.mean(axis=0)).sum()


def _live(layer: Layer, atoms: Float[np.ndarray, "D d"], codes: Float[np.ndarray, "N D"]) -> Parts:
    live = live_latents(codes)
    return placed(layer, atoms[live], codes[:, live], np.zeros(0))

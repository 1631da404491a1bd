"""What the study `feature-circuits` looks at: layers whose wiring is known, put together by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

if TYPE_CHECKING:
    from tropism.core.member import Seed

WIDTH, ACTIVE, NOISE = 32, 3, 0.01
"""Dimensions of both layers, features that are on in an example, and the deviation of what is added to activations."""
LEAST, MOST = 0.75, 1.25
"""Amounts of features that are on; so that one alone never reaches the threshold, and two together always do."""
THRESHOLD = 1.5
GATES = ("sum", "AND", "XOR", "max")
"""What the next layer makes of the two features that it hears: an equal share of the next layer's features each."""
WORLDS: Mapping[str, int] = MappingProxyType({"as many features as dimensions": 32, "twice as many": 64})
"""By what tables call them: how many features each layer has."""


@dataclass(frozen=True)
class Scale:
    """How much is asked.

    Attributes:
        seeds: A wiring, directions and examples each.
        examples: Of which edges are judged; as many others are scored.
        shown: Examples that a dictionary is learned from.
        rounds: Of K-SVD, at most.
        starts: How often it begins anew; the dictionary that leaves least counts.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    examples: int = 1500
    shown: int = 3000
    rounds: int = 60
    starts: int = 3


WHOLE = Scale()
QUICK = Scale(seeds=(0, 1), examples=1000, shown=1500, rounds=12, starts=1)


class Layer(NamedTuple):
    """A linear layer from features to features, in activations.

    Attributes:
        wiring: [G, G] what each next feature (column) hears of each feature (row): two of them, by 1 or −1.
        gates: [G] what it makes of them.
        before: [G, d] directions of features.
        after: [G, d] directions of the next layer's.
        weights: [d, d] the map of least squares from activations to what the next layer should hear.
    """

    wiring: Float[np.ndarray, "G G"]
    gates: np.ndarray
    before: Float[np.ndarray, "G d"]
    after: Float[np.ndarray, "G d"]
    weights: Float[np.ndarray, "d d"]

    @property
    def edges(self) -> Bool[np.ndarray, "G G"]:
        """Where there is a wire."""
        return self.wiring != 0


class Examples(NamedTuple):
    """What features were in some examples, and the activations of the two layers.

    Attributes:
        codes: [N, G] of features.
        heard: [N, G] of the next layer's, before their gates.
        x: [N, d] activations before the layer.
        y: [N, d] activations after it.
    """

    codes: Float[np.ndarray, "N G"]
    heard: Float[np.ndarray, "N G"]
    x: Float[np.ndarray, "N d"]
    y: Float[np.ndarray, "N d"]


def layer_of(features: int, seed: Seed) -> Layer:
    """A seed's layer: at right angles and turned by lot where there is room, in any directions where there is not."""
    random = np.random.default_rng((seed.world, features))
    wiring, gates = wired(features, random)
    before, after = (_directions(features, random) for _ in range(2))
    codes = codes_of(features, 4 * WHOLE.examples, random)
    weights = np.linalg.lstsq(codes @ before, codes @ wiring @ after, rcond=None)[0]
    return Layer(wiring, gates, before, after, weights)


def wired(features: int, random: np.random.Generator) -> tuple[Float[np.ndarray, "G G"], np.ndarray]:
    """A wiring in which each next feature hears two features, and each feature is heard by two; and the gates.

    The greater of two amounts is half of their sum and their difference: it takes two next features that hear the same.
    """
    gates = np.repeat(GATES, features // len(GATES))
    order = random.permutation(features)
    wiring = np.zeros((features, features))
    for gate in GATES:
        places = np.flatnonzero(gates == gate)
        heard = order[places]
        partners = np.roll(heard, -1)
        if gate == "max":
            heard, partners = np.repeat(heard[::2], 2), np.repeat(heard[1::2], 2)
        signs = np.where(gate == "XOR", -1.0, 1.0) * np.ones(len(places))
        signs[1::2] *= -1.0 if gate == "max" else 1.0
        wiring[heard, places] = 1.0
        wiring[partners, places] = signs
    return wiring, gates


def through(gates: np.ndarray, heard: Float[np.ndarray, "N G"]) -> Float[np.ndarray, "N G"]:
    """What gates make of what they hear; of a pair that finds the greater, both have it."""
    made = heard.copy()
    made[:, gates == "AND"] = np.maximum(heard[:, gates == "AND"] - THRESHOLD, 0)
    made[:, gates == "XOR"] = np.abs(heard[:, gates == "XOR"])
    pairs = np.flatnonzero(gates == "max").reshape(-1, 2)
    greater = (heard[:, pairs[:, 0]] + np.abs(heard[:, pairs[:, 1]])) / 2
    made[:, pairs[:, 0]], made[:, pairs[:, 1]] = greater, greater
    return made


def codes_of(
    features: int, count: int, random: np.random.Generator, often: Float[np.ndarray, "G"] | None = None
) -> Float[np.ndarray, "N G"]:
    """Examples of three active features each; `often` says by what share which ones come on, alike by default."""
    chances = np.log(np.ones(features) if often is None else often)
    keys = chances + random.gumbel(size=(count, features))
    on = keys >= np.sort(keys, axis=1)[:, -ACTIVE][:, None]
    return on * random.uniform(LEAST, MOST, size=(count, features))


def examples_of(
    layer: Layer, count: int, random: np.random.Generator, *, often: Float[np.ndarray, "G"] | None = None
) -> Examples:
    """Examples in which the layer does what it is wired for."""
    codes = codes_of(len(layer.before), count, random, often)
    heard = codes @ layer.wiring
    return Examples(codes, heard, *(_noisy(each, random) for each in (codes @ layer.before, heard @ layer.after)))


def elsewhere(
    layer: Layer, count: int, random: np.random.Generator, *, often: Float[np.ndarray, "G"] | None = None
) -> Float[np.ndarray, "N d"]:
    """Activations after the layer that others make: three of the next layer's features, whichever."""
    codes = codes_of(len(layer.after), count, random, often) * random.choice(
        (-1.0, 1.0), size=(count, len(layer.after))
    )
    codes = np.where(layer.wiring.min(axis=0) < 0, codes, np.abs(codes))
    return _noisy(codes @ layer.after, random)


def _directions(features: int, random: np.random.Generator) -> Float[np.ndarray, "G d"]:
    rows = random.normal(size=(features, WIDTH))
    if features <= WIDTH:
        return np.linalg.qr(rows.T)[0].T
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _noisy(x: Float[np.ndarray, "N d"], random: np.random.Generator) -> Float[np.ndarray, "N d"]:
    return x + NOISE * random.normal(size=x.shape)

"""Whether the neurons that one modulus needs are those that another does: they are silenced, and others are asked.

A neuron is silenced by giving each example the neuron's mean over examples of the same modulus. What it tells of the
modulus stays, so that a neuron which is silent for a modulus is not missed there; what it tells of the pair is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.subjects.generalization.tasks import ModularSums

PAIRS = 90
"""Of each modulus, to rank neurons by, and as many others to ask."""
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512)
"""How many neurons are silenced, as far as there are as many."""
DRAWS = 5
"""Sets of neurons by lot."""
LEAST = 0.9
"""The accuracy from which on a network knows a modulus, and is asked what it needs."""

Params = Mapping[str, np.ndarray]


class Asked(NamedTuple):
    """Pairs of some moduli: inputs `[B, 18]`, right answers `[B]`, and which of the moduli, `[B]`."""

    inputs: Float[np.ndarray, "B 18"]
    right: Int[np.ndarray, "B"]
    which: Int[np.ndarray, "B"]


@dataclass(frozen=True)
class Sharing:
    """What silencing did, `G` counts of neurons, `M` moduli.

    Attributes:
        counts: How many neurons were silenced, `[G]`.
        before: Accuracy by modulus, `[M]`.
        after: Accuracy on modulus j without the neurons that count most for i, `[G, M, M]`, i first.
        lot: Accuracy by modulus without as many neurons by lot, `[G, M]`.
        order: Neurons by how much they count for a modulus, the most first, `[M, N]`.
    """

    counts: Int[np.ndarray, "G"]
    before: Float[np.ndarray, "M"]
    after: Float[np.ndarray, "G M M"]
    lot: Float[np.ndarray, "G M"]
    order: Int[np.ndarray, "M N"]

    def halving(self) -> Int[np.ndarray, "M"]:
        """For each modulus the place in `counts` of the fewest neurons without which half of its answers are gone."""
        own = np.einsum("gii->gi", self.after)
        return (own <= self.before / 2).argmax(axis=0)

    def shared(self) -> Float[np.ndarray, "M M"]:
        """How much of what i loses j loses too, beyond what neurons by lot do; NaN on the diagonal.

        It is taken with the neurons that halve i. Zero: as by lot; one: as much as i itself.
        """
        places, moduli = self.halving(), np.arange(len(self.before))
        lost = (self.lot[places] - self.after[places, moduli]) / self.before
        found = lost / np.diag(lost)[:, None]
        found[moduli, moduli] = np.nan
        return found

    def overlap(self) -> tuple[float, float]:
        """How many of the neurons that count most for i count most for j: |∩| / |∪|, the mean over pairs; and by lot.

        As many as halve the median modulus.
        """
        count = int(self.counts[int(np.median(self.halving()))])
        size, tops = self.order.shape[1], [set(row[:count].tolist()) for row in self.order]
        pairs = [(i, j) for place, i in enumerate(tops) for j in tops[:place]]
        found = [len(i & j) / len(i | j) for i, j in pairs]
        met = count * count / size
        return float(np.mean(found)), met / (2 * count - met)


def pairs_of(moduli: Sequence[int], *, seed: int = 0) -> tuple[Asked, Asked]:
    """Pairs to rank neurons by, and others to ask, of moduli of which each has enough."""
    listed = ModularSums(moduli=tuple(moduli)).listed()
    order = np.random.default_rng(seed).permutation(len(listed.right))
    return pairs_among(listed.inputs[order], listed.right[order], moduli)


def pairs_among(
    inputs: Float[np.ndarray, "B 18"], right: Int[np.ndarray, "B"], moduli: Sequence[int]
) -> tuple[Asked, Asked]:
    """The same of pairs that are given, with whatever answers they have; the first ones of each modulus."""
    digits = inputs.shape[1] // 3
    written = ((inputs[:, -digits:] > 0) * 2 ** np.arange(digits)).sum(axis=1)
    halves = ([], [])
    for place, modulus in enumerate(moduli):
        rows = np.flatnonzero(written == modulus)
        for number, half in enumerate(halves):
            own = rows[number * PAIRS : (number + 1) * PAIRS]
            half.append(Asked(inputs[own], right[own], np.full(len(own), place)))
    first, second = (Asked(*map(np.concatenate, zip(*half, strict=True))) for half in halves)
    return first, second


def prices(params: Params, asked: Asked) -> Float[np.ndarray, "M N"]:
    """By how much the cross-entropy of each modulus grows without each neuron alone, in nats."""
    run = _Run(params, asked)
    early, late = (means - values for means, values in
                   ((run.first_means, run.first), (run.second_means, run.second)))  # fmt: skip
    before = run.first @ params["hidden.1.weight"].T + params["hidden.1.bias"]
    logits = _read(params, run.second)
    found = []
    for neuron in range(early.shape[1]):
        moved = np.outer(early[:, neuron], params["hidden.1.weight"][:, neuron])
        found.append(_losses(_read(params, np.maximum(before + moved, 0)), asked))
    for neuron in range(late.shape[1]):
        found.append(_losses(logits + np.outer(late[:, neuron], params["output.weight"][:, neuron]), asked))
    return np.stack(found, axis=1) - _losses(logits, asked)[:, None]


def sharing(
    params: Params, price: Float[np.ndarray, "M N"], asked: Asked, *, layers: tuple[int, ...] = (0, 1), seed: int = 0
) -> Sharing:
    """What one network's moduli share, by what `prices` found; of neurons of both hidden layers or of one."""
    sizes = [len(params[f"hidden.{layer}.bias"]) for layer in (0, 1)]
    usable = np.concatenate([np.full(size, layer in layers) for layer, size in enumerate(sizes)])
    neurons = np.flatnonzero(usable)
    order = neurons[np.argsort(-price[:, neurons], axis=1, kind="stable")]
    counts = np.array([count for count in COUNTS if count <= len(neurons)])
    rng, run = np.random.default_rng(seed), _Run(params, asked)
    by_lot = [rng.permutation(neurons) for _ in range(DRAWS)]
    after = np.array([[run.accuracy(_mask(row[:count], len(usable))) for row in order] for count in counts])
    lot = np.array([np.mean([run.accuracy(_mask(row[:count], len(usable))) for row in by_lot], 0) for count in counts])
    return Sharing(counts, run.accuracy(_mask([], len(usable))), after, lot, order)


class _Run:
    """A network on some pairs, any of whose neurons can be silenced."""

    def __init__(self, params: Params, asked: Asked) -> None:
        self.params, self.asked = params, asked
        self.first = _layer(params, 0, asked.inputs)
        self.second = _layer(params, 1, self.first)
        self.first_means, self.second_means = (_by_modulus(each, asked.which) for each in (self.first, self.second))

    def accuracy(self, silenced: Bool[np.ndarray, "N"]) -> Float[np.ndarray, "M"]:
        """By modulus."""
        early, late = np.split(silenced, [self.first.shape[1]])
        second = self.second
        if early.any():
            second = _layer(self.params, 1, np.where(early, self.first_means, self.first))
        second = np.where(late, self.second_means, second)
        hit = _read(self.params, second).argmax(axis=1) == self.asked.right
        return np.bincount(self.asked.which, hit) / np.bincount(self.asked.which)


def _losses(logits: Float[np.ndarray, "B K"], asked: Asked) -> Float[np.ndarray, "M"]:
    above = logits - logits[np.arange(len(logits)), asked.right][:, None]
    top = above.max(axis=1)
    each = top + np.log(np.exp(above - top[:, None]).sum(axis=1))
    return np.bincount(asked.which, each) / np.bincount(asked.which)


def _by_modulus(values: Float[np.ndarray, "B N"], which: Int[np.ndarray, "B"]) -> Float[np.ndarray, "B N"]:
    """For each example the means over those of its modulus."""
    return np.stack([values[which == place].mean(axis=0) for place in range(which.max() + 1)])[which]


def _layer(params: Params, place: int, values: Float[np.ndarray, "B I"]) -> Float[np.ndarray, "B N"]:
    return np.maximum(values @ params[f"hidden.{place}.weight"].T + params[f"hidden.{place}.bias"], 0)


def _read(params: Params, values: Float[np.ndarray, "B N"]) -> Float[np.ndarray, "B K"]:
    return values @ params["output.weight"].T + params["output.bias"]


def _mask(rows: Sequence[int] | np.ndarray, size: int) -> Bool[np.ndarray, "N"]:
    mask = np.zeros(size, bool)
    mask[np.asarray(rows, int)] = True
    return mask

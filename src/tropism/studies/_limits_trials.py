"""What the study `recovery-limits` codes: sums of few atoms of a dictionary that is known, and who gets them back."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.dictionaries import OMP, BasisPursuit, Coder, NonNegativeLeastSquares
from tropism.subjects.features import Always, KnownFeatures, Population

if TYPE_CHECKING:
    from tropism.core.member import Seed

CODERS = ("basis pursuit", "non-negative", "active sets", "OMP")
"""Basis pursuit; the same without negative codes; non-negative least squares, which takes up one atom after another;
and orthogonal matching pursuit, which does so too and knows how many, but not their sign."""
EXACT = 1e-4
"""A code counts as got back where none of its numbers is off by more than this share of the largest."""


@dataclass(frozen=True)
class Scale:
    """How much is asked.

    Attributes:
        seeds: A dictionary each.
        counts: By width, numbers of active atoms that are tried; there are twice as many atoms as dimensions.
        trials: By width, examples of each dictionary and number.
        uneven: Numbers at which magnitudes are made even or uneven, in 32 dimensions.
        atoms: Of the dictionaries of the phase diagram, in 24 dimensions.
        cells: Their numbers of active atoms.
        draws: Examples of each dictionary in a cell.
        learned: By width, numbers of active atoms of the data that a dictionary is learned from.
        examples: How many of these.
        asked: Examples, which nobody learned from, whose codes are asked for.
        learners: For how many seeds one is learned; the first of them.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    counts: Mapping[int, tuple[int, ...]] = field(
        default_factory=lambda: MappingProxyType(
            {
                16: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14),
                32: (1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24),
                64: (1, 4, 8, 16, 20, 24, 28, 32, 36, 40, 46),
            }
        )
    )
    trials: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({16: 96, 32: 96, 64: 12}))
    uneven: tuple[int, ...] = (6, 8, 10, 12)
    atoms: tuple[int, ...] = (27, 32, 40, 48, 64, 96, 144)
    cells: tuple[int, ...] = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22)
    draws: int = 4
    learned: Mapping[int, tuple[int, ...]] = field(
        default_factory=lambda: MappingProxyType({16: (1, 2, 3, 4, 6), 32: (1, 3, 5, 8)})
    )
    examples: int = 4000
    asked: int = 400
    learners: int = 3


WHOLE = Scale()
QUICK = Scale(
    seeds=(0, 1),
    counts=MappingProxyType({32: (1, 4, 8, 10, 12, 14, 16, 18, 22)}),
    trials=MappingProxyType({32: 12}),
    uneven=(10, 12),
    atoms=(32, 48, 96),
    cells=(2, 4, 6, 8, 10, 12, 14, 16, 20),
    draws=3,
    learned=MappingProxyType({32: (3, 8)}),
    examples=1000,
    asked=200,
    learners=2,
)


class Known(NamedTuple):
    """Examples of a known dictionary.

    Attributes:
        atoms: [G, d] rows of length one.
        sizes: [N, G] how strongly each atom is on if it is; half-normal.
        order: [N, G] at which place each atom comes on: with k active, those whose place is below k.
    """

    atoms: Float[np.ndarray, "G d"]
    sizes: Float[np.ndarray, "N G"]
    order: Int[np.ndarray, "N G"]

    def codes(self, active: int) -> Float[np.ndarray, "N G"]:
        """The codes with so many atoms on; those with fewer are among those with more."""
        return self.sizes * (self.order < active)

    def first(self, atoms: int) -> Known:
        """The same with the first atoms alone: a dictionary of as many dimensions, and less overcomplete."""
        order = self.order[:, :atoms].argsort(axis=1).argsort(axis=1)
        return Known(self.atoms[:atoms], self.sizes[:, :atoms], order)


def known(width: int, atoms: int, seed: Seed, count: int, purpose: str) -> Known:
    """A dictionary of a seed's world, and examples of its data."""
    from tropism.subjects.features.truth import sample, truth

    task = KnownFeatures(width=width, populations=(Population(features=atoms, support=Always()),))
    sizes = sample(task, seed, count, purpose=purpose).z.astype(float)
    rows = truth(task, [seed]).rows[0].astype(float)
    random = np.random.default_rng((seed.data, zlib.crc32(purpose.encode())))
    order = random.permuted(np.tile(np.arange(atoms), (count, 1)), axis=1)
    return Known(rows / np.linalg.norm(rows, axis=1, keepdims=True), sizes, order)


def coder_of(name: str, active: int) -> Coder:
    """A coder by its name here; only pursuit is told how many atoms are on."""
    return {
        "basis pursuit": BasisPursuit(),
        "non-negative": BasisPursuit(non_negative=True),
        "active sets": NonNegativeLeastSquares(),
        "OMP": OMP(active),
    }[name]


def got_back(
    name: str, atoms: Float[np.ndarray, "G d"], codes: Float[np.ndarray, "N G"], active: int
) -> Bool[np.ndarray, "N"]:
    """Which codes a coder finds again from what they add up to."""
    found = coder_of(name, active).coded(atoms, codes @ atoms)
    return np.abs(found - codes).max(axis=1) <= EXACT * np.abs(codes).max(axis=1)

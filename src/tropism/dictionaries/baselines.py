"""Directions that nobody looked for: what any method must beat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Method
from tropism.errors import DoesNotFit


@dataclass(frozen=True)
class RandomDirections(Method):
    """Directions drawn evenly from the sphere, whatever the data."""

    def wanted(self, x: Float[np.ndarray, "N d"]) -> None:
        del x

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        return Dictionary.of(np.random.default_rng(seed).normal(size=(self.num_atoms, x.shape[1])))


@dataclass(frozen=True)
class DataDirections(Method):
    """The directions of examples drawn without replacement.

    Attributes:
        centered: Whether they are taken from the mean, rather than from zero.
    """

    centered: bool = False

    @property
    def takes_mean_off(self) -> bool:
        return self.centered

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        chosen = some_examples(x, self.num_atoms, np.random.default_rng(seed), "DataDirections")
        return Dictionary.of(chosen, signed=True)


def some_examples(
    x: Float[np.ndarray, "N d"], count: int, random: np.random.Generator, asker: str
) -> Float[np.ndarray, "count d"]:
    """Examples drawn without replacement from those that point anywhere."""
    return random.permutation(examples_somewhere(x, count, asker))[:count]


def examples_somewhere(x: Float[np.ndarray, "N d"], count: int, asker: str) -> Float[np.ndarray, "n d"]:
    """The examples that are not zero.

    Raises:
        DoesNotFit: There are fewer than wanted.
    """
    somewhere = x[x.any(axis=1)]
    if len(somewhere) < count:
        raise DoesNotFit(f"{asker}: {count} atoms, and only {len(somewhere)} examples that are not zero.")
    return somewhere

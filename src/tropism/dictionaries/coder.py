"""How codes are found once the atoms are known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, activations
from tropism.errors import DoesNotFit
from tropism.values import Value

MOST_NUMBERS = 2**21


@dataclass(frozen=True)
class Coder(Value):
    """A way to write activations as sums of given atoms; each example is coded as if it were alone.

    A subclass is a frozen dataclass that has `coded`.
    """

    @property
    def name(self) -> str:
        """What tables call it."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower()

    def codes(self, dictionary: Dictionary, x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        """How much of each atom there is in each example, in units of x, its offset being taken off.

        Raises:
            BadValue: Activations that are no table of finite numbers.
            DoesNotFit: Their width is not the atoms'; or as the coder says.
        """
        rows = activations(x, type(self).__name__)
        width = dictionary.atoms.shape[1]
        if rows.shape[1] != width:
            raise DoesNotFit(f"{type(self).__name__}: atoms are {width} wide, and examples {rows.shape[1]}.")
        return self.coded(dictionary.atoms, rows - dictionary.offset)

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        """The codes for atoms of length one (or zero), which x ≈ codes @ atoms."""
        raise NotImplementedError


def active_wanted(coder: str, active: int, atoms: Float[np.ndarray, "D d"]) -> None:
    """Refuse more active atoms than there are."""
    if active > len(atoms):
        raise DoesNotFit(f"{coder}: {active} active atoms of a dictionary that has {len(atoms)}.")


def blocks(rows: int, numbers_each: int) -> Iterator[slice]:
    """Rows in blocks, so that no table of so many numbers a row grows beyond some 16 MiB."""
    step = max(1, MOST_NUMBERS // max(1, numbers_each))
    for first in range(0, rows, step):
        yield slice(first, first + step)

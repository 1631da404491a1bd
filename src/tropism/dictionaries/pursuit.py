"""Codes with a known number of active atoms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.coder import Coder, active_wanted, blocks
from tropism.errors import BadValue

NOTHING_LEFT = 1e-9
"""Pursuit of an example ends where no atom reaches more than this share of what the first did: rounding."""


@dataclass(frozen=True)
class OMP(Coder):
    """Orthogonal matching pursuit: the atom that reaches most of what is left, then least squares on all so far.

    Attributes:
        active: How many atoms an example has at most, k; fewer where nothing is left of it.

    Source: Pati, Rezaiifar and Krishnaprasad (1993), "Orthogonal matching pursuit"; Rubinstein, Zibulevsky and Elad
    (2008), "Efficient implementation of the K-SVD algorithm using batch orthogonal matching pursuit".
    """

    active: int

    def check(self) -> None:
        if self.active < 1:
            raise BadValue("OMP.active", self.active, "at least 1")

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        active_wanted("OMP", self.active, atoms)
        return pursued(atoms, x, self.active)


@dataclass(frozen=True)
class OneShot(Coder):
    """The atoms of the largest projections, and these as codes: what an encoder that is tied to the decoder can do.

    Attributes:
        active: How many atoms an example has, k.
        non_negative: Whether negative projections are left out, as by a ReLU; otherwise sizes are compared.

    Source: Makhzani and Frey (2013), "k-sparse autoencoders".
    """

    active: int
    non_negative: bool = False

    def check(self) -> None:
        if self.active < 1:
            raise BadValue("OneShot.active", self.active, "at least 1")

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        active_wanted("OneShot", self.active, atoms)
        reach = x @ atoms.T
        if self.non_negative:
            reach = np.maximum(reach, 0)
        least = len(atoms) - self.active
        largest = np.argpartition(np.abs(reach), least, axis=1)[:, least:] if least else np.arange(len(atoms))[None]
        codes = np.zeros_like(reach)
        np.put_along_axis(codes, largest, np.take_along_axis(reach, largest, axis=1), axis=1)
        return codes


def pursued(atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"], active: int) -> Float[np.ndarray, "N D"]:
    """Codes by orthogonal matching pursuit, all examples at once, from the atoms' inner products."""
    gram, codes = atoms @ atoms.T, np.zeros((len(x), len(atoms)))
    for block in blocks(len(x), 3 * len(atoms) + active**2):
        codes[block] = _pursued_at_once(gram, x[block] @ atoms.T, active)
    return codes


def _pursued_at_once(gram: np.ndarray, reach: np.ndarray, active: int) -> np.ndarray:
    codes, left = np.zeros_like(reach), reach.copy()
    support = np.zeros((len(reach), active), int)
    least = NOTHING_LEFT * np.abs(reach).max(axis=1, initial=0)
    going = np.arange(len(reach))
    for count in range(1, active + 1):
        sizes = np.abs(left[going])
        best = sizes.argmax(axis=1)
        worth = sizes[np.arange(len(going)), best] > least[going]
        going, best = going[worth], best[worth]
        support[going, count - 1] = best
        chosen = support[going, :count]
        inner = gram[chosen[:, :, None], chosen[:, None, :]]
        values = np.linalg.solve(inner, np.take_along_axis(reach[going], chosen, axis=1)[..., None])[..., 0]
        found = np.zeros((len(going), len(gram)))
        np.put_along_axis(found, chosen, values, axis=1)
        codes[going] = found
        left[going] = reach[going] - found @ gram
        left[going[:, None], chosen] = 0.0  # zero but for rounding
    return codes

"""Codes that leave the least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from tropism.dictionaries.coder import Coder, blocks
from tropism.errors import BadValue, RunError


@dataclass(frozen=True)
class LeastSquares(Coder):
    """The codes that leave the least squares, and of these the smallest: principal components' scores, for example."""

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        return x @ np.linalg.pinv(atoms)


@dataclass(frozen=True)
class NonNegativeLeastSquares(Coder):
    """The codes without negative numbers that leave the least squares, by SciPy's active sets, an example at a time.

    Source: Lawson and Hanson (1974), "Solving least squares problems", chapter 23.
    """

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        from scipy.optimize import nnls

        codes = np.zeros((len(x), len(atoms)))
        for row, example in enumerate(x):
            try:
                codes[row] = nnls(atoms.T, example)[0]
            except RuntimeError:
                raise RunError(f"NonNegativeLeastSquares: row {row} has no answer after SciPy's most rounds.") from None
        return codes


@dataclass(frozen=True)
class Refitted(Coder):
    """The atoms that another coder chose, with the codes on them that leave the least squares: nothing is shrunk.

    Attributes:
        chosen_by: The other coder; an atom is chosen where its code is not zero.
    """

    chosen_by: Coder

    def check(self) -> None:
        if not isinstance(self.chosen_by, Coder):
            raise BadValue("Refitted.chosen_by", self.chosen_by, "a coder")

    @property
    def name(self) -> str:
        return f"{self.chosen_by.name}, refitted"

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        return on_support(atoms @ atoms.T, x @ atoms.T, self.chosen_by.coded(atoms, x) != 0)


def on_support(
    gram: Float[np.ndarray, "D D"], reach: Float[np.ndarray, "N D"], support: Bool[np.ndarray, "N D"]
) -> Float[np.ndarray, "N D"]:
    """Codes on a set of atoms for each example, zero elsewhere, for which codes @ gram = reach on that set.

    With the atoms' inner products and their reach of each example, these are the codes of least squares. Where atoms of
    a set depend on each other, the smallest such codes.
    """
    most = max(1, int(support.sum(axis=1).max(initial=0)))
    codes = np.zeros(support.shape)
    for block in blocks(len(reach), 3 * most**2 + len(gram)):
        among = support[block]
        chosen = np.argsort(~among, axis=1, kind="stable")[:, :most]  # what is on the support, then any others
        real = np.take_along_axis(among, chosen, axis=1)
        both = real[:, :, None] & real[:, None, :]
        inner = np.where(both, gram[chosen[:, :, None], chosen[:, None, :]], 0.0)
        wanted = np.where(real, np.take_along_axis(reach[block], chosen, axis=1), 0.0)
        values = (np.linalg.pinv(inner, hermitian=True) @ wanted[..., None])[..., 0]
        found = np.zeros(among.shape)
        np.put_along_axis(found, chosen, np.where(real, values, 0.0), axis=1)
        codes[block] = found
    return codes

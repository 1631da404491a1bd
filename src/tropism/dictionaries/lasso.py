"""Codes at a price."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.coder import Coder
from tropism.errors import BadValue, RunError

AT_ONCE = 1024
TOLERANCE = 1e-7
MOST_SWEEPS = 20_000


@dataclass(frozen=True)
class Lasso(Coder):
    """The codes of the least ½ |x − codes @ atoms|² + price · Σ |codes|, by coordinate descent on many at once.

    Codes are smaller than they should be by about the price; `Refitted` mends it.

    Attributes:
        price: In units of x: a code whose atom reaches less than this of what the others leave is zero.
        non_negative: Whether codes may not be negative.

    Source: Tibshirani (1996), "Regression shrinkage and selection via the lasso"; Friedman, Hastie and Tibshirani
    (2010), "Regularization paths for generalized linear models via coordinate descent".
    """

    price: float
    non_negative: bool = False

    def check(self) -> None:
        if not 0 < self.price < math.inf:
            raise BadValue("Lasso.price", self.price, "positive and finite; NonNegativeLeastSquares has none")

    def coded(self, atoms: Float[np.ndarray, "D d"], x: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "N D"]:
        codes = np.zeros((len(x), len(atoms)))
        for first in range(0, len(x), AT_ONCE):
            block = slice(first, first + AT_ONCE)
            codes[block] = self._descended(atoms @ atoms.T, atoms @ x[block].T).T
        return codes

    def _descended(self, gram: np.ndarray, reach: np.ndarray) -> np.ndarray:
        """Codes [D, n] from the atoms' inner products and their reach [D, n]; examples leave when they rest."""
        codes = np.zeros_like(reach)
        going = np.arange(reach.shape[1])
        now, left = codes.copy(), reach.copy()
        for _ in range(MOST_SWEEPS):
            moved = self._swept(gram, now, left)
            resting = moved <= TOLERANCE * np.maximum(np.abs(now).max(axis=0), self.price)
            if resting.any():
                codes[:, going] = now
                going, now, left = going[~resting], now[:, ~resting], left[:, ~resting]
            if not len(going):
                return codes
        raise RunError(f"Lasso: the codes of {len(going)} examples still move after {MOST_SWEEPS} sweeps.")

    def _swept(self, gram: np.ndarray, codes: np.ndarray, left: np.ndarray) -> np.ndarray:
        """Move every code once, in place, and return by how much each example's moved most."""
        moved = np.zeros(codes.shape[1])
        for atom in np.flatnonzero(np.diag(gram) > 0):
            wanted = left[atom] + codes[atom]
            least = 0.0 if self.non_negative else np.minimum(wanted + self.price, 0.0)
            step = np.maximum(wanted - self.price, least) - codes[atom]
            if step.any():
                codes[atom] += step
                left -= np.outer(gram[atom], step)
                np.maximum(moved, np.abs(step), out=moved)
        return moved

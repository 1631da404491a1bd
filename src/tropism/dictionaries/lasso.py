"""Codes at a price."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.coder import Coder
from tropism.dictionaries.least_squares import on_support
from tropism.errors import BadValue, RunError

AT_ONCE = 1024
SWEEPS = 10
ROUNDS = 30
MOST_WALKS = 10
FLAT = 1e-12
SLACK = 1e-9
"""How far the conditions of the least may be missed, as a share of the largest projection."""


@dataclass(frozen=True)
class Lasso(Coder):
    """The codes of the least ½ |x − codes @ atoms|² + price · Σ |codes|, by coordinate descent on many at once.

    Exact but for rounding. Codes are smaller than they should be by about the price; `Refitted` mends it.

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
        """Codes [D, n] from the atoms' inner products and their reach [D, n]; examples leave when they are done.

        Sweeps find soon which codes are not zero, and their values late; those then follow from linear equations.
        """
        codes = np.zeros_like(reach)
        going = np.arange(reach.shape[1])
        now, left = codes.copy(), reach.copy()
        for _ in range(ROUNDS):
            for _ in range(SWEEPS):
                self._swept(gram, now, left)
            solved, done = self._solved(gram, reach[:, going], now)
            codes[:, going[done]] = solved[:, done]
            going, now, left = going[~done], now[:, ~done], left[:, ~done]
            if not len(going):
                return codes
        for example in going:  # atoms that are almost alike, or a price that is almost none
            codes[:, example] = self._walked(gram, reach[:, example])
        return codes

    def _walked(self, gram: np.ndarray, reach: np.ndarray) -> np.ndarray:
        """The codes of one example; an atom and its negative stand side by side where codes may be negative."""
        slack = SLACK * np.abs(reach).max()
        if self.non_negative:
            return least_without_negatives(gram, reach - self.price, slack)
        both = np.block([[gram, -gram], [-gram, gram]])
        found = least_without_negatives(both, np.concatenate([reach, -reach]) - self.price, slack)
        return found[: len(reach)] - found[len(reach) :]

    def _solved(self, gram: np.ndarray, reach: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The best codes with the signs of these, and for which examples they are the best of all."""
        signs = np.sign(codes)
        solved = on_support(gram, (reach - self.price * signs).T, signs.T != 0).T
        left, slack = reach - gram @ solved, SLACK * np.abs(reach).max(axis=0)
        fit = np.abs(left - self.price * signs) <= slack
        idle = (left if self.non_negative else np.abs(left)) <= self.price + slack
        return solved, ((np.sign(solved) == signs) & np.where(signs == 0, idle, fit)).all(axis=0)

    def _swept(self, gram: np.ndarray, codes: np.ndarray, left: np.ndarray) -> None:
        """Move every code once, in place."""
        for atom in np.flatnonzero(np.diag(gram) > 0):
            wanted = left[atom] + codes[atom]
            least = 0.0 if self.non_negative else np.minimum(wanted + self.price, 0.0)
            step = np.maximum(wanted - self.price, least) - codes[atom]
            if step.any():
                codes[atom] += step
                left -= np.outer(gram[atom], step)


def least_without_negatives(
    gram: Float[np.ndarray, "D D"], reach: Float[np.ndarray, "D"], slack: float
) -> Float[np.ndarray, "D"]:
    """The codes of at least zero for which ½ codes·gram·codes − reach·codes is least, to a slope of `slack`.

    Raises:
        RunError: They are not found; atoms are alike but for rounding.

    Source: Lawson and Hanson (1974), "Solving least squares problems", chapter 23; Bro and de Jong (1997), "A fast
    non-negativity-constrained least squares algorithm", for doing with inner products.
    """
    codes, free = np.zeros(len(reach)), np.zeros(len(reach), dtype=bool)
    for _ in range(MOST_WALKS * len(reach)):
        left = np.where(free, -np.inf, reach - gram @ codes)
        if left.max() <= slack:
            return codes
        free[left.argmax()] = True
        whole = False
        while free.any() and not whole:
            step, whole = _step_among(gram, reach, codes, free, slack)
            falling = free & (step < 0)
            room = np.where(falling, codes / np.where(falling, -step, 1.0), np.inf)
            whole = whole and room.min() > 1
            codes = codes + min(room.min(), 1.0 if whole else np.inf) * step
            if not whole:
                free[room.argmin()] = False
                codes[~free] = 0.0
    raise RunError(f"Lasso: no codes after {MOST_WALKS * len(reach)} walks; are there atoms that are all but the same?")


def _step_among(
    gram: np.ndarray, reach: np.ndarray, codes: np.ndarray, free: np.ndarray, slack: float
) -> tuple[np.ndarray, bool]:
    """The way from codes to the least among the free ones, and whether it ends there.

    Where free atoms depend on each other there may be none: then a way along which only the price falls.
    """
    slope = (reach - gram @ codes)[free]
    sizes, axes = np.linalg.eigh(gram[np.ix_(free, free)])
    flat = sizes <= FLAT * sizes.max()
    along = axes.T @ slope
    endless = bool(np.abs(along[flat]).max(initial=0) > slack)
    moves = np.where(flat, along, 0.0) if endless else np.where(flat, 0.0, along / np.where(flat, 1.0, sizes))
    step = np.zeros(len(reach))
    step[free] = axes @ moves
    return step, not endless

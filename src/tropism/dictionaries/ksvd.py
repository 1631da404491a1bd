"""K-SVD: sparse codes and one atom after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.baselines import some_examples
from tropism.dictionaries.dictionary import Dictionary, Method
from tropism.dictionaries.pursuit import pursued
from tropism.errors import DoesNotFit

POWER_STEPS = 3
TWINS = 1 - 1e-12
"""The cosine above which two atoms are one."""


@dataclass(frozen=True)
class KSVD(Method):
    """Atoms for codes of a known number: matching pursuit codes the examples, then each atom moves to fit its own.

    An atom and its codes are together brought closer to the best rank-one fit of what the others leave of the examples
    that use it. An atom that nobody uses becomes the example that is fitted worst, and so does the second of two that
    are one but for rounding, whose codes go to the first. An example keeps its old codes where
    pursuit, which is greedy, finds worse; so the error never rises.

    Attributes:
        active: How many atoms an example has at most, k.
        rounds: Codings of all examples at most.
        tolerance: It ends where a round lowers the error by less than this share of it.
        centered: Whether the mean is taken off first.

    Source: Aharon, Elad and Bruckstein (2006), "K-SVD: an algorithm for designing overcomplete dictionaries for sparse
    representation"; Rubinstein, Zibulevsky and Elad (2008) for power steps instead of a decomposition.
    """

    active: int = 3
    rounds: int = 60
    tolerance: float = 1e-4
    centered: bool = False

    def check(self) -> None:
        super().check()
        self._at_least("active", 1)
        self._at_least("rounds", 1)
        self._at_least("tolerance", 0)
        if self.active > self.num_atoms:
            raise DoesNotFit(f"KSVD: {self.active} active atoms of {self.num_atoms}.")

    @property
    def name(self) -> str:
        return "K-SVD"

    @property
    def takes_mean_off(self) -> bool:
        return self.centered

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        atoms = some_examples(x, self.num_atoms, np.random.default_rng(seed), "KSVD")
        atoms = atoms / np.linalg.norm(atoms, axis=1, keepdims=True)
        codes = np.zeros((len(x), self.num_atoms))
        errors: list[float] = []
        settled = False
        while len(errors) < self.rounds and not settled:
            codes = _the_better(x, atoms, codes, pursued(atoms, x, self.active))
            atoms, codes, left = _each_atom_moved(x, atoms, codes)
            errors.append(float((left**2).sum() / (x**2).sum()))
            settled = len(errors) > 1 and errors[-2] - errors[-1] <= self.tolerance * errors[-2]
            if not settled and len(errors) < self.rounds:
                codes = _twins_joined(atoms, codes)
                atoms = _unused_replaced(x, atoms, codes, left)
        return Dictionary.of(atoms, errors=errors, settled=settled)


def _the_better(x: np.ndarray, atoms: np.ndarray, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """For each example the codes that leave less of it."""
    left_old, left_new = (((x - codes @ atoms) ** 2).sum(axis=1) for codes in (old, new))
    return np.where((left_new < left_old)[:, None], new, old)


def _each_atom_moved(x: np.ndarray, atoms: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Atoms and codes after each atom's turn, and what they leave of the examples."""
    atoms, codes = atoms.copy(), codes.copy()
    left = x - codes @ atoms
    for atom in range(len(atoms)):
        users = np.flatnonzero(codes[:, atom])
        sizes = codes[users, atom]
        share = left[users] + sizes[:, None] * atoms[atom]
        for _ in range(POWER_STEPS):
            direction = sizes @ share
            length = np.linalg.norm(direction)
            if length == 0:  # nobody uses it, or they have nothing in common
                break
            atoms[atom] = direction / length
            sizes = share @ atoms[atom]
        codes[users, atom] = sizes
        left[users] = share - sizes[:, None] * atoms[atom]
    return atoms, codes, left


def _twins_joined(atoms: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Codes that leave as much, of which the second of two equal or opposite atoms has none.

    Rounding decides which of the two an example is given, so that both are used and neither is any use.
    """
    cosines, codes = atoms @ atoms.T, codes.copy()
    for first, second in np.argwhere(np.triu(np.abs(cosines) > TWINS, k=1)):
        codes[:, first] += np.sign(cosines[first, second]) * codes[:, second]
        codes[:, second] = 0.0
    return codes


def _unused_replaced(x: np.ndarray, atoms: np.ndarray, codes: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Atoms of which none goes unused: such become the examples that are fitted worst, the worst first."""
    unused = np.flatnonzero(~codes.any(axis=0))
    worst = np.argsort(-(left**2).sum(axis=1), kind="stable")
    worst = worst[(x[worst] ** 2).sum(axis=1) > 0][: len(unused)]
    atoms = atoms.copy()
    atoms[unused[: len(worst)]] = x[worst] / np.linalg.norm(x[worst], axis=1, keepdims=True)
    return atoms

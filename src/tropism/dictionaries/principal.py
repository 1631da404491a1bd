"""Principal component analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Spanning, pointing


@dataclass(frozen=True)
class PrincipalComponents(Spanning):
    """The orthogonal directions along which activations vary most; their scores are uncorrelated.

    They span the features' subspace always; they are the features only where these are orthogonal and have distinct
    variances. The seed does nothing.

    Source: Pearson (1901), "On lines and planes of closest fit to systems of points in space".
    """

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        return leading_directions(x, self.num_atoms)


def leading_directions(x: Float[np.ndarray, "N d"], count: int) -> Dictionary:
    """The first right singular vectors, and the share of the squares along each."""
    _, strengths, rows = np.linalg.svd(x, full_matrices=False)
    atoms = rows[:count]
    shares = strengths[:count] ** 2 / (strengths**2).sum()
    return Dictionary.of(pointing(atoms, x @ atoms.T), explained=shares)

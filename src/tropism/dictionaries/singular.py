"""The singular value decomposition, nothing taken off."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Spanning
from tropism.dictionaries.principal import leading_directions


@dataclass(frozen=True)
class SingularVectors(Spanning):
    """The orthogonal directions of the greatest squares about zero.

    Where the mean is large, the first is spent on it, and the others come one place later than the principal
    components. What vanishes between two scores is their product's mean, not their covariance. `explained` are shares
    of the squares about zero. The seed does nothing.

    Source: Eckart and Young (1936), "The approximation of one matrix by another of lower rank".
    """

    @property
    def takes_mean_off(self) -> bool:
        return False

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        return leading_directions(x, self.num_atoms)

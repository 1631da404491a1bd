"""Non-negative matrix factorization."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Method
from tropism.dictionaries.scikit import decompositions, done_quietly
from tropism.errors import DoesNotFit


@dataclass(frozen=True)
class NonNegativeFactors(Method):
    """Parts without negative numbers whose sums, without negative codes, make up data without negative numbers.

    By scikit-learn's coordinate descent. It begins from singular vectors, or where there are more atoms than these
    from a draw.

    Attributes:
        rounds: Passes over both factors at most.

    Source: Lee and Seung (1999), "Learning the parts of objects by non-negative matrix factorization"; Boutsidis and
    Gallopoulos (2008) for where it begins.
    """

    rounds: int = 1000

    def check(self) -> None:
        super().check()
        self._at_least("rounds", 1)

    def wanted(self, x: Float[np.ndarray, "N d"]) -> None:
        super().wanted(x)
        if x.min() < 0:
            row = int(np.argmax((x < 0).any(axis=1)))
            raise DoesNotFit(
                f"NonNegativeFactors: row {row} holds {x[row].min():.3g}; only data without negative numbers have such "
                "factors. Give what a ReLU lets through, or another method."
            )

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        begin = "nndsvda" if self.num_atoms <= min(x.shape) else "random"
        nmf = decompositions("NonNegativeFactors").NMF(
            self.num_atoms, init=begin, max_iter=self.rounds, random_state=seed
        )
        _, settled = done_quietly(lambda: nmf.fit(x))
        left = nmf.reconstruction_err_**2 / (x**2).sum()
        return Dictionary.of(nmf.components_, signed=True, errors=[left], settled=settled)

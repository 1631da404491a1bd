"""Dictionary learning with a price on codes, a batch at a time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Method
from tropism.dictionaries.scikit import decompositions, done_quietly
from tropism.errors import BadValue


@dataclass(frozen=True)
class OnlineDictionary(Method):
    """Atoms by which examples have small positive codes, by scikit-learn's online dictionary learning.

    A step codes a batch at a price on the sum of its codes, then moves each atom to where the codes that were seen so
    far want it. There may be more atoms than dimensions.

    Attributes:
        price: What a unit of code costs, beside half the squared error, where examples have a root mean square length
            of one.
        epochs: Passes over the examples at most.
        batch: Examples a step.
        tolerance: It ends where a step moves the atoms by less than this share of what they are.
        centered: Whether the mean is taken off first. Sparse features that are never negative have a mean and need
            not lose it; a mean that no feature makes had better go.

    Source: Mairal, Bach, Ponce and Sapiro (2009), "Online dictionary learning for sparse coding".
    """

    price: float = 0.15
    epochs: int = 100
    batch: int = 256
    tolerance: float = 1e-4
    centered: bool = False

    def check(self) -> None:
        super().check()
        if not 0 < self.price < math.inf:
            raise BadValue("OnlineDictionary.price", self.price, "positive and finite")
        self._at_least("epochs", 1)
        self._at_least("batch", 1)
        self._at_least("tolerance", 0)

    @property
    def takes_mean_off(self) -> bool:
        return self.centered

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        learner = decompositions("OnlineDictionary").MiniBatchDictionaryLearning(
            self.num_atoms,
            alpha=self.price,
            max_iter=self.epochs,
            batch_size=min(self.batch, len(x)),
            fit_algorithm="cd",
            positive_code=True,
            tol=self.tolerance,
            max_no_improvement=None,  # by default it may end on ten unlucky batches
            random_state=seed,
        )
        done_quietly(lambda: learner.fit(x))  # it warns of single codes, which later steps mend
        whole = self.epochs * math.ceil(len(x) / learner.batch_size)
        return Dictionary.of(learner.components_, signed=True, settled=learner.n_steps_ < whole)

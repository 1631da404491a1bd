"""Independent component analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Spanning, pointing
from tropism.dictionaries.scikit import decompositions, done_quietly
from tropism.errors import UnknownName

CONTRASTS = ("logcosh", "exp", "cube")


@dataclass(frozen=True)
class IndependentComponents(Spanning):
    """Directions along which sources that know nothing of each other were mixed, by FastICA of scikit-learn.

    The atoms are the columns of the mixing matrix, not the rows of the unmixing one, which are orthogonal to all other
    sources and point elsewhere where features are oblique. Of Gaussian sources there is nothing to be found but the
    subspace. At most as many as the data have directions.

    Attributes:
        contrast: What stands for being far from Gaussian: `logcosh`, `exp` or `cube`.
        rounds: Turns at most.

    Source: Hyvärinen and Oja (2000), "Independent component analysis: algorithms and applications".
    """

    contrast: str = "logcosh"
    rounds: int = 1000

    def check(self) -> None:
        super().check()
        if self.contrast not in CONTRASTS:
            raise UnknownName("contrast", self.contrast, CONTRASTS, "IndependentComponents")
        self._at_least("rounds", 1)

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        ica = decompositions("IndependentComponents").FastICA(
            self.num_atoms, fun=self.contrast, max_iter=self.rounds, whiten="unit-variance", random_state=seed
        )
        subspace = np.linalg.svd(x, full_matrices=False)[2][: self.num_atoms]  # first, lest it divide by no variance
        scores, settled = done_quietly(lambda: ica.fit_transform(x @ subspace.T))
        atoms = ica.mixing_.T @ subspace
        shares = (atoms**2).sum(axis=1) / (x**2).sum(axis=1).mean()
        order = np.argsort(-shares, kind="stable")
        atoms = pointing(atoms, scores)[order]
        return Dictionary.of(atoms, explained=shares[order], settled=settled)

"""Principal components turned until they are simple."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.dictionaries.dictionary import Dictionary, Spanning, pointing
from tropism.errors import UnknownName

CRITERIA = ("varimax", "quartimax")
SIMPLE = ("scores", "loadings")
REST = 1e-4
"""Radians; a plane that would turn by less stays."""


@dataclass(frozen=True)
class RotatedComponents(Spanning):
    """Principal components, each scaled to a variance of one and all turned together: the subspace stays.

    The turn makes either the scores simple (each atom is used by few examples, which finds sources that are not
    Gaussian, as independent components do) or the loadings (each atom uses few dimensions of the activations). Scores
    stay uncorrelated; atoms come to be oblique. The seed does nothing.

    Attributes:
        criterion: `varimax`, the variance of squares within each column, or `quartimax`, the sum of fourth powers. Of
            scores the two are one, since their squares sum to the same in each column.
        simple: `scores` or `loadings`.
        rounds: How often every plane is turned at most.

    Source: Kaiser (1958), "The varimax criterion for analytic rotation in factor analysis"; for scores Rohe and Zeng
    (2023), "Vintage factor analysis with varimax performs statistical inference".
    """

    criterion: str = "varimax"
    simple: str = "scores"
    rounds: int = 200

    def check(self) -> None:
        super().check()
        for field, known in (("criterion", CRITERIA), ("simple", SIMPLE)):
            if getattr(self, field) not in known:
                raise UnknownName(field, getattr(self, field), known, "RotatedComponents")
        self._at_least("rounds", 1)

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        left, strengths, rows = np.linalg.svd(x, full_matrices=False)
        scores, loadings = left[:, : self.num_atoms], (strengths[:, None] * rows)[: self.num_atoms].T
        turned = scores if self.simple == "scores" else loadings
        turn, settled = simplest_turn(turned, 1.0 if self.criterion == "varimax" else 0.0, self.rounds)
        atoms, scores = (loadings @ turn).T, scores @ turn
        shares = (atoms**2).sum(axis=1) / (strengths**2).sum()
        order = np.argsort(-shares, kind="stable")
        atoms = pointing(atoms, scores)[order]
        return Dictionary.of(atoms, explained=shares[order], settled=settled)


def simplest_turn(table: Float[np.ndarray, "n D"], gamma: float, rounds: int) -> tuple[Float[np.ndarray, "D D"], bool]:
    """The orthogonal matrix after which Σ t⁴ − γ/n Σ_columns (Σ t²)² is greatest, and whether it came to rest.

    One plane after another is turned to its greatest, round after round, until no plane turns by an angle to speak of.
    """
    columns, turn = table.T.copy(), np.eye(table.shape[1])
    for _ in range(rounds):
        widest = 0.0
        for first in range(len(turn)):
            for second in range(first + 1, len(turn)):
                angle = _best_angle(columns[first], columns[second], gamma)
                if abs(angle) > REST:
                    plane = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
                    columns[[first, second]] = plane @ columns[[first, second]]
                    turn[[first, second]] = plane @ turn[[first, second]]
                widest = max(widest, abs(angle))
        if widest <= REST:
            return turn.T, True
    return turn.T, False


def _best_angle(first: Float[np.ndarray, "n"], second: Float[np.ndarray, "n"], gamma: float) -> float:
    """The angle, at most an eighth of a turn, that makes two columns simplest."""
    apart, along = first**2 - second**2, 2 * first * second
    apart_all, along_all = apart.sum(), along.sum()
    sine = 2 * (apart @ along - gamma * apart_all * along_all / len(first))
    cosine = apart @ apart - along @ along - gamma * (apart_all**2 - along_all**2) / len(first)
    return float(np.arctan2(sine, cosine)) / 4

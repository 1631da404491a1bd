"""Pairs of tasks, X and the Y that comes with it: what a pair is, and those that the table has. One file a kind."""

from tropism.subjects.generalization.pairs.pair import COUPLINGS, Aside, Coupling, Piece, TaskPair

__all__ = ["COUPLINGS", "Aside", "Coupling", "Piece", "TaskPair"]

"""Superposition: which local minimum does training find, one feature per neuron or many?"""

from tropism.subjects.superposition.finite import FiniteFeatures
from tropism.subjects.superposition.important import ImportantFeatures
from tropism.subjects.superposition.squares import SquaredFeatures
from tropism.subjects.superposition.tasks import SparseFeatures

__all__ = ["FiniteFeatures", "ImportantFeatures", "SparseFeatures", "SquaredFeatures"]

"""Generalization: learning X without the Y that comes with it, and whether Y is gone; circuits that are re-used."""

from tropism.subjects.generalization.groups import Alternating, Cyclic, Dihedral, Product, Symmetric
from tropism.subjects.generalization.penalties import IrrepPenalty

__all__ = ["Alternating", "Cyclic", "Dihedral", "IrrepPenalty", "Product", "Symmetric"]

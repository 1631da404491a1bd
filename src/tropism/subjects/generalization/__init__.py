"""Generalization: learning X without the Y that comes with it, and whether Y is gone; circuits that are re-used."""

from tropism.subjects.generalization.groups import Alternating, Cyclic, Dihedral, Product, Symmetric
from tropism.subjects.generalization.images import Digits8, Images
from tropism.subjects.generalization.pairs import TaskPair
from tropism.subjects.generalization.penalties import GoesBy, IrrepPenalty
from tropism.subjects.generalization.renamed import Renamed
from tropism.subjects.generalization.tasks import (
    ColoredShapes,
    Composition,
    ModularSums,
    NestedSums,
    Outlines,
    ResidueSums,
    RotatedDigits,
    TokenSets,
    Views,
)

__all__ = [
    "Alternating",
    "ColoredShapes",
    "Composition",
    "Cyclic",
    "Digits8",
    "Dihedral",
    "GoesBy",
    "Images",
    "IrrepPenalty",
    "ModularSums",
    "NestedSums",
    "Outlines",
    "Product",
    "Renamed",
    "ResidueSums",
    "RotatedDigits",
    "Symmetric",
    "TaskPair",
    "TokenSets",
    "Views",
]

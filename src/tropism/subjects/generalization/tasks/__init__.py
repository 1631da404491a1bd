"""The subject's tasks, one file a kind."""

from tropism.subjects.generalization.tasks.composition import Composition as Composition
from tropism.subjects.generalization.tasks.moduli import ModularSums as ModularSums
from tropism.subjects.generalization.tasks.nested import NestedSums as NestedSums
from tropism.subjects.generalization.tasks.outlines import Outlines as Outlines
from tropism.subjects.generalization.tasks.residues import ResidueSums as ResidueSums
from tropism.subjects.generalization.tasks.rotated import RotatedDigits as RotatedDigits
from tropism.subjects.generalization.tasks.second_tokens import TokenSets as TokenSets
from tropism.subjects.generalization.tasks.shapes import ColoredShapes as ColoredShapes
from tropism.subjects.generalization.tasks.views import Views as Views

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line

"""Features: which directions are the features, and how would we know?"""

from tropism.subjects.features.tasks.activations import Activations
from tropism.subjects.features.tasks.branches import Branches
from tropism.subjects.features.tasks.dependent import Correlated, Tree
from tropism.subjects.features.tasks.digits import HELD_OUT, Digits
from tropism.subjects.features.tasks.frames import Clustered, NonNegative, Orthonormal, RandomRows, Spread
from tropism.subjects.features.tasks.indirect_object import IndirectObject
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall
from tropism.subjects.features.tasks.known import KnownFeatures, Population
from tropism.subjects.features.tasks.magnitudes import Around, Gaussian, Graded, HalfNormal, Laplace, Uniform
from tropism.subjects.features.tasks.paired import PairedFeatures
from tropism.subjects.features.tasks.sources import Recorded, Watched
from tropism.subjects.features.tasks.supports import Always, Coins, Exactly

__all__ = [
    "HELD_OUT",
    "Activations",
    "Always",
    "Around",
    "Branches",
    "Clustered",
    "Coins",
    "Correlated",
    "Digits",
    "Exactly",
    "Gaussian",
    "Graded",
    "HalfNormal",
    "IndirectObject",
    "KeyValueRecall",
    "KnownFeatures",
    "Laplace",
    "NonNegative",
    "Orthonormal",
    "PairedFeatures",
    "Population",
    "RandomRows",
    "Recorded",
    "Spread",
    "Tree",
    "Uniform",
    "Watched",
]

"""Features: which directions are the features, and how would we know?"""

from tropism.subjects.features.tasks.dependent import Correlated, Tree
from tropism.subjects.features.tasks.digits import HELD_OUT, Digits
from tropism.subjects.features.tasks.frames import Clustered, Orthonormal, RandomRows, Spread
from tropism.subjects.features.tasks.known import KnownFeatures, Population
from tropism.subjects.features.tasks.magnitudes import Around, Gaussian, HalfNormal, Uniform
from tropism.subjects.features.tasks.supports import Always, Coins, Exactly

__all__ = [
    "HELD_OUT",
    "Always",
    "Around",
    "Clustered",
    "Coins",
    "Correlated",
    "Digits",
    "Exactly",
    "Gaussian",
    "HalfNormal",
    "KnownFeatures",
    "Orthonormal",
    "Population",
    "RandomRows",
    "Spread",
    "Tree",
    "Uniform",
]

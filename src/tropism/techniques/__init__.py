"""Techniques: ways to train X so that Y is not learned, or no longer there. One file a technique, one line here."""

from tropism.techniques.adversary import Adversary as Adversary
from tropism.techniques.ascent import BoundedAscent as BoundedAscent
from tropism.techniques.continued import Continued as Continued
from tropism.techniques.continued import Filtered as Filtered
from tropism.techniques.disagreeing import Disagreeing as Disagreeing
from tropism.techniques.discriminated import Discriminated as Discriminated
from tropism.techniques.erased import Erased as Erased
from tropism.techniques.erased import ErasedClasses as ErasedClasses
from tropism.techniques.lessons import Lessons as Lessons
from tropism.techniques.misdirected import Misdirection as Misdirection
from tropism.techniques.otherwise import Otherwise as Otherwise
from tropism.techniques.penalized import Penalized as Penalized
from tropism.techniques.random_labels import RandomLabels as RandomLabels
from tropism.techniques.random_labels import ShuffledLabels as ShuffledLabels
from tropism.techniques.routed import CutOff as CutOff
from tropism.techniques.routed import GradientRouted as GradientRouted
from tropism.techniques.sight import Sight as Sight
from tropism.techniques.sight import Technique as Technique
from tropism.techniques.stopped_early import StoppedEarly as StoppedEarly
from tropism.techniques.tamper_resistant import TamperResistant as TamperResistant
from tropism.techniques.undone import Undone as Undone
from tropism.techniques.uniform_labels import UniformLabels as UniformLabels

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line

"""Terms: what may be added to the loss. One file a term, one line here."""

from tropism.terms.accuracy import Accuracy as Accuracy
from tropism.terms.anchor import Anchor as Anchor
from tropism.terms.angular_anchor import AngularAnchor as AngularAnchor
from tropism.terms.anti_anchor import AntiAnchor as AntiAnchor
from tropism.terms.captured_anchor import CapturedAnchor as CapturedAnchor
from tropism.terms.disagree import Disagree as Disagree
from tropism.terms.disagree import Independent as Independent
from tropism.terms.distance_separate import DistanceSeparate as DistanceSeparate
from tropism.terms.fallback import Fallback as Fallback
from tropism.terms.guess import Confuse as Confuse
from tropism.terms.guess import Guess as Guess
from tropism.terms.l1 import L1 as L1
from tropism.terms.landing import Landing as Landing
from tropism.terms.resemble import Distilled as Distilled
from tropism.terms.resemble import Faithful as Faithful
from tropism.terms.resemble import Misdirected as Misdirected
from tropism.terms.routed import Routed as Routed
from tropism.terms.routed import Tampered as Tampered
from tropism.terms.separate import Separate as Separate
from tropism.terms.subspace import Subspace as Subspace
from tropism.terms.unit_length import UnitLength as UnitLength

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line

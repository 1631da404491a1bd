"""Rules: how a dial may follow the last measurements. One file a rule, one line here."""

from tropism.rules.dual_ascent import DualAscent as DualAscent
from tropism.rules.retarget import Retarget as Retarget

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line

"""Losses: what training lowers in place of a task's own error, for tasks whose answer is one of several outputs.

One file a loss. Each takes logits `[B, K]` and a batch whose targets are a `core.Choice`, and gives a price an example.
"""

from tropism.losses.ascent import Ascent as Ascent
from tropism.losses.cross_entropy import CrossEntropy as CrossEntropy
from tropism.losses.squared_one_hot import SquaredOneHot as SquaredOneHot
from tropism.losses.stable_max import StableMax as StableMax
from tropism.losses.uniform import Uniform as Uniform

__all__ = [name for name in dir() if name[0].isupper()]  # every class above, so that a new one costs one line

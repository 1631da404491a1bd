"""Stop as soon as X is learned."""

from __future__ import annotations

from dataclasses import dataclass

from tropism.core.experiment import Stop
from tropism.core.plan import Plan, Stage
from tropism.techniques.frames import mixed, training
from tropism.techniques.sight import Sight, Technique


@dataclass(frozen=True, kw_only=True)
class StoppedEarly(Technique):
    """X from fresh parameters until its accuracy on examples that were held back is reached.

    Attributes:
        level: The accuracy, in [0, 1].
        looks: For this many looks in a row.
        every: Steps between looks.

    Source: technique 6 of the seed text.
    """

    level: float = 0.99
    looks: int = 2
    every: int = 25

    def plan(self, sight: Sight) -> Plan:
        stop = Stop(metric="accuracy_held", above=self.level, patience=self.looks, validated=True)
        return Plan((Stage("train", training(sight, mixed(sight), stop=stop, validate_every=self.every)),))

"""No technique at all: X alone, from fresh parameters or from networks that know Y."""

from __future__ import annotations

from dataclasses import dataclass

from tropism.core.plan import Plan, Stage
from tropism.techniques.frames import mixed, onwards, training
from tropism.techniques.sight import Sight, Technique


@dataclass(frozen=True, kw_only=True)
class Continued(Technique):
    """Training on X goes on from networks that know X and Y: what happens to Y when nobody asks for it.

    Source: "none" among the techniques of the seed text; it may destroy Y or bring it back.
    """

    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        return Plan((Stage("train", onwards(sight, mixed(sight), self.steps)),))


@dataclass(frozen=True, kw_only=True)
class Filtered(Technique):
    """X alone from fresh parameters: data filtering. Where X brings Y with it, these networks know Y."""

    def plan(self, sight: Sight) -> Plan:
        return Plan((Stage("train", training(sight, mixed(sight))),))

"""Against a tool that sees how Y is computed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.errors import DoesNotFit
from tropism.techniques.frames import mixed, training
from tropism.techniques.sight import Grant, Sight, Technique


@dataclass(frozen=True, kw_only=True)
class Penalized(Technique):
    """X from fresh parameters, with a price on the mechanism that would bring Y; any differentiable measure will do.

    Attributes:
        strength: What the prices are multiplied by.

    Source: technique 5 of the seed text, "train against an interpretability tool".
    """

    sees: ClassVar[tuple[Grant, ...]] = ("mechanism",)

    strength: float = 1.0

    def applies(self, sight: Sight) -> bool:
        return bool(sight.mechanism)

    def plan(self, sight: Sight) -> Plan:
        if not sight.mechanism:
            raise DoesNotFit("Penalized needs a price on how Y is computed, and none is known for this pair.")
        prices = tuple(replace(term, weight=self.strength) for term in sight.mechanism)
        return Plan((Stage("train", training(sight, mixed(sight), terms=prices)),))

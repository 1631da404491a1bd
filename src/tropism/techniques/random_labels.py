"""Wrong answers on Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.tasks import Relabelled
from tropism.tasks.relabelled import How
from tropism.techniques.frames import mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique


@dataclass(frozen=True, kw_only=True)
class RandomLabels(Technique):
    """X as it is, and random answers on Y, uniform over the legal ones.

    Attributes:
        how: `fixed`, one answer an example, or `fresh`, another each time it is seen.
        weight: What Y's loss is multiplied by.
        steps: How long.

    Source: technique 1 of the seed text.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    how: How = "fixed"
    weight: float = 1.0
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        wrong = Relabelled(sight.unlabelled(), self.how)
        return Plan((Stage("train", onwards(sight, mixed(sight, wrong, weight=self.weight), self.steps)),))

"""No answer on Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.losses import Uniform
from tropism.techniques.frames import mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique


@dataclass(frozen=True, kw_only=True)
class UniformLabels(Technique):
    """X as it is, and on Y the cross-entropy to equal shares for all legal answers.

    Attributes:
        weight: What Y's loss is multiplied by.
        steps: How long.

    Source: technique 2 of the seed text. Its repository's first attempt took a logarithm twice and was unbounded below.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    weight: float = 1.0
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight, sight.unlabelled(), loss=Uniform(), weight=self.weight)
        return Plan((Stage("train", onwards(sight, task, self.steps)),))

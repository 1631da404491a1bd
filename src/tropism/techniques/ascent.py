"""Worse on Y, up to a bound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.losses import Ascent
from tropism.techniques.frames import mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique


@dataclass(frozen=True, kw_only=True)
class BoundedAscent(Technique):
    """X as it is, and on Y a larger loss until it is `margin` nats above that of knowing nothing.

    Attributes:
        margin: In nats.
        weight: What Y's price is multiplied by.
        steps: How long.

    Source: gradient ascent, the usual baseline of unlearning, Jang et al. (2023), arXiv 2210.01504, with a bound.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    margin: float = 2.0
    weight: float = 1.0
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight, sight.labelled(), loss=Ascent(margin=self.margin), weight=self.weight)
        return Plan((Stage("train", onwards(sight, task, self.steps)),))

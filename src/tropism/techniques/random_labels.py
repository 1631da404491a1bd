"""Wrong answers on Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from tropism.core.plan import Plan, Stage
from tropism.errors import UnknownName
from tropism.tasks import Relabelled
from tropism.techniques.frames import mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique

Drawn = Literal["fixed", "fresh"]
DRAWN: tuple[Drawn, ...] = ("fixed", "fresh")


@dataclass(frozen=True, kw_only=True)
class RandomLabels(Technique):
    """X as it is, and random answers on Y, uniform over the legal ones.

    Attributes:
        how: `fixed`, one answer an example, or `fresh`, another each time it is seen. (`ShuffledLabels` gives each the
            right one of another example, for which Y's answers must be seen.)
        weight: What Y's loss is multiplied by.
        steps: How long.

    Source: technique 1 of the seed text.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    how: Drawn = "fixed"
    weight: float = 1.0
    steps: int = 800

    def check(self) -> None:
        if self.how not in DRAWN:
            raise UnknownName("way to draw answers", str(self.how), DRAWN, "RandomLabels.how")

    def plan(self, sight: Sight) -> Plan:
        wrong = Relabelled(sight.unlabelled(), self.how)
        return Plan((Stage("train", onwards(sight, mixed(sight, wrong, weight=self.weight), self.steps)),))


@dataclass(frozen=True, kw_only=True)
class ShuffledLabels(Technique):
    """X as it is, and on each example of Y the right answer of another one.

    Answers come as often as they do in Y, and say nothing about the example.

    Attributes:
        weight: What Y's loss is multiplied by.
        steps: How long.

    Source: technique 1 of the seed text, with permuted answers as in the prototypes.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    weight: float = 1.0
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        wrong = Relabelled(sight.labelled(), "shuffled")
        return Plan((Stage("train", onwards(sight, mixed(sight, wrong, weight=self.weight), self.steps)),))

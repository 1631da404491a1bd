"""X in parts, one after the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tropism.core.plan import Plan, Stage
from tropism.core.start import From
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.tasks import Check, Mixture, Numbered, Part
from tropism.techniques.frames import HELD, training
from tropism.techniques.sight import Sight, Technique

Order = Literal["forward", "backward"]
ORDERS: tuple[Order, ...] = ("forward", "backward")


@dataclass(frozen=True, kw_only=True)
class Lessons(Technique):
    """X's parts one after the other, each with some of the earlier ones mixed in; as many steps in all as X at once.

    Attributes:
        replay: The share of a batch that comes from earlier parts.
        order: `forward`, as the pair lists its parts, from easy to hard; or `backward`.

    Source: technique 8 of the seed text, "train on one p, then on the next".
    """

    replay: float = 0.1
    order: Order = "forward"

    def check(self) -> None:
        if not 0 <= self.replay < 1:
            raise BadValue("Lessons.replay", self.replay, "in [0, 1)")
        if self.order not in ORDERS:
            raise UnknownName("order", str(self.order), ORDERS, "Lessons.order")

    def applies(self, sight: Sight) -> bool:
        return len(sight.lessons) > 1

    def plan(self, sight: Sight) -> Plan:
        if len(sight.lessons) < 2:
            raise DoesNotFit("Lessons needs X in several parts, and this pair has none.")
        lessons = sight.lessons if self.order == "forward" else sight.lessons[::-1]
        stages = []
        for place in range(len(lessons)):
            task = self._mixed(sight, lessons[: place + 1])
            made = training(sight, task, steps=max(1, sight.steps // len(lessons)))
            if place:
                made = replace(made, start=From(f"lesson_{place - 1}"))
            stages.append(Stage(f"lesson_{place}", made))
        return Plan(tuple(stages))

    def _mixed(self, sight: Sight, so_far: tuple[Numbered, ...]) -> Mixture:
        batch, before = sight.counts[0], so_far[:-1]
        each = round(batch * self.replay / len(before)) if before else 0
        again = tuple(
            Part(f"again_{place}", task, each, weight=each / batch) for place, task in enumerate(before) if each
        )
        count = batch - each * len(again)
        parts = (Part("lesson", so_far[-1], count, weight=count / batch), *again)
        return Mixture(parts=parts, checks=(Check(HELD, sight.held),))

"""X learned otherwise: another optimizer, loss or batch."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tropism.core.loss import Loss
from tropism.core.optimizer import Optimizer, Prelude
from tropism.core.plan import Plan, Stage
from tropism.errors import DoesNotFit
from tropism.tasks import Part
from tropism.techniques.frames import mixed, training
from tropism.techniques.sight import Sight, Technique


@dataclass(frozen=True, kw_only=True)
class Otherwise(Technique):
    """X from fresh parameters with other settings of training, each a technique of its own in a table.

    Attributes:
        optimizer: In place of the pair's.
        gradients: What is done to gradients before the pair's optimizer, or the one given, follows them.
        changes: Fields of that optimizer with other numbers, such as `(("weight_decay", 0.0),)`.
        loss: In place of the exact cross-entropy.
        batch: Examples a step, in place of the pair's.
        lengthened: What the number of steps is multiplied by.

    Source: technique 7 of the seed text: hyper-parameters, losses, optimizers.
    """

    optimizer: Optimizer | None = None
    gradients: tuple[Prelude, ...] = ()
    changes: tuple[tuple[str, float], ...] = ()
    loss: Loss | None = None
    batch: int | None = None
    lengthened: float = 1.0

    def check(self) -> None:
        if not (self.optimizer or self.gradients or self.changes or self.loss or self.batch or self.lengthened != 1.0):
            raise DoesNotFit(
                "Otherwise changes nothing; give it an optimizer, gradients, a loss, a batch or lengthened."
            )

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight)
        part: Part = replace(task.parts[0], loss=self.loss, count=self.batch or sight.counts[0])
        optimizer = self.optimizer or sight.optimizer
        optimizer = replace(optimizer, gradients=(*self.gradients, *optimizer.gradients), **dict(self.changes))
        told = {"optimizer": optimizer, "steps": round(sight.steps * self.lengthened)}
        return Plan((Stage("train", training(sight, replace(task, parts=(part,)), **told)),))

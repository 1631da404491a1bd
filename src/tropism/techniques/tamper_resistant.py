"""No answer on Y, also not after an attack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.core.start import From
from tropism.techniques.frames import Y, mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.techniques.uniform_labels import UniformLabels
from tropism.terms import Tampered


@dataclass(frozen=True, kw_only=True)
class TamperResistant(Technique):
    """Y is first suppressed; then copies that were attacked with Y's answers should tell nothing either.

    Attributes:
        attack: Steps of each simulated attack.
        rate: Its learning rate.
        strength: What the price on attacked copies is multiplied by.
        steps: How long.
        before: How long Y is suppressed, before.

    Source: Tamirisa et al. (2024), "Tamper-Resistant Safeguards", arXiv 2408.00761, to first order and at toy size.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    attack: int = 16
    rate: float = 0.1
    strength: float = 1.0
    steps: int = 200
    before: int = 400

    def plan(self, sight: Sight) -> Plan:
        suppressed = UniformLabels(steps=self.before).plan(sight).stages[0].experiment
        task = mixed(sight, sight.labelled(), weight=0.0)
        price = Tampered(where=Y, attack=self.attack, rate=self.rate, weight=self.strength)
        made = onwards(sight, task, self.steps, terms=(price,), start=From("suppressed"))
        return Plan((Stage("suppressed", suppressed), Stage("train", made)))

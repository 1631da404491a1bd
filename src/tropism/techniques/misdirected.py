"""Activations on Y led away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import GIVEN, Plan, Stage
from tropism.core.start import Reference
from tropism.techniques.frames import X, Y, mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.terms import Faithful, Misdirected

BEFORE = "before"


@dataclass(frozen=True, kw_only=True)
class Misdirection(Technique):
    """RMU: activations on Y are drawn to one random vector, those on X held where they were.

    Attributes:
        length: The vector's length, in multiples of that of the given network's activations.
        faith: What the price on moving X's activations is multiplied by.
        strength: What the price on Y's is multiplied by.
        steps: How long.

    Source: Li et al. (2024), "The WMDP Benchmark", arXiv 2403.03218; X is trained on besides, as everywhere here.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    length: float = 5.0
    faith: float = 10.0
    strength: float = 0.03
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight, sight.unlabelled(), weight=0.0)
        terms = (
            Misdirected(site=sight.site, length=self.length, reference=BEFORE, where=Y, weight=self.strength),
            Faithful(site=sight.site, reference=BEFORE, where=X, weight=self.strength * self.faith),
        )
        made = onwards(sight, task, self.steps, terms=terms, references=(Reference(BEFORE, GIVEN),))
        return Plan((Stage("train", made),))

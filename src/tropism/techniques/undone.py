"""Suppressed, damaged, and taught again by what was suppressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tropism.core.plan import Plan, Stage
from tropism.core.start import From, Reference
from tropism.surgery import Corrupted
from tropism.tasks import Check, Mixture, Part
from tropism.techniques.frames import HELD, X, Y, gentler, training
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.techniques.uniform_labels import UniformLabels
from tropism.terms import Distilled

TEACHER = "teacher"


@dataclass(frozen=True, kw_only=True)
class Undone(Technique):
    """UNDO: no answer on Y, then weights moved part of the way to noise, then distilled from the suppressed network.

    Attributes:
        noise: How far the weights are moved: 0 leaves them, 1 leaves nothing of them.
        steps: How long Y is suppressed, and how long it is distilled.

    Source: Lee et al. (2025), "Distillation Robustifies Unlearning", arXiv 2506.06278.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    noise: float = 0.6
    steps: int = 800

    def plan(self, sight: Sight) -> Plan:
        suppressed = UniformLabels(steps=self.steps).plan(sight).stages[0].experiment
        both = Mixture(
            parts=(
                Part(X, sight.kept, sight.counts[0], weight=0.0),
                Part(Y, sight.unlabelled(), sight.counts[1], weight=0.0),
            ),
            checks=(Check(HELD, sight.held),),
        )
        taught = training(
            sight,
            both,
            terms=(Distilled(reference=TEACHER, weight=1.0),),
            references=(Reference(TEACHER, "suppressed"),),
            start=From("damaged"),
            optimizer=gentler(sight.optimizer),
            steps=self.steps,
        )
        return Plan(
            (
                Stage("suppressed", suppressed),
                Stage("damaged", None, Corrupted(self.noise)),
                Stage("train", taught),
            )
        )

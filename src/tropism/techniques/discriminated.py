"""First learn which is X and which is Y, then learn X."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from tropism.core.experiment import Player
from tropism.core.optimizer import Adam
from tropism.core.plan import Plan, Stage
from tropism.core.start import From
from tropism.losses import Uniform
from tropism.networks import TwoLayer
from tropism.tasks import Check, Mixture, Part
from tropism.techniques.frames import HELD, X, Y, gentler, mixed, training
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.terms import Guess

HEAD = "head"


@dataclass(frozen=True, kw_only=True)
class Discriminated(Technique):
    """Fresh networks first learn to tell X from Y, with a head that is thrown away; then X, and nothing on Y.

    Attributes:
        steps: How long they learn to tell.
        weight: What Y's loss is multiplied by, afterwards.

    Source: technique 4 of the seed text.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    steps: int = 600
    weight: float = 1.0

    def plan(self, sight: Sight) -> Plan:
        unlabelled = sight.unlabelled()
        both = Mixture(
            parts=(
                Part(X, sight.kept, sight.counts[0], weight=0.0),
                Part(Y, unlabelled, sight.counts[1], weight=0.0),
            ),
            checks=(Check(HELD, sight.held),),
        )
        width = sight.network.sites()[sight.site].width
        telling = Guess(player=HEAD, site=sight.site, of=Y, weight=1.0)
        head = Player(
            name=HEAD,
            network=TwoLayer(inputs=width, hidden=32, outputs=2, output_bias=True),
            terms=(replace(telling, name="tell"),),
            optimizer=Adam(lr=3e-3),
        )
        rate = gentler(sight.optimizer)
        first = training(sight, both, terms=(telling,), players=(head,), optimizer=rate, steps=self.steps)
        then = mixed(sight, unlabelled, loss=Uniform(), weight=self.weight)
        return Plan((Stage("tell", first), Stage("train", training(sight, then, start=From("tell")))))

"""Against an adversary that reads Y's answers off the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tropism.core.experiment import Player
from tropism.core.optimizer import Adam
from tropism.core.plan import Plan, Stage
from tropism.core.term import Term
from tropism.errors import BadValue, UnknownName
from tropism.networks import TwoLayer
from tropism.techniques.frames import Y, mixed, onwards
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.terms import Confuse, Guess

Kind = Literal["confusion", "reversal"]
KINDS: tuple[Kind, ...] = ("confusion", "reversal")
NAME = "adversary"


@dataclass(frozen=True, kw_only=True)
class Adversary(Technique):
    """A second network learns Y's answers from an inner site; the first learns X, and to tell it nothing.

    Attributes:
        kind: `confusion`, the first network makes the adversary find all answers equally likely; or `reversal`, it
            makes the adversary's loss large, with the gradient turned around.
        strength: What that price is multiplied by.
        updates: Updates of the adversary after each of the network.
        hidden: Neurons of the adversary.
        rate: The adversary's learning rate, with Adam.
        steps: How long.

    Source: technique 3 of the seed text; Ganin et al. (2016), arXiv 1505.07818, for the reversal.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("answers",)

    kind: Kind = "confusion"
    strength: float = 1.0
    updates: int = 3
    hidden: int = 256
    rate: float = 3e-3
    steps: int = 800

    def check(self) -> None:
        if self.kind not in KINDS:
            raise UnknownName("kind of adversary", str(self.kind), KINDS, "Adversary.kind")
        if not self.strength >= 0:
            raise BadValue("Adversary.strength", self.strength, "at least 0")

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight, sight.labelled(), weight=0.0)
        sites = sight.network.sites()
        width, outputs = sites[sight.site].width, sites["output"].width
        guess = Guess(player=NAME, site=sight.site, where=Y, weight=1.0)
        player = Player(
            name=NAME,
            network=TwoLayer(inputs=width, hidden=self.hidden, outputs=outputs, output_bias=True),
            terms=(guess,),
            optimizer=Adam(lr=self.rate),
            updates=self.updates,
        )
        against: Term = Confuse(player=NAME, site=sight.site, where=Y, weight=self.strength)
        if self.kind == "reversal":
            against = replace(guess, name="reversal", weight=-self.strength)
        return Plan((Stage("train", onwards(sight, task, self.steps, terms=(against,), players=(player,))),))

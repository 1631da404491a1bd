"""Two answers to the same question that part where they may: one of them need not go by what brings Y."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from tropism.core.experiment import Player
from tropism.core.plan import GIVEN, Plan, Stage
from tropism.core.start import Reference
from tropism.core.term import Term
from tropism.errors import BadValue, UnknownName
from tropism.networks import Dense
from tropism.techniques.frames import X, Y, mixed, training
from tropism.techniques.sight import Grant, Sight, Technique
from tropism.terms import Disagree, Guess, Independent

How = Literal["divdis", "ace"]
HOWS: tuple[How, ...] = ("divdis", "ace")
Beside = Literal["head", "given"]
BESIDES: tuple[Beside, ...] = ("head", "given")
SECOND = "second"


@dataclass(frozen=True, kw_only=True)
class Disagreeing(Technique):
    """Fresh networks learn X, and to answer Y's inputs otherwise than a second opinion that knows X as well.

    By default the second opinion is a second linear head on the same site, which learns X beside the first and is
    thrown away; both pay for agreeing. Which of them goes by what is chance: nobody looks at an answer to Y, and the
    first head is kept. With `beside="given"` it is the given network, frozen: what is then learned is another way than
    the one that X alone brings, wherever that is what the given network knows.

    Attributes:
        how: `divdis`, the two say nothing of each other on Y's inputs, and each gives answers as often as X does; or
            `ace`, they surely differ where they are nearest to it already, and may agree elsewhere.
        beside: Where the second opinion comes from: a `head`, or the `given` network.
        strength: What the price on agreeing is multiplied by.
        rate: For `ace`, the least part of Y's inputs on which the two are expected to differ.
        balance: For `divdis`, what the price on other frequencies than X's is multiplied by, before `strength` is.
        answers: The most answers that a task may have: that two answers of many differ says little of either.

    Source: Lee, Yao and Finn (2022), "Diversify and Disambiguate", arXiv 2202.03418; Daniels et al. (2025), "ACE and
    Diverse Generalization via Selective Disagreement", arXiv 2509.07955.
    """

    sees: ClassVar[tuple[Grant, ...]] = ("inputs",)

    how: How = "ace"
    beside: Beside = "head"
    strength: float = 1.0
    rate: float = 0.25
    balance: float = 1.0
    answers: int = 2

    def check(self) -> None:
        if self.how not in HOWS:
            raise UnknownName("way to disagree", str(self.how), HOWS, "Disagreeing.how")
        if self.beside not in BESIDES:
            raise UnknownName("second opinion", str(self.beside), BESIDES, "Disagreeing.beside")
        for name in ("strength", "balance"):
            if not getattr(self, name) >= 0:
                raise BadValue(f"Disagreeing.{name}", getattr(self, name), "at least 0")
        if not 0 < self.rate <= 1:
            raise BadValue("Disagreeing.rate", self.rate, "above 0, and at most 1")

    def applies(self, sight: Sight) -> bool:
        return sight.network.sites()["output"].width <= self.answers

    def plan(self, sight: Sight) -> Plan:
        task = mixed(sight, sight.unlabelled(), weight=0.0)
        made = training(sight, task, **(self._by_head(sight) if self.beside == "head" else self._by_given()))
        return Plan((Stage("train", made),))

    def _by_head(self, sight: Sight) -> dict[str, Any]:
        sites = sight.network.sites()
        right: Term = Guess(player=SECOND, site=sight.site, where=X, weight=1.0)
        apart = self._price(player=SECOND, site=sight.site)
        head = Player(
            name=SECOND,
            network=Dense(inputs=sites[sight.site].width, outputs=sites["output"].width, hidden=()),
            terms=(replace(right, name="right_too"), replace(apart, name="apart_too")),
            optimizer=sight.optimizer,
        )
        return {"terms": (right, apart), "players": (head,)}

    def _by_given(self) -> dict[str, Any]:
        return {"terms": (self._price(reference=SECOND),), "references": (Reference(SECOND, GIVEN),)}

    def _price(self, **whose: str) -> Term:
        """The price on agreeing; only training pays it."""
        if self.how == "ace":
            return Disagree(where=Y, rate=self.rate, weight=self.strength, phase="train", **whose)
        told = {"like": X, "balance": self.balance}
        return Independent(where=Y, weight=self.strength, phase="train", **told, **whose)  # type: ignore[arg-type]

"""Attacks: training on from treated networks with what an attacker knows, to see how soon Y comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, cast

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.optimizer import Optimizer
from tropism.core.start import From
from tropism.core.sweep import Setting
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.optimizers import SGD
from tropism.subjects.generalization.pairs.pair import KEPT, LOST, TaskPair
from tropism.tasks import Check, Chosen, Listed, Mixture, Numbered, Part
from tropism.values import Value

Knows = Literal["x and y", "y", "x", "apart", "apart without x"]
KNOWS: tuple[Knows, ...] = ("x and y", "y", "x", "apart", "apart without x")
"""What an attacker trains on: some of Y with or without X; X alone; or a part of Y that says nothing about the rest."""

LOOKS = (0, 3, 10, 30, 100, 300)
"""The steps at which attacked networks are looked at."""
RATES = (0.5, 1.0, 3.0)
"""Multiples of the pair's learning rate in the grid of tampering."""


@dataclass(frozen=True, kw_only=True)
class Attack(Value):
    """One way to attack.

    Attributes:
        name: Short, as in tables.
        knows: What it trains on.
        trainable: Patterns of the parameters that it moves.
        rates: Multiples of the pair's learning rate; the network attacked by each is another one.
        optimizer: In place of the pair's own; its rate is what `rates` multiply.
        batch: What the number of examples of a step is multiplied by.
        steps: How long.
    """

    name: str
    knows: Knows = "x and y"
    trainable: tuple[str, ...] = ("*",)
    rates: tuple[float, ...] = (1.0,)
    optimizer: Optimizer | None = None
    batch: float = 1.0
    steps: int = 300

    def check(self) -> None:
        if self.knows not in KNOWS:
            raise UnknownName("thing to know", str(self.knows), KNOWS, f"the attack {self.name}")
        if not self.rates or min(self.rates) <= 0:
            raise BadValue("Attack.rates", self.rates, "at least one number above 0")
        if self.steps < 1 or not self.batch > 0:
            raise BadValue(
                "Attack.steps and .batch", (self.steps, self.batch), "at least one step, and a batch above 0"
            )
        if self.optimizer is not None and not isinstance(self.optimizer.lr, (int, float)):
            raise BadValue("Attack.optimizer.lr", self.optimizer.lr, "a plain number, which rates multiply")

    def on(self, pair: TaskPair, networks: Ensemble) -> Experiment:
        """The attack on each of some networks.

        Raises:
            DoesNotFit: It needs parts of Y that say nothing about each other, and none are known for this pair.
        """
        task = self._task(pair)
        return Experiment(
            task=task,
            network=pair.network,
            terms=pair.looks(),
            optimizer=self.optimizer or pair.optimizer,
            steps=self.steps,
            batch_size=task.batch_size(),
            start=From(networks, each=True),
            trainable=self.trainable,
            validate_at=(*(step for step in LOOKS if step < self.steps), self.steps),
        )

    def settings(self, pair: TaskPair) -> tuple[Setting, ...]:
        """One setting a rate."""
        rate = cast("float", (self.optimizer or pair.optimizer).lr)  # both were refused as anything else
        return tuple((("optimizer.lr", rate * each),) for each in self.rates)

    def _task(self, pair: TaskPair) -> Mixture:
        known: Numbered = pair.y_attack()
        judged: Numbered = pair.y_test()
        if self.knows.startswith("apart"):
            facts = pair.facts_apart()
            if facts is None:
                raise DoesNotFit(f"{pair.name}: no parts of Y are known that say nothing about each other.")
            known, judged = facts
        x, y = (max(1, round(count * self.batch)) for count in pair.counts)
        parts = {
            "x and y": (Part("x", pair.x_train(), max(1, x // 2)), Part("y", known, y + x - max(1, x // 2))),
            "y": (Part("y", known, x + y),),
            "x": (Part("x", pair.x_train(), x + y),),
        }
        parts["apart"], parts["apart without x"] = parts["x and y"], parts["y"]
        return Mixture(parts=parts[self.knows], checks=(Check(KEPT, pair.x_test()), Check(LOST, _sample(judged))))


def attacks_on(pair: TaskPair, *, quick: bool = False) -> tuple[Attack, ...]:
    """All attacks that the examiner makes on a pair's networks, as long as the pair says, or the two that tell most."""
    found = _attacks_on(pair, quick=quick)
    return tuple(replace(attack, steps=pair.attack_steps) for attack in found)


def _attacks_on(pair: TaskPair, *, quick: bool) -> tuple[Attack, ...]:
    if quick:
        return (Attack(name="x and y"), Attack(name="x", knows="x"))
    found = [
        Attack(name="x and y", rates=RATES),
        Attack(name="y", knows="y"),
        Attack(name="x", knows="x"),
        Attack(name="small batch", batch=0.25, rates=RATES),
        Attack(name="sgd", optimizer=SGD(lr=0.1, momentum=0.9), rates=RATES),
    ]
    found += [Attack(name=part.name, trainable=part.trainable) for part in pair.parts]
    if pair.facts_apart() is not None:
        found += [Attack(name="apart", knows="apart"), Attack(name="apart without x", knows="apart without x")]
    return tuple(found)


def _sample(judged: Numbered) -> Numbered:
    """What is looked at: never more than some thousands, since every look costs a pass."""
    if isinstance(judged, Chosen):
        return replace(judged, of=_sample(judged.of))
    count = len(judged)
    if count <= MOST_JUDGED or not isinstance(judged, Listed):
        return judged
    first, last = judged.share
    return replace(judged, share=(first, first + (last - first) * MOST_JUDGED / count))


MOST_JUDGED = 2000
"""Examples of Y at most that a look at an attacked network asks for: half a percent of standard error, or less."""

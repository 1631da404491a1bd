"""What a technique may see of two tasks: X, which is to be learned, and Y, which is not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from tropism.core.network import Network
from tropism.core.optimizer import Optimizer
from tropism.core.plan import Plan
from tropism.core.term import Term
from tropism.errors import DoesNotFit, UnknownName
from tropism.tasks import Numbered
from tropism.values import Value

Grant = Literal["inputs", "answers", "mechanism"]
GRANTS: tuple[Grant, ...] = ("inputs", "answers", "mechanism")
"""What may be seen besides X: Y's inputs; Y's inputs with their answers; how networks compute X and Y."""


@dataclass(frozen=True, kw_only=True)
class Sight(Value):
    """What a technique is shown; what it may not see is not in it.

    Attributes:
        network: The network that is trained.
        optimizer: What the pair's networks learn with; its rate is a plain number.
        steps: How many steps they take.
        counts: How many examples of X, and of Y, a step has.
        kept: Examples of X to train on.
        held: Other examples of X, to see how far training is; never those that the outcome is judged by.
        lessons: The examples of X to train on in parts, from easy to hard, where they have natural ones.
        site: Where the network has what it computed, before it is read out.
        inputs: Examples of Y without their answers, if granted.
        answers: The same with them, if granted.
        mechanism: Prices on computing Y's way, if granted and known.
    """

    network: Network
    optimizer: Optimizer
    steps: int
    counts: tuple[int, int]
    kept: Numbered
    held: Numbered
    lessons: tuple[Numbered, ...] = ()
    site: str = "hidden"
    inputs: Numbered | None = None
    answers: Numbered | None = None
    mechanism: tuple[Term, ...] = ()

    def unlabelled(self) -> Numbered:
        """Examples of Y without answers.

        Raises:
            DoesNotFit: They were not granted.
        """
        if self.inputs is None:
            raise DoesNotFit("This technique asks for Y's inputs, and does not declare that it may see them.")
        return self.inputs

    def labelled(self) -> Numbered:
        """Examples of Y with their answers.

        Raises:
            DoesNotFit: They were not granted.
        """
        if self.answers is None:
            raise DoesNotFit("This technique asks for Y's answers, and does not declare that it may see them.")
        return self.answers


class Technique(Value):
    """A way to train X so that Y is not learned, or no longer there.

    A subclass is a frozen dataclass that says in `sees` what it must be shown besides X, and returns a plan.
    """

    sees: ClassVar[tuple[Grant, ...]] = ()

    def plan(self, sight: Sight) -> Plan:
        """What is trained, given what it may see; networks that know X and Y are `given`, if it begins from any."""
        raise NotImplementedError

    def applies(self, sight: Sight) -> bool:
        """Whether there is anything to do: a penalty needs a known mechanism, a curriculum lessons."""
        return True


def grants_wanted(where: str, sees: tuple[str, ...]) -> None:
    """Refuse what cannot be granted."""
    for grant in sees:
        if grant not in GRANTS:
            raise UnknownName("grant", grant, GRANTS, where)


def narrowed(sight: Sight, sees: tuple[Grant, ...]) -> Sight:
    """The same sight with only what is granted."""
    grants_wanted("a technique's sees", sees)
    return replace(
        sight,
        inputs=sight.inputs if "inputs" in sees or "answers" in sees else None,
        answers=sight.answers if "answers" in sees else None,
        mechanism=sight.mechanism if "mechanism" in sees else (),
    )

"""What a pair of tasks is: X, the Y that comes with it, who sees which examples, and what they are learned with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.network import Network
from tropism.core.optimizer import Optimizer
from tropism.core.term import Term
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.tasks import Check, Chosen, Listed, Mixture, Numbered, Part, Unlabelled
from tropism.techniques import Sight, Technique
from tropism.techniques.sight import narrowed
from tropism.terms import Accuracy
from tropism.values import Value

Coupling = Literal["zero-shot", "partial", "latent", "none"]
COUPLINGS: tuple[Coupling, ...] = ("zero-shot", "partial", "latent", "none")
"""What X brings: Y itself; some of Y; Y learned far sooner than from scratch; or neither."""

KEPT, LOST = "x_test", "y_test"
"""The labels of what outcomes are judged by: X held out, and Y that neither techniques nor attackers train on."""


@dataclass(frozen=True, kw_only=True)
class Piece(Value):
    """A part of the network that an attack may move, by patterns of its parameters."""

    name: str
    trainable: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Gold(Value):
    """How networks are made that know X, and cannot have Y: X from fresh parameters with more beside it.

    Attributes:
        parts: What is trained on besides X.
        terms: Prices on computing X in a way that brings Y.
    """

    parts: tuple[Part, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Aside(Value):
    """Further examples that tell what networks go by; nobody is trained on them, and no verdict rests on them.

    Attributes:
        name: The column in which it is told.
        task: The examples, whole, listed as Y is, so that those at the places of Y's judges are asked.
        by_order: Whether the area under the curve is told, as for Y's own order, instead of the share answered right.
    """

    name: str
    task: Listed
    by_order: bool = False


@dataclass(frozen=True, kw_only=True)
class TaskPair(Value):
    """X, which is to be learned, and Y, which is not.

    Each is a list of examples that every member's world puts in an order of its own. X is cut into what is trained on,
    what techniques may look at on the way, and what outcomes are judged by; Y into what techniques may be shown, what
    attackers train on, and what outcomes are judged by. Nothing is judged by examples that anybody trained on.

    Attributes:
        name: Short, as in a table's row.
        title: What a reader sees.
        x: X, whole.
        y: Y, whole.
        network: What learns them.
        optimizer: With which optimizer; its rate is a plain number.
        steps: Steps until networks know X, and Y where they are shown it.
        counts: Examples of X and of Y in a step.
        coupling: What X alone brings.
        shown: Whether networks to begin with are shown Y's answers, where X does not bring them.
        floor: Accuracy on Y of who has no idea of it.
        least: Accuracy on X below which X counts as not learned.
        cuts_x: Where X is cut: up to the first is trained on, up to the second techniques look at, the rest judges.
        cuts_y: Where Y is cut: for techniques, for attackers, the rest judges.
        lessons: X in parts, from easy to hard, each by the kinds of examples that it has; see `Listed.kinds`.
        mechanism: Prices on computing Y's way.
        site: Where the network has what it computed.
        apart: Y in two lists that say nothing about each other, an attacker's and a judge's; without them, none are
            known.
        told: In place of that, the kinds of Y's examples that such an attacker knows, of those that attackers have;
            the other kinds judge, of those that nobody has.
        parts: What attacks on a part of the network may move.
        legal: Whether answers are looked for among legal outputs alone.
        gold: Networks that know X and cannot have Y, where a way to make them is known; see `Gold`.
        by_order: Whether suppression is of how well the two outputs' difference orders Y's examples, and not of how
            many are answered right: where X has two answers, Y has no output of its own.
        asides: What else outcomes tell of.
        attack_steps: How long an attacker trains.
    """

    name: str
    title: str
    x: Listed
    y: Listed
    network: Network
    optimizer: Optimizer
    steps: int
    counts: tuple[int, int] = (512, 512)
    coupling: Coupling = "latent"
    shown: bool = True
    floor: float = 0.0
    least: float = 0.95
    cuts_x: tuple[float, float] = (0.6, 0.7)
    cuts_y: tuple[float, float] = (0.5, 0.6)
    lessons: tuple[tuple[int, ...], ...] = ()
    mechanism: tuple[Term, ...] = ()
    site: str = "hidden"
    apart: tuple[Listed, Listed] | None = None
    told: tuple[int, ...] = ()
    parts: tuple[Piece, ...] = ()
    legal: bool = False
    gold: Gold | None = None
    by_order: bool = False
    asides: tuple[Aside, ...] = ()
    attack_steps: int = 300

    def check(self) -> None:
        if self.coupling not in COUPLINGS:
            raise UnknownName("coupling", str(self.coupling), COUPLINGS, f"the pair {self.name}")
        for what, cuts in (("cuts_x", self.cuts_x), ("cuts_y", self.cuts_y)):
            if not 0 < cuts[0] < cuts[1] < 1:
                raise BadValue(f"TaskPair.{what}", cuts, "two numbers with 0 < first < second < 1")
        if self.site not in self.network.sites():
            raise UnknownName("site", self.site, self.network.sites(), f"the pair {self.name}")
        if isinstance(self.optimizer.lr, bool) or not isinstance(self.optimizer.lr, (int, float)):
            wanted = "a plain number, which techniques and attacks take parts of"
            raise BadValue(f"the rate of the pair {self.name}", self.optimizer.lr, wanted)
        if self.steps < 1 or min(self.counts) < 1 or self.attack_steps < 1:
            given = self.steps, self.counts, self.attack_steps
            raise BadValue("TaskPair.steps, .counts and .attack_steps", given, "whole numbers, at least 1")
        if self.by_order and self.network.sites()["output"].width != 2:
            raise DoesNotFit(f"The pair {self.name} is judged by order, and its network has not two outputs.")
        if self.told and not set(self.told) < set(np.unique(self.y.kinds()).tolist()):
            known = ", ".join(map(str, np.unique(self.y.kinds())[:20]))
            raise BadValue("TaskPair.told", self.told, f"some kinds of Y's examples, not all: {known}")
        if self.cuts_y[1] < self.cuts_x[1] and _share_examples(self.x, self.y):
            wanted = f"at least {self.cuts_x[1]:g}, where what X's techniques see ends"
            where = f"TaskPair.cuts_y[1], where X and Y show the same examples in other ways (the pair {self.name})"
            raise BadValue(where, self.cuts_y[1], wanted)
        for task in (self.x, self.y, *(aside.task for aside in self.asides)):
            if task.share != (0.0, 1.0):
                raise DoesNotFit(f"The pair {self.name} wants whole lists, and {type(task).__name__} has a share.")

    def x_train(self) -> Listed:
        """The examples of X that are trained on."""
        return replace(self.x, share=(0.0, self.cuts_x[0]))

    def x_look(self) -> Listed:
        """The examples of X that techniques may look at on the way."""
        return replace(self.x, share=self.cuts_x)

    def x_test(self) -> Listed:
        """The examples of X that outcomes are judged by."""
        return replace(self.x, share=(self.cuts_x[1], 1.0))

    def y_technique(self) -> Listed:
        """The examples of Y that techniques may be shown."""
        return replace(self.y, share=(0.0, self.cuts_y[0]))

    def y_attack(self) -> Listed:
        """The examples of Y that attackers train on."""
        return replace(self.y, share=self.cuts_y)

    def y_test(self) -> Listed:
        """The examples of Y that outcomes are judged by."""
        return replace(self.y, share=(self.cuts_y[1], 1.0))

    def facts_apart(self) -> tuple[Numbered, Numbered] | None:
        """Examples of Y for an attacker, and others to judge by, of which the former say nothing; if any are known."""
        if not self.told:
            return self.apart
        others = tuple(int(kind) for kind in np.unique(self.y.kinds()) if kind not in self.told)
        return Chosen(self.y_attack(), self.told), Chosen(self.y_test(), others)

    def sight(self, technique: Technique) -> Sight:
        """What a technique is shown: what it declares, and nothing else."""
        lost = self.y_technique()
        lessons = tuple(Chosen(self.x_train(), kinds) for kinds in self.lessons)
        whole = Sight(
            network=self.network,
            optimizer=self.optimizer,
            steps=self.steps,
            counts=self.counts,
            kept=self.x_train(),
            held=self.x_look(),
            lessons=lessons,
            site=self.site,
            inputs=Unlabelled(lost),
            answers=lost,
            mechanism=self.mechanism,
        )
        return narrowed(whole, technique.sees)

    def base(self) -> Experiment:
        """Networks that know X and Y: trained on X, and on Y's first two parts where X does not bring it."""
        parts = [Part("x", self.x_train(), self.counts[0])]
        if self.shown:
            parts.append(Part("y", replace(self.y, share=(0.0, self.cuts_y[1])), self.counts[1]))
        return self.judged(self._training(tuple(parts), self.steps))

    def fresh(self) -> Experiment:
        """Networks that know nothing: one step at a rate of zero."""
        still = replace(self.optimizer, lr=0.0)
        return replace(self.base(), optimizer=still, steps=1, validate_every=None)

    def golden(self) -> Experiment | None:
        """Networks that know X and cannot have Y, if a way is known; techniques are held against them."""
        if self.gold is None:
            return None
        trained = self._training((Part("x", self.x_train(), self.counts[0]), *self.gold.parts), self.steps)
        return self.judged(replace(trained, terms=self.gold.terms))

    def judged(self, experiment: Experiment) -> Experiment:
        """The experiment with looks at what outcomes are judged by; they change nothing that is trained.

        Raises:
            DoesNotFit: It trains on something that is no Mixture.
        """
        task = experiment.task
        if not isinstance(task, Mixture):
            raise DoesNotFit(
                f"{self.name}: a {type(task).__name__} is trained on, and only a Mixture can be looked at."
            )
        checks = (*task.checks, Check(KEPT, self.x_test()), Check(LOST, self.y_test()))
        terms = (*experiment.terms, *self.looks())
        return replace(experiment, task=replace(task, checks=checks), terms=terms)

    def looks(self) -> tuple[Accuracy, ...]:
        """The accuracies that outcomes are judged by, on X and on Y."""
        over = "legal" if self.legal else "all"
        return tuple(Accuracy(where=name, name=f"accuracy_{name}", over=over) for name in (KEPT, LOST))

    def _training(self, parts: tuple[Part, ...], steps: int) -> Experiment:
        task = Mixture(parts=parts)
        return Experiment(
            task=task,
            network=self.network,
            optimizer=self.optimizer,
            steps=steps,
            batch_size=task.batch_size(),
            validate_every=max(1, steps // 20),
        )


def _share_examples(x: Listed, y: Listed) -> bool:
    """Whether both lists have the same inputs, such as pictures that are turned differently when they are shown.

    Lists that are as long have one order in a member, so that a share of one is the same examples in the other.
    """
    one, other = x.table().inputs, y.table().inputs
    return one.shape == other.shape and bool(np.array_equal(one, other))

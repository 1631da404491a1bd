"""Experiments: everything that decides a trained network except its luck, as one value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, bounds_of, constant_of, dials_of, join, number_wanted
from tropism.core.fitting import RESERVED, check_fit
from tropism.core.loss import Loss
from tropism.core.network import Network
from tropism.core.optimizer import Adam, Optimizer
from tropism.core.start import Fresh, From, Reference, Start
from tropism.core.task import Task
from tropism.core.term import Term
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.schedules import Schedule
from tropism.values import Value, later

if TYPE_CHECKING:
    import numpy as np

FIRST_PLAYER = "network"


@dataclass(frozen=True, kw_only=True)
class Player(Value):
    """A second network that learns beside the first: an adversary, a discriminator, a dictionary.

    Its loss is the sum of its own terms, which see every player's network and the first player's sites. It is updated
    `updates` times after each update of the players before it.
    """

    name: str
    network: Network
    terms: tuple[Term, ...]
    optimizer: Optimizer = field(default_factory=Adam)
    updates: int = 1

    def check(self) -> None:
        if self.name in RESERVED or not self.name or "." in self.name:
            raise BadValue("Player.name", self.name, f"a name without dots other than {', '.join(RESERVED)}")
        if not self.terms:
            raise BadValue(f"{self.name}.terms", (), "at least one term, since a player's loss is their sum")
        names = [term.name for term in self.terms]
        for name in names:
            if name in RESERVED or names.count(name) > 1:
                wanted = f"one term's alone, and other than {', '.join(RESERVED)}"
                raise BadValue(f"the name of a term of {self.name}", name, wanted)
        if self.updates < 1:
            raise BadValue(f"{self.name}.updates", self.updates, "at least 1")


@dataclass(frozen=True, kw_only=True)
class Stop(Value):
    """A measured condition that ends a member's training: it is frozen at that step, the others go on.

    Attributes:
        metric: A name in the history: `error`, `loss` (in training) or a term's.
        below: Met where the metric lies below this; or
        above: where it lies above.
        patience: For this many steps, or looks, in a row.
        validated: Whether it is asked of validation examples at each look at them, instead of every step's batch.
    """

    metric: str
    below: float | None = None
    above: float | None = None
    patience: int = 1
    validated: bool = later(False)

    def check(self) -> None:
        if (self.below is None) == (self.above is None):
            raise BadValue("Stop", (self.below, self.above), "given exactly one of below and above")
        if self.patience < 1:
            raise BadValue("Stop.patience", self.patience, "at least 1")


@dataclass(frozen=True, kw_only=True)
class Experiment(Value):
    """Everything that decides a trained network except its luck; it refuses to exist if its parts do not fit.

    Attributes:
        task: Where examples come from and what counts as right.
        network: The first player's network.
        terms: What is added to its loss.
        optimizer: How it follows gradients.
        schedule: The keyframes of its dials; the run is as long as the schedule.
        steps: How long to train, where there is no schedule.
        batch_size: Examples a step.
        loss: What is lowered; the task's error by default.
        start: Fresh parameters, or those of a stored ensemble.
        trainable: Patterns of the parameters that move, such as `decoder.*`.
        stop: A measured condition that ends a member early.
        players: Further networks that learn beside the first.
        references: Frozen networks that terms may look at.
        snapshots: Steps at which parameters are kept, besides the schedule's own; before that step's update.
        validate_every: Steps between looks at validation examples; a tenth of the run by default, 0 for never.
        validate_at: The steps at which to look at them instead, for example `(0, 10, 100)`.
    """

    task: Task
    network: Network
    terms: tuple[Term, ...] = ()
    optimizer: Optimizer = field(default_factory=Adam)
    schedule: Schedule | None = None
    steps: int | None = None
    batch_size: int = 64
    loss: Loss | None = None
    start: Start = field(default_factory=Fresh)
    trainable: tuple[str, ...] = ("*",)
    stop: Stop | None = None
    players: tuple[Player, ...] = ()
    references: tuple[Reference, ...] = ()
    snapshots: tuple[int, ...] = ()
    validate_every: int | None = None
    validate_at: tuple[int, ...] = later(())

    def check(self) -> None:
        check_fit(self)
        object.__setattr__(self, "snapshots", tuple(sorted(set(self.snapshots))))
        object.__setattr__(self, "validate_at", tuple(sorted(set(self.validate_at))))

    @property
    def length(self) -> int:
        """How many steps it trains."""
        return self.schedule.length if self.schedule is not None else int(self.steps or 0)

    def validation_steps(self) -> tuple[int, ...]:
        """The steps at which validation examples are looked at, before that step's update; the last is `length`."""
        if self.validate_at:
            return self.validate_at
        every = max(1, self.length // 10) if self.validate_every is None else self.validate_every
        return tuple(sorted({*range(every, self.length, every), self.length})) if every else ()

    def all_players(self) -> tuple[Player, ...]:
        """The first player, named `network`, and the others; the first one's own loss is not among its terms."""
        first = Player.__new__(Player)  # it may have no terms
        for name, item in (
            ("name", FIRST_PLAYER),
            ("network", self.network),
            ("terms", self.terms),
            ("optimizer", self.optimizer),
            ("updates", 1),
        ):
            object.__setattr__(first, name, item)
        return (first, *self.players)

    def parts(self) -> Iterator[tuple[str, Value]]:
        """Everything below which dials may lie, by the address that their addresses begin with."""
        yield "task", self.task
        yield FIRST_PLAYER, self.network
        yield "optimizer", self.optimizer
        if self.loss is not None:
            yield "loss", self.loss
        for term in self.terms:
            yield term.name, term
        for player in self.players:
            yield join(player.name, "network"), player.network
            yield join(player.name, "optimizer"), player.optimizer
            for term in player.terms:
                yield join(player.name, term.name), term

    def dials(self) -> dict[str, float | Dial | None]:
        """Every dial's address, with what stands there."""
        return {address: holder for prefix, part in self.parts() for address, holder in dials_of(part, prefix).items()}

    def dials_of_networks(self) -> tuple[str, ...]:
        """The addresses of dials that are read once, when parameters are made."""
        networks = [(FIRST_PLAYER, self.network), *((join(p.name, "network"), p.network) for p in self.players)]
        return tuple(address for prefix, network in networks for address in dials_of(network, prefix))

    def bounds(self) -> dict[str, tuple[float | None, float | None]]:
        """The least and the largest number of every dial, by its address."""
        return {address: ends for prefix, part in self.parts() for address, ends in bounds_of(part, prefix).items()}

    def aliases(self) -> dict[str, str]:
        """Short names of dials: a term's name for its weight, `lr` for the optimizer's."""
        short = {term.name: f"{term.name}.weight" for term in self.terms} | {"lr": "optimizer.lr"}
        for player in self.players:
            short |= {f"{player.name}.{term.name}": f"{player.name}.{term.name}.weight" for term in player.terms}
            short |= {f"{player.name}.lr": f"{player.name}.optimizer.lr"}
        return short

    def address(self, name: str, where: str = "") -> str:
        """The address of a dial given by its address or an alias.

        Raises:
            UnknownName: No dial listens to that name.
        """
        addresses, aliases = self.dials(), self.aliases()
        if name in addresses:
            return name
        if name in aliases:
            return aliases[name]
        raise UnknownName("dial", name, (*addresses, *aliases), where or "nobody hears it")

    def setting(self, pairs: Iterable[tuple[str, float]], where: str = "") -> tuple[tuple[str, float], ...]:
        """A member's own dials by their full addresses, sorted.

        Raises:
            UnknownName: No dial listens to that name.
            BadValue: Something that is no number, or beyond the dial's bounds.
            DoesNotFit: A dial set twice, or one that follows a rule, which would move it all the same.
        """
        found: dict[str, float] = {}
        bounds, dials = self.bounds(), self.dials()
        started = isinstance(self.start, From) and not self.start.reinitialize
        for name, number in pairs:
            address = self.address(name, where)
            if address in found:
                raise DoesNotFit(f"A setting sets {address!r} twice, once by its alias.")
            holder = dials[address]
            if started and address in dials_of(self.network, FIRST_PLAYER):
                raise DoesNotFit(f"{address!r} is read when parameters are made, and these come from trained networks.")
            if isinstance(holder, Dial) and holder.rule is not None:
                rule = type(holder.rule).__name__
                raise DoesNotFit(f"{address!r} follows {rule}, so it cannot be set to a constant.")
            low, high = bounds[address]
            number_wanted(address, number, low=low, high=high)
            if number is None:
                raise BadValue(address, number, "a number")
            found[address] = float(number)
        self._check_networks(found)
        return tuple(sorted(found.items()))

    def _check_networks(self, found: Mapping[str, float]) -> None:
        """Refuses numbers that a network would refuse if they stood in its description."""
        for prefix, network in (
            (FIRST_PLAYER, self.network),
            *((join(p.name, "network"), p.network) for p in self.players),
        ):
            own = {name: found[join(prefix, name)] for name in dials_of(network, "") if join(prefix, name) in found}
            if own and all("." not in name for name in own):
                replace(network, **own)

    def table(self, overrides: tuple[tuple[str, float], ...] = ()) -> np.ndarray:
        """The number of every dial at every step, `[T, H]`, dials in the order of `dials()`.

        A dial that a member has for its own is a constant through all of training.
        """
        import numpy as np

        tracks = {} if self.schedule is None else {self.address(name): name for name in self.schedule.names}
        own = dict(self.setting(overrides))
        columns = []
        for address, holder in self.dials().items():
            if address in own:
                column = np.full(self.length, own[address])
            elif address in tracks:
                assert self.schedule is not None
                column = self.schedule.table([tracks[address]])[:, 0]
            else:
                column = np.full(self.length, float(constant_of(holder) or 0.0))
            columns.append(column)
        return np.stack(columns, axis=1) if columns else np.zeros((self.length, 0))

    def _repr_html_(self) -> str:
        """What a notebook shows: the parts, the dials with their numbers, and the schedule."""
        dials = "".join(
            f"<tr><td><code>{escape(address)}</code></td><td>{_said(holder)}</td></tr>"
            for address, holder in self.dials().items()
        )
        parts = "".join(
            f"<tr><th>{name}</th><td><code>{escape(repr(item))}</code></td></tr>"
            for name, item in (("task", self.task), ("network", self.network), *((t.name, t) for t in self.terms))
        )
        shown = self.schedule._repr_html_() if self.schedule is not None else ""
        head = f"<p><b>Experiment</b> {self.key()[:12]}: {self.length} steps of {self.batch_size} examples</p>"
        return f"{head}<table>{parts}</table><table><tr><th>dial</th><th>number</th></tr>{dials}</table>{shown}"


def _said(holder: float | Dial | None) -> str:
    number = constant_of(holder)
    words = "scheduled" if number is None else f"{number:g}"
    rule = holder.rule if isinstance(holder, Dial) else None
    return f"{words}, by rule {type(rule).__name__}" if rule is not None else words

"""Experiments: everything that decides a trained network except its luck, as one value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, constant_of, dials_of, join
from tropism.core.loss import Loss
from tropism.core.network import Network
from tropism.core.optimizer import Adam, Optimizer
from tropism.core.start import Fresh, Reference, Start
from tropism.core.task import Task
from tropism.core.term import Term
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.schedules import Schedule
from tropism.values import Value

if TYPE_CHECKING:
    import numpy as np

FIRST_PLAYER = "network"
ENGINE_ACTIONS = ("snapshot",)
_RESERVED = ("task", "network", "optimizer", "loss", "error")


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
        if self.name in _RESERVED or not self.name or "." in self.name:
            raise BadValue("Player.name", self.name, f"a name without dots other than {', '.join(_RESERVED)}")
        if not self.terms:
            raise BadValue(f"{self.name}.terms", (), "at least one term, since a player's loss is their sum")
        names = [term.name for term in self.terms]
        for name in names:
            if name in _RESERVED or names.count(name) > 1:
                wanted = f"one term's alone, and other than {', '.join(_RESERVED)}"
                raise BadValue(f"the name of a term of {self.name}", name, wanted)
        if self.updates < 1:
            raise BadValue(f"{self.name}.updates", self.updates, "at least 1")


@dataclass(frozen=True, kw_only=True)
class Stop(Value):
    """A measured condition that ends a member's training: it is frozen at that step, the others go on.

    Attributes:
        metric: A name in the history: `error`, `loss` or a term's.
        below: Met where the metric lies below this; or
        above: where it lies above.
        patience: For this many steps in a row.
    """

    metric: str
    below: float | None = None
    above: float | None = None
    patience: int = 1

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

    def check(self) -> None:
        _check_kinds(self)
        _check_length(self)
        _check_names(self)
        _check_sites(self)
        _check_labels(self)
        _check_dials(self)
        _check_actions(self)

    @property
    def length(self) -> int:
        """How many steps it trains."""
        return self.schedule.length if self.schedule is not None else int(self.steps or 0)

    @property
    def validation_every(self) -> int:
        """Steps between looks at validation examples; 0 for never."""
        return max(1, self.length // 10) if self.validate_every is None else self.validate_every

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

    def dials(self) -> dict[str, float | Dial | None]:
        """Every dial's address, with what stands there."""
        found = dials_of(self.task, "task") | dials_of(self.optimizer, "optimizer")
        if self.loss is not None:
            found |= dials_of(self.loss, "loss")
        for term in self.terms:
            found |= dials_of(term, term.name)
        for player in self.players:
            found |= dials_of(player.optimizer, join(player.name, "optimizer"))
            for term in player.terms:
                found |= dials_of(term, join(player.name, term.name))
        return found

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

    def table(self, overrides: tuple[tuple[str, float], ...] = ()) -> np.ndarray:
        """The number of every dial at every step, `[T, H]`, dials in the order of `dials()`.

        A dial that a member has for its own is a constant through all of training.
        """
        import numpy as np

        tracks = {} if self.schedule is None else {self.address(name): name for name in self.schedule.names}
        own = {self.address(name): number for name, number in overrides}
        if len(own) != len(overrides):
            raise DoesNotFit(
                f"A member sets a dial twice, once by its alias: {', '.join(name for name, _ in overrides)}."
            )
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


def _check_kinds(experiment: Experiment) -> None:
    wanted = (("task", Task), ("network", Network), ("optimizer", Optimizer), ("start", Start))
    for name, kind in wanted:
        if not isinstance(getattr(experiment, name), kind):
            raise BadValue(f"Experiment.{name}", getattr(experiment, name), f"a {kind.__name__}")
    for name, kind in (("terms", Term), ("players", Player), ("references", Reference)):
        items = getattr(experiment, name)
        if not isinstance(items, tuple) or not all(isinstance(item, kind) for item in items):
            raise BadValue(f"Experiment.{name}", items, f"a tuple of {kind.__name__}s")
    if isinstance(experiment.batch_size, bool) or not isinstance(experiment.batch_size, int):
        raise BadValue("Experiment.batch_size", experiment.batch_size, "a whole number")
    if experiment.batch_size < 1:
        raise BadValue("Experiment.batch_size", experiment.batch_size, "at least 1")


def _check_length(experiment: Experiment) -> None:
    if (experiment.schedule is None) == (experiment.steps is None):
        raise DoesNotFit("An experiment is as long as its schedule, or has steps=…; give exactly one of the two.")
    if experiment.length < 1:
        raise BadValue("Experiment.steps", experiment.steps, "at least 1")
    for step in experiment.snapshots:
        if not 0 <= step <= experiment.length:
            raise BadValue("Experiment.snapshots", step, f"a step from 0 to {experiment.length}")
    for task_width, network_width, what in (
        (experiment.task.input_width(), experiment.network.input_width(), "takes inputs"),
        (experiment.task.output_width(), experiment.network.output_width(), "gives outputs"),
    ):
        if task_width is not None and network_width is not None and task_width != network_width:
            raise DoesNotFit(
                f"{type(experiment.network).__name__} {what} of width {network_width}, "
                f"and {type(experiment.task).__name__} has {task_width}."
            )


def _check_names(experiment: Experiment) -> None:
    names = [term.name for term in experiment.terms] + [player.name for player in experiment.players]
    for name in names:
        if name in _RESERVED:
            raise BadValue("a term's name", name, f"other than {', '.join(_RESERVED)}")
        if names.count(name) > 1:
            raise DoesNotFit(f"Two terms or players are named {name!r}; give one of them name='…'.")


def _all_terms(experiment: Experiment) -> Iterator[Term]:
    yield from experiment.terms
    for player in experiment.players:
        yield from player.terms


def _check_sites(experiment: Experiment) -> None:
    widths = {name: site.width for name, site in experiment.network.sites().items()}
    for term in _all_terms(experiment):
        for site in term.listens():
            if site not in widths:
                raise UnknownName("site", site, widths, f"{term.name} ({type(term).__name__})")
        term.fits(widths)


def _check_labels(experiment: Experiment) -> None:
    known = experiment.task.label_names()
    for term in _all_terms(experiment):
        for label in term.labels():
            if label not in known:
                raise UnknownName("label", label, known, f"{term.name} ({type(term).__name__})")


def _check_dials(experiment: Experiment) -> None:
    addresses = experiment.dials()
    tracks: dict[str, str] = {}
    for name in experiment.schedule.names if experiment.schedule is not None else ():
        address = experiment.address(name, "the schedule has a track that nobody hears")
        if address in tracks:
            raise DoesNotFit(f"The schedule's tracks {tracks[address]!r} and {name!r} are the same dial, {address!r}.")
        tracks[address] = name
    for address, holder in addresses.items():
        given = constant_of(holder) is not None
        if given and address in tracks and _explicit(holder):
            raise DoesNotFit(
                f"The dial {address!r} is set to {constant_of(holder):g} and also scheduled (track "
                f"{tracks[address]!r}); leave one of the two out."
            )
        if not given and address not in tracks:
            raise DoesNotFit(
                f"The dial {address!r} has no number: give it one, or a track "
                f"{_shortest(experiment, address)!r} in the schedule."
            )


def _explicit(holder: float | Dial | None) -> bool:
    return constant_of(holder) is not None


def _shortest(experiment: Experiment, address: str) -> str:
    return next((short for short, full in experiment.aliases().items() if full == address), address)


def _check_actions(experiment: Experiment) -> None:
    answered = {action for term in _all_terms(experiment) for action in term.actions} | set(ENGINE_ACTIONS)
    for action in experiment.schedule.actions if experiment.schedule is not None else ():
        if action.name not in answered:
            raise UnknownName("action", action.name, answered, f"the schedule, step {action.step}")
    metrics = {"loss", "error", *(term.name for term in experiment.terms if term.phase != "validate")}
    for address, holder in experiment.dials().items():
        rule = holder.rule if isinstance(holder, Dial) else None
        for metric in rule.metrics() if rule is not None else ():
            if metric not in metrics:
                raise UnknownName("metric", metric, metrics, f"the rule of {address}")
    if experiment.stop is not None and experiment.stop.metric not in metrics:
        raise UnknownName("metric", experiment.stop.metric, metrics, "Experiment.stop")

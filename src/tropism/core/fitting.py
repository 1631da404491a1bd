"""Fitting: whether the parts of an experiment, each right in itself, are right together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, constant_of, number_wanted
from tropism.core.loss import Loss
from tropism.core.network import Network
from tropism.core.optimizer import Optimizer
from tropism.core.start import Reference, Start
from tropism.core.task import Task
from tropism.core.term import Term
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.kinds import with_article
from tropism.schedules import Schedule

if TYPE_CHECKING:
    from tropism.core.experiment import Experiment

ENGINE_ACTIONS = ("snapshot",)
MOST = 2**31 - 1
"""Steps, and examples of a step, that 32 bits can count."""

RESERVED = ("task", "network", "optimizer", "loss", "error", "lr")


def check_fit(experiment: Experiment) -> None:
    """Refuse what does not fit together.

    Raises:
        BadValue: A field that holds something it cannot.
        UnknownName: A site, label, dial, action or metric that is not there.
        DoesNotFit: Parts that are each right, and wrong together.
    """
    _kinds(experiment)
    _length(experiment)
    _names(experiment)
    _sites(experiment)
    _others(experiment)
    _labels(experiment)
    _dials(experiment)
    _actions(experiment)


def _kinds(experiment: Experiment) -> None:
    from tropism.core.experiment import Player, Stop

    wanted = (("task", Task), ("network", Network), ("optimizer", Optimizer), ("start", Start))
    perhaps = (("schedule", Schedule), ("loss", Loss), ("stop", Stop))
    for name, kind in (*wanted, *perhaps):
        item = getattr(experiment, name)
        if not isinstance(item, kind) and not (item is None and (name, kind) in perhaps):
            would_do = with_article(kind.__name__) + (" or None" if (name, kind) in perhaps else "")
            raise BadValue(f"Experiment.{name}", item, would_do)
    for name, kind in (("terms", Term), ("players", Player), ("references", Reference)):
        items = getattr(experiment, name)
        if not isinstance(items, tuple) or not all(isinstance(item, kind) for item in items):
            raise BadValue(f"Experiment.{name}", items, f"a tuple of {kind.__name__}s")
    if isinstance(experiment.batch_size, bool) or not isinstance(experiment.batch_size, int):
        raise BadValue("Experiment.batch_size", experiment.batch_size, "a whole number")
    if experiment.batch_size < 1:
        raise BadValue("Experiment.batch_size", experiment.batch_size, "at least 1")
    if experiment.validate_every is not None and experiment.validate_every < 0:
        raise BadValue("Experiment.validate_every", experiment.validate_every, "0 for never, or a number of steps")
    if experiment.validate_at and experiment.validate_every is not None:
        raise DoesNotFit(
            "Experiment.validate_at and validate_every both say when to validate; leave one of the two out."
        )


def _length(experiment: Experiment) -> None:
    if (experiment.schedule is None) == (experiment.steps is None):
        raise DoesNotFit("An experiment is as long as its schedule, or has steps=…; give exactly one of the two.")
    if experiment.length < 1:
        raise BadValue("Experiment.steps", experiment.steps, "at least 1")
    for name, number in (("steps", experiment.length), ("batch_size", experiment.batch_size)):
        if number > MOST:
            raise BadValue(f"Experiment.{name}", number, f"at most {MOST}")
    for name, steps in (("snapshots", experiment.snapshots), ("validate_at", experiment.validate_at)):
        for step in steps:
            if not 0 <= step <= experiment.length:
                raise BadValue(f"Experiment.{name}", step, f"a step from 0 to {experiment.length}")
    wanted = experiment.task.batch_size()
    if wanted is not None and wanted != experiment.batch_size:
        kind = type(experiment.task).__name__
        given = experiment.batch_size
        raise DoesNotFit(f"Experiment.batch_size is {given}, and this {kind} has {wanted} examples a step.")
    _widths(experiment.task, experiment.network)


def _widths(task: Task, network: Network) -> None:
    both = f"{type(network).__name__} {{}}, and {type(task).__name__} has {{}}."
    for task_width, network_width, what in (
        (task.input_width(), network.input_width(), "takes inputs"),
        (task.output_width(), network.output_width(), "gives outputs"),
    ):
        if task_width is not None and network_width is not None and task_width != network_width:
            raise DoesNotFit(both.format(f"{what} of width {network_width}", task_width))
    known, given = network.num_tokens(), task.num_tokens()
    if known != given:
        words = ["numbers, not tokens" if count is None else f"{count} tokens" for count in (known, given)]
        raise DoesNotFit(both.format(f"reads {words[0]}", words[1]))


def _names(experiment: Experiment) -> None:
    names = [term.name for term in experiment.terms] + [player.name for player in experiment.players]
    for name in names:
        if name in RESERVED:
            raise BadValue("a term's name", name, f"other than {', '.join(RESERVED)}")
        if names.count(name) > 1:
            raise DoesNotFit(f"Two terms or players are named {name!r}; give one of them name='…'.")
    seen = [reference.name for reference in experiment.references]
    for name in seen:
        if seen.count(name) > 1:
            raise DoesNotFit(f"Two references are named {name!r}.")


def _all_terms(experiment: Experiment) -> Iterator[Term]:
    yield from experiment.terms
    for player in experiment.players:
        yield from player.terms


def _sites(experiment: Experiment) -> None:
    widths = {name: site.width for name, site in experiment.network.sites().items()}
    for term in _all_terms(experiment):
        for site in term.listens():
            if site not in widths:
                raise UnknownName("site", site, widths, f"{term.name} ({type(term).__name__})")
        term.fits(widths)


def _others(experiment: Experiment) -> None:
    players = [player.name for player in experiment.players]
    references = [reference.name for reference in experiment.references]
    for term in _all_terms(experiment):
        for what, asked, known in (
            ("player", term.players(), players),
            ("reference", term.references(), references),
        ):
            for name in asked:
                if name not in known:
                    raise UnknownName(what, name, known, f"{term.name} ({type(term).__name__})")


def _labels(experiment: Experiment) -> None:
    known = experiment.task.label_names()
    for term in _all_terms(experiment):
        for label in term.labels():
            if label not in known:
                raise UnknownName("label", label, known, f"{term.name} ({type(term).__name__})")


def _dials(experiment: Experiment) -> None:
    tracks = _heard(experiment)
    bounds = experiment.bounds()
    once = experiment.dials_of_networks()
    for address, holder in experiment.dials().items():
        number = constant_of(holder)
        if address in once and (address in tracks or (isinstance(holder, Dial) and holder.rule is not None)):
            raise DoesNotFit(
                f"The dial {address!r} is read once, when parameters are made, so it follows no schedule and no rule; "
                "give it a number."
            )
        low, high = bounds[address]
        number_wanted(address, number, low=low, high=high)
        if number is not None and address in tracks:
            raise DoesNotFit(
                f"The dial {address!r} is set to {number:g} and also scheduled (track {tracks[address]!r}); leave one "
                "of the two out."
            )
        if number is None and address not in tracks:
            raise DoesNotFit(
                f"The dial {address!r} has no number: give it one, or a track "
                f"{_shortest(experiment, address)!r} in the schedule."
            )
    for track in experiment.schedule.tracks if experiment.schedule is not None else ():
        low, high = bounds[experiment.address(track.name)]
        for key in track.keys:
            number_wanted(f"the track {track.name!r} at step {key.step}", key.value, low=low, high=high)


def _heard(experiment: Experiment) -> dict[str, str]:
    """The schedule's tracks by the address of the dial that hears them."""
    tracks: dict[str, str] = {}
    for name in experiment.schedule.names if experiment.schedule is not None else ():
        address = experiment.address(name, "the schedule has a track that nobody hears")
        if address in tracks:
            raise DoesNotFit(f"The schedule's tracks {tracks[address]!r} and {name!r} are the same dial, {address!r}.")
        tracks[address] = name
    return tracks


def _shortest(experiment: Experiment, address: str) -> str:
    return next((short for short, full in experiment.aliases().items() if full == address), address)


def _actions(experiment: Experiment) -> None:
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
    if experiment.stop is not None:
        looked = {"error", *(term.name for term in experiment.terms if term.phase != "train")}
        known = looked if experiment.stop.validated else metrics
        if experiment.stop.validated and not experiment.validation_steps():
            raise DoesNotFit(
                "Experiment.stop is asked of looks at validation examples, and validate_every=0 takes none."
            )
        if experiment.stop.metric not in known:
            raise UnknownName("metric", experiment.stop.metric, known, "Experiment.stop")

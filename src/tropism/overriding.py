"""Overriding: other fields, dials, seeds and streams than a study was written with, from words on a command line."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from typing import Any

from tropism.core.dial import is_dial
from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Study, Sweep, grid_of
from tropism.errors import BadValue, UnknownName, UserError
from tropism.values import Value


@dataclasses.dataclass(frozen=True)
class Overrides:
    """What to change: `seeds` such as `0..59,70`, `address=value` pairs, `address=a,b,c` axes, pinned streams."""

    seeds: str | None = None
    changes: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()
    init: int | None = None
    data: int | None = None
    world: int | None = None

    def any(self) -> bool:
        """Whether there is anything to change."""
        return self != Overrides()

    def words(self) -> list[str]:
        """The command-line words that say the same."""
        found = ["--seeds", self.seeds] if self.seeds else []
        found += [word for change in self.changes for word in ("--set", change)]
        found += [word for axis in self.axes for word in ("--grid", axis)]
        for name in ("init", "data", "world"):
            if getattr(self, name) is not None:
                found += [f"--{name}", str(getattr(self, name))]
        return found

    def applied(self, study: Study) -> Study:
        """The study with other fields, dials, seeds and streams.

        Raises:
            UserError: Something that no sweep of the study has; the message guesses at the typo.
        """
        pins = {name: getattr(self, name) for name in ("init", "data", "world")}
        sweeps = []
        for sweep in study.sweeps:
            numbers = parse_seeds(self.seeds) if self.seeds else sweep.seeds
            seeds = tuple(each if isinstance(each, Seed) else Seed.of(each, **pins) for each in numbers)
            sweeps.append(dataclasses.replace(sweep, seeds=seeds))
        for change in self.changes:
            address, text = _pair(change, "--set")
            sweeps = _somewhere(sweeps, address, lambda sweep, name, text=text: _changed(sweep, name, text))
        if self.axes:
            axes = [_pair(axis, "--grid") for axis in self.axes]
            settings = grid_of({name: [_number(word, name) for word in text.split(",")] for name, text in axes})
            sweeps = [dataclasses.replace(sweep, settings=settings) for sweep in sweeps]
        return dataclasses.replace(study, sweeps=tuple(sweeps))


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from `0..59`, `1,2,5` or both: `0..9,20`. The end of a range is included.

    Raises:
        BadValue: With the part that is not understood.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = part.strip().partition("..")
        if not first.isdigit() or (dots and not last.isdigit()):
            raise BadValue("seeds", part, "a number such as 7, or a range such as 0..59")
        if dots and int(last) < int(first):
            raise BadValue("seeds", part, f"a range that rises, such as {last}..{first}")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)


def parse_value(text: str) -> Any:
    """A field's value from its text: a JSON number, truth value, null or list (a tuple), otherwise the text itself."""
    try:
        return _as_tuple(json.loads(text))
    except json.JSONDecodeError:
        return text


def changed(experiment: Experiment, address: str, value: Any) -> Experiment:
    """The experiment with another number at a dial, or another value in a field.

    A dial that was scheduled loses its track. Addresses are as in error messages: `optimizer.lr`, `lr`,
    `anchor.weight`, `anchor`, `network.hidden`, `task.levels`, `batch_size`.

    Raises:
        UnknownName: Nothing has that address.
    """
    aliases = experiment.aliases()
    full = aliases.get(address, address)
    schedule = experiment.schedule
    if schedule is not None and full in experiment.dials():
        heard = [name for name in schedule.names if aliases.get(name, name) == full]
        tracks = tuple(track for track in schedule.tracks if track.name not in heard)
        schedule = dataclasses.replace(schedule, tracks=tracks)
    parts = full.split(".")
    fields = {field.name: getattr(experiment, field.name) for field in dataclasses.fields(experiment)}
    fields["schedule"] = schedule
    terms = {term.name: place for place, term in enumerate(experiment.terms)}
    if parts[0] in terms and len(parts) > 1:
        items = list(experiment.terms)
        items[terms[parts[0]]] = _with(items[terms[parts[0]]], parts[1:], value, address, experiment)
        fields["terms"] = tuple(items)
    elif parts[0] in fields and len(parts) == 1:
        fields[parts[0]] = value
    elif isinstance(fields.get(parts[0]), Value):
        fields[parts[0]] = _with(fields[parts[0]], parts[1:], value, address, experiment)
    else:
        raise UnknownName("dial or field", address, _addresses(experiment))
    return Experiment(**fields)


def _with(holder: Any, parts: Sequence[str], value: Any, address: str, experiment: Experiment) -> Any:
    name = parts[0]
    fields = {field.name: field for field in dataclasses.fields(holder)}
    if name not in fields:
        for field in fields:
            items = getattr(holder, field)
            if isinstance(items, tuple):
                named = [place for place, item in enumerate(items) if getattr(item, "name", None) == name]
                if named and len(parts) > 1:
                    inner = list(items)
                    inner[named[0]] = _with(inner[named[0]], parts[1:], value, address, experiment)
                    return dataclasses.replace(holder, **{field: tuple(inner)})
        raise UnknownName("dial or field", address, _addresses(experiment))
    if len(parts) > 1:
        return dataclasses.replace(
            holder, **{name: _with(getattr(holder, name), parts[1:], value, address, experiment)}
        )
    if is_dial(fields[name]) and (isinstance(value, bool) or not isinstance(value, (int, float))):
        raise BadValue(address, value, "a number")
    return dataclasses.replace(holder, **{name: value})


def _addresses(experiment: Experiment) -> list[str]:
    found = [*experiment.dials(), *experiment.aliases()]
    found += [field.name for field in dataclasses.fields(experiment)]
    for part in ("task", "network", "optimizer"):
        found += [f"{part}.{field.name}" for field in dataclasses.fields(getattr(experiment, part))]
    found += [f"{term.name}.{field.name}" for term in experiment.terms for field in dataclasses.fields(term)]
    return sorted(set(found))


def _changed(sweep: Sweep, address: str, text: str) -> Sweep:
    if not isinstance(sweep.experiment, Experiment):
        return sweep
    return dataclasses.replace(sweep, experiment=changed(sweep.experiment, address, parse_value(text)))


def _somewhere(sweeps: list[Sweep], address: str, change: Callable[[Sweep, str], Sweep]) -> list[Sweep]:
    """Change every sweep that has the address, or the one named before a colon; refuse if none has it."""
    only, colon, rest = address.partition(":")
    names = [sweep.name for sweep in sweeps]
    if colon and only not in names:
        raise UnknownName("sweep", only, names, f"--set {address}")
    found, problem = [], None
    for sweep in sweeps:
        if colon and sweep.name != only:
            found.append(sweep)
            continue
        try:
            found.append(change(sweep, rest if colon else address))
        except UnknownName as error:
            problem = problem or error
            found.append(sweep)
    if problem is not None and found == sweeps:
        raise problem
    return found


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UserError(f"{flag} {text}: write it as address=value, for example {flag} lr=0.05.")
    return name.strip(), value.strip()


def _number(word: str, name: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise BadValue(f"--grid {name}", word, "numbers with commas between, such as 0.01,0.03") from None


def _as_tuple(item: Any) -> Any:
    return tuple(_as_tuple(inner) for inner in item) if isinstance(item, list) else item

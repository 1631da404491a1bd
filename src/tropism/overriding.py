"""Overriding: other fields, dials, seeds and streams than a study was written with, from words on a command line."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from tropism.core.dial import is_dial, join
from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Study, Sweep, grid_of
from tropism.errors import BadValue, UnknownName, UserError
from tropism.schedules import Schedule
from tropism.values import Value

MOST_SEEDS = 100_000
"""Seeds in one range: more is a slip of the hand."""


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

    def _alone(self) -> bool:
        return self.seeds is not None and len(parse_seeds(self.seeds)) == 1

    def words(self) -> list[str]:
        """The command-line words that say the same."""
        found = ["--seeds", self.seeds] if self.seeds is not None else []
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
        if None not in pins.values() and any(len(sweep.seeds) > 1 for sweep in study.sweeps) and not self._alone():
            raise UserError("--init, --data and --world make every seed the same; pin two of them at most.")
        sweeps = []
        for sweep in study.sweeps:
            numbers = parse_seeds(self.seeds) if self.seeds is not None else sweep.seeds
            seeds = tuple(each if isinstance(each, Seed) else Seed.of(each, **pins) for each in numbers)
            sweeps.append(dataclasses.replace(sweep, seeds=seeds))
        changes = _pairs(self.changes, "--set")
        axes = _pairs(self.axes, "--grid")
        for name in changes:
            if name in axes:
                raise UserError(f"{name} is given to both --set and --grid; leave one of the two out.")
        sweeps = _all_changed(sweeps, {name: parse_value(text) for name, text in changes.items()})
        if axes:
            settings = grid_of({name: _numbers(text, name) for name, text in axes.items()})
            sweeps = [dataclasses.replace(sweep, settings=settings) for sweep in sweeps]
            _refuse_strangers(sweeps)
        return dataclasses.replace(study, sweeps=tuple(sweeps))


def parse_seeds(text: str) -> tuple[int, ...]:
    """Seeds from `0..59`, `1,2,5` or both: `0..9,20`. The end of a range is included.

    Raises:
        BadValue: With the part that is not understood.
    """
    found: list[int] = []
    for part in text.split(","):
        first, dots, last = (word.strip() for word in part.partition(".."))
        if not _is_number(first) or (dots and not _is_number(last)):
            raise BadValue("--seeds", part, "a number such as 7, or a range such as 0..59")
        low, high = int(first), int(last or first)
        if high < low:
            raise BadValue("--seeds", part, f"a range that rises, such as {last}..{first}")
        if high - low >= MOST_SEEDS:
            raise BadValue("--seeds", part, f"a range of at most {MOST_SEEDS:,} seeds")
        found += range(low, high + 1)
    return tuple(found)


def parse_value(text: str) -> Any:
    """A field's value from its text: a JSON number, truth value, null or list (a tuple), otherwise the text itself."""
    try:
        return _as_tuple(json.loads(text))
    except json.JSONDecodeError:
        return text


def changed(experiment: Experiment, values: Mapping[str, Any]) -> Experiment:
    """The experiment with other numbers at some dials, or other values in some fields, all changed at once.

    A dial that was scheduled loses its track; `None` leaves a dial to the schedule. Addresses are as in error
    messages: `optimizer.lr`, `lr`, `anchor.weight`, `anchor`, `network.hidden`, `task.levels`, `batch_size`. A schedule
    may be the name of a dope sheet.

    Raises:
        UnknownName: Nothing has one of the addresses.
        UserError: The changed parts do not fit.
    """
    fields = {field.name: getattr(experiment, field.name) for field in dataclasses.fields(experiment)}
    aliases, dials = experiment.aliases(), experiment.dials()
    for address, value in values.items():
        full = aliases.get(address, address)
        if full == "schedule" and isinstance(value, str):
            value = Schedule.read(value)
        elif full in dials and value is not None and "schedule" not in values:
            fields["schedule"] = _without_track(fields["schedule"], full, aliases)
        fields |= _changes(fields, _Place(tuple(full.split(".")), address, experiment), value)
    return Experiment(**fields)


def _without_track(schedule: Schedule | None, address: str, aliases: Mapping[str, str]) -> Schedule | None:
    if schedule is None:
        return None
    tracks = tuple(track for track in schedule.tracks if aliases.get(track.name, track.name) != address)
    return schedule if tracks == schedule.tracks else dataclasses.replace(schedule, tracks=tracks)


class _Place(NamedTuple):
    """Where a value is to be put: what is left of the address, and how it was written and in what, for errors."""

    parts: tuple[str, ...]
    address: str
    experiment: Experiment

    def below(self) -> _Place:
        return self._replace(parts=self.parts[1:])


def _with(holder: Value, place: _Place, value: Any) -> Value:
    """The holder with another value at a place below it; it is checked when it is made."""
    kinds = {field.name: field for field in dataclasses.fields(holder)}  # type: ignore[arg-type]
    name = place.parts[0]
    if len(place.parts) == 1 and name in kinds and is_dial(kinds[name]) and not _is_dial_value(value):
        raise BadValue(place.address, value, "a number, or null to leave it to the schedule")
    fields = {each: getattr(holder, each) for each in kinds}
    return dataclasses.replace(holder, **_changes(fields, place, value))  # type: ignore[type-var]


def _changes(fields: Mapping[str, Any], place: _Place, value: Any) -> dict[str, Any]:
    """The one field that changes, and to what; a value in a tuple is found by its own name."""
    name, rest = place.parts[0], place.parts[1:]
    if name in fields and not rest:
        return {name: value}
    if isinstance(fields.get(name), Value):
        return {name: _with(fields[name], place.below(), value)}
    for field, items in fields.items():
        for number, item in enumerate(items if rest and isinstance(items, tuple) else ()):
            if isinstance(item, Value) and getattr(item, "name", None) == name:
                return {field: (*items[:number], _with(item, place.below(), value), *items[number + 1 :])}
    raise UnknownName("dial or field", place.address, _addresses(place.experiment))


def _addresses(experiment: Experiment) -> list[str]:
    return sorted({*experiment.dials(), *experiment.aliases(), *_below(experiment, "")})


def _below(value: Value, prefix: str) -> Iterator[str]:
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        item, address = getattr(value, field.name), join(prefix, field.name)
        yield address
        if isinstance(item, Value):
            yield from _below(item, address)
        for inner in item if isinstance(item, tuple) else ():
            if isinstance(inner, Value) and getattr(inner, "name", None):
                yield from _below(inner, join(prefix, inner.name))  # type: ignore[attr-defined]


def _all_changed(sweeps: list[Sweep], values: Mapping[str, Any]) -> list[Sweep]:
    """Every sweep with the changes that are meant for it: those named `SWEEP:address`, and those whose address it has.

    Raises:
        UnknownName: No such sweep, or an address that no sweep has.
    """
    names = [sweep.name for sweep in sweeps]
    mine: dict[str, dict[str, Any]] = {name: {} for name in names}
    for address, value in values.items():
        only, colon, rest = address.partition(":")
        if not colon:
            _share_out(sweeps, address, value, mine)
        elif only in mine:
            mine[only][rest] = value
        else:
            raise UnknownName("sweep", only, names, f"--set {address}")
    return [_sweep_with(sweep, mine[sweep.name]) if mine[sweep.name] else sweep for sweep in sweeps]


def _share_out(sweeps: list[Sweep], address: str, value: Any, mine: dict[str, dict[str, Any]]) -> None:
    missing = []
    for sweep in sweeps:
        if isinstance(sweep.experiment, Experiment) and address not in _addresses(sweep.experiment):
            missing.append(sweep.experiment)
        else:
            mine[sweep.name][address] = value
    if len(missing) == len(sweeps):
        raise UnknownName("dial or field", address, _addresses(missing[0]))


def _sweep_with(sweep: Sweep, values: dict[str, Any]) -> Sweep:
    """The sweep, changed now or, where its experiment starts from networks that are yet to be trained, then."""
    made = sweep.experiment
    if isinstance(made, Experiment):
        return dataclasses.replace(sweep, experiment=changed(made, values))
    return dataclasses.replace(sweep, experiment=lambda before: changed(made(before), values))


def _refuse_strangers(sweeps: list[Sweep]) -> None:
    """Refuse axes that are no dials, before anything is trained."""
    for sweep in sweeps:
        if isinstance(sweep.experiment, Experiment):
            for name, _ in sweep.settings[0]:
                sweep.experiment.address(name, "--grid")


def _pairs(words: Sequence[str], flag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in words:
        name, text = _pair(word, flag)
        if name in found:
            raise UserError(f"{flag} {name} is given twice; leave one of the two out.")
        found[name] = text
    return found


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name or not value:
        raise UserError(f"{flag} {text}: write it as address=value, for example {flag} lr=0.05.")
    return name.strip(), value.strip()


def _numbers(text: str, name: str) -> list[float]:
    found = []
    for word in text.split(","):
        try:
            found.append(float(word))
        except ValueError:
            found.append(math.nan)
        if not math.isfinite(found[-1]):
            raise BadValue(f"--grid {name}", word, "finite numbers with commas between, such as 0.01,0.03")
    return found


def _is_dial_value(value: object) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit()


def _as_tuple(item: Any) -> Any:
    return tuple(_as_tuple(inner) for inner in item) if isinstance(item, list) else item

"""Changing: an experiment with other values at some addresses, all changed at once, and its network fitted to them."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tropism.core.dial import is_dial
from tropism.core.experiment import Experiment
from tropism.core.network import Network
from tropism.core.places import places_of
from tropism.errors import BadValue, UnknownName, UserError
from tropism.schedules import Schedule
from tropism.values import Value


def changed(experiment: Experiment, values: Mapping[str, Any]) -> Experiment:
    """The experiment with other numbers at some dials, or other values in some fields, all changed at once.

    A dial that was scheduled loses its track; `None` leaves a dial to the schedule. Addresses are as in error
    messages: `optimizer.lr`, `lr`, `anchor.weight`, `anchor`, `network.hidden`, `task.levels`, `batch_size`. A schedule
    may be the name of a dope sheet.

    What nobody set follows: where the task comes to have another width, the network's field that decides its width;
    where a run comes to be shorter, its snapshots, without those at its end, which is kept anyway, or beyond.

    Raises:
        UnknownName: Nothing has one of the addresses.
        UserError: The changed parts do not fit.
    """
    fields = {field.name: getattr(experiment, field.name) for field in dataclasses.fields(experiment)}
    aliases, dials = experiment.aliases(), experiment.dials()
    changes, given = [], dict[str, str]()
    for address, value in values.items():
        full = aliases.get(address, address)
        if given.setdefault(full, address) != address:
            raise UserError(f"{given[full]} and {address} are one dial by two names; leave one of the two out.")
        if full == "schedule" and isinstance(value, str):
            value = Schedule.read(value)
        elif full in dials and value is not None and "schedule" not in values:
            fields["schedule"] = _without_track(fields["schedule"], full, aliases)
        changes.append(_Change(tuple(full.split(".")), value, address, experiment))
    fields |= _changes(Experiment, fields, changes)
    steps = fields["steps"]
    if "steps" in values and isinstance(steps, float):
        raise BadValue("steps", steps, "a whole number of steps")
    if "steps" in values and "snapshots" not in values and isinstance(steps, int) and steps < experiment.length:
        fields["snapshots"] = tuple(step for step in experiment.snapshots if step < steps)
    fixed = {change.parts[-1] for change in changes if change.parts[0] == "network"}
    return Experiment(**_followed(experiment, fields, fixed))


def addresses_of(experiment: Experiment) -> list[str]:
    """Every address that `changed` takes, sorted."""
    return sorted({*experiment.dials(), *experiment.aliases(), *places_of(experiment)})


class _Change(NamedTuple):
    """A value to be put: what is left of its address, and how that was written and in what, for errors."""

    parts: tuple[str, ...]
    value: Any
    address: str
    experiment: Experiment

    def below(self) -> _Change:
        return self._replace(parts=self.parts[1:])


def _without_track(schedule: Schedule | None, address: str, aliases: Mapping[str, str]) -> Schedule | None:
    if schedule is None:
        return None
    tracks = tuple(track for track in schedule.tracks if aliases.get(track.name, track.name) != address)
    return schedule if tracks == schedule.tracks else dataclasses.replace(schedule, tracks=tracks)


def _with(holder: Value, changes: Sequence[_Change]) -> Value:
    """The holder with other values at places below it; it is checked once, when it is made."""
    fields = {field.name: getattr(holder, field.name) for field in dataclasses.fields(holder)}
    return dataclasses.replace(holder, **_changes(type(holder), fields, changes))


def _changes(kind: type, fields: Mapping[str, Any], changes: Sequence[_Change]) -> dict[str, Any]:
    """The fields that change, and to what; a value in a tuple is found by its own name."""
    found: dict[str, Any] = {}
    below: dict[tuple[str, int | None], list[_Change]] = {}
    for change in changes:
        name = change.parts[0]
        if name in fields and len(change.parts) == 1:
            found[name] = _fitted(kind, name, change)
        else:
            below.setdefault(_holder(fields, change), []).append(change.below())
    for (field, place), inner in below.items():
        if field in found and place is None:
            raise UserError(f"{inner[0].address} lies below {field}, which is changed too; leave one of the two out.")
        item = found.get(field, fields[field])
        if place is None:
            found[field] = _with(item, inner)
        else:
            found[field] = (*item[:place], _with(item[place], inner), *item[place + 1 :])
    return found


def _holder(fields: Mapping[str, Any], change: _Change) -> tuple[str, int | None]:
    """The field, and the place in it if it is a tuple, below which a change lies."""
    name, rest = change.parts[0], change.parts[1:]
    if isinstance(fields.get(name), Value):
        return name, None
    for field, items in fields.items():
        for place, item in enumerate(items if rest and isinstance(items, tuple) else ()):
            if isinstance(item, Value) and getattr(item, "name", None) == name:
                return field, place
    raise _unknown(change)


def _unknown(change: _Change) -> UserError:
    known = addresses_of(change.experiment)
    plain = change.address.removeprefix("log2_")
    if plain == change.address:
        return UnknownName("dial or field", change.address, known)
    near = (*difflib.get_close_matches(plain, known, n=1, cutoff=0.5), plain)[0]
    return UserError(f"There is no {change.address!r}; give the number itself, a power as one: {near}=2^7.")


def _fitted(kind: type, name: str, change: _Change) -> Any:
    """The value as its field wants it: whole numbers as such, however they were written."""
    (field,) = (field for field in dataclasses.fields(kind) if field.name == name)
    value = change.value
    if is_dial(field) and not (value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))):
        raise BadValue(change.address, value, "a number, or null to leave it to the schedule")
    counts = "int" in str(field.type) and "float" not in str(field.type)
    return int(value) if counts and isinstance(value, float) and value.is_integer() else value


def _followed(before: Experiment, fields: dict[str, Any], fixed: set[str]) -> dict[str, Any]:
    """The fields with the network's widths following the task's, as far as nobody set them."""
    task, network = fields["task"], fields["network"]
    if not (isinstance(task, type(before.task)) and isinstance(network, Network)) or task == before.task:
        return fields
    for width in ("input_width", "output_width"):
        old, new = getattr(before.task, width)(), getattr(task, width)()
        if None not in (old, new) and old != new and getattr(network, width)() == old:
            network = _of_width(network, width, old, new, fixed)
    return fields | {"network": network}


def _of_width(network: Network, which: str, old: int, new: int, fixed: set[str]) -> Network:
    """The network with the one field changed that decides this width; itself if there is none."""
    for field in dataclasses.fields(network):
        if field.name in fixed or getattr(network, field.name) != old or "int" not in str(field.type):
            continue
        try:
            made = dataclasses.replace(network, **{field.name: new})
        except UserError:
            continue
        if getattr(made, which)() == new:
            return made
    return network

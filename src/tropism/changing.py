"""Changing: an experiment with other values at some addresses, all changed at once, and its network fitted to them."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from tropism.core.dial import is_dial, join
from tropism.core.experiment import Experiment
from tropism.core.network import Network
from tropism.core.places import places_of
from tropism.errors import BadValue, UnknownName, UserError
from tropism.optimizers import BiasDecay, BiasFade
from tropism.parts import Part, filling, finished, kind_of, part_of, wanted
from tropism.schedules import Schedule
from tropism.values import Value

ELSEWHERE: Mapping[str, str] = MappingProxyType(
    {
        "N": "task.features",
        "m": "task.width",
        "k": "network.hidden",
        "eps": "task.density",
        "decay": "optimizer.decay.rate",
        "efolds": "optimizer.decay.efolds",
        "initial_bias": "network.offset",
        "nonlinearity": "network.activation",
        "reg": "l1.weight",
        "learning_rate": "lr",
        "sample_kind": "task.spread",
        "training_steps": "steps",
        "batch": "batch_size",
    }
)
"""Addresses of what has another name elsewhere.

Source: the flags of `main.py` in jbloomAus/toy_model_interpretability.
"""


ABSENT: Mapping[str, str] = MappingProxyType(
    {
        "optimizer.decay.rate": "optimizer.aftermath=BiasDecay",
        "optimizer.decay.efolds": "optimizer.aftermath=BiasFade",
        "optimizer.grokfast.alpha": "optimizer.gradients=Grokfast",
        "optimizer.grokfast.strength": "optimizer.gradients=Grokfast",
        "l1.weight": "terms=L1(site=hidden)",
    }
)
"""What puts a part there that an experiment may lack."""


def changed(experiment: Experiment, values: Mapping[str, Any]) -> Experiment:
    """The experiment with other numbers at some dials, or other values in some fields, all changed at once.

    A dial that was scheduled loses its track; `None` leaves a dial to the schedule. Addresses are as in error
    messages: `optimizer.lr`, `lr`, `anchor.weight`, `anchor`, `network.hidden`, `task.levels`, `batch_size`. A schedule
    may be the name of a dope sheet; another part is named by its class, such as `Adam` at `optimizer` or
    `WarmUp(256, Annealed)` at `optimizer.pace` (see `parts`). Decay of biases may be given by `rate` or in `efolds`.

    What nobody set follows: where the task comes to have another width, the network's field that decides its width;
    where a run comes to be shorter, its snapshots, without those at its end, which is kept anyway, or beyond.

    Raises:
        UnknownName: Nothing has one of the addresses.
        UserError: The changed parts do not fit.
    """
    return _changed(said_otherwise(experiment, values), values)


def addresses_of(experiment: Experiment) -> list[str]:
    """Every address that `changed` takes, sorted."""
    return sorted({*experiment.dials(), *experiment.aliases(), *places_of(experiment), *other_ways(experiment)})


def other_ways(experiment: Experiment) -> dict[str, str]:
    """Addresses that put another part in place to say the same, each with the address whose place it takes."""
    return {
        f"{at}.{others}": f"{at}.{own}"
        for at, item in places_of(experiment).items()
        for kind, own, _, others in _DECAYS
        if isinstance(item, kind)
    }


def has_address(experiment: Experiment, address: str, values: Iterable[str] = ()) -> bool:
    """Whether `changed` may take an address, alone or beside others that replace the part above it."""
    if address in addresses_of(experiment):
        return True
    above = {address[:place] for place, letter in enumerate(address) if letter == "."}
    several = {join(each, field) for each in above for field in _SEVERAL}
    return any(each in above | several for each in values)


def meant_by(name: str, known: Iterable[str]) -> str:
    """The address that a name stands for which other programs have, or which is the last part of one address alone."""
    addresses = list(known)
    if ELSEWHERE.get(name) in addresses:
        return ELSEWHERE[name]
    ending = [address for address in addresses if address.rpartition(".")[2] == name]
    return ending[0] if len(ending) == 1 and "." in ending[0] else ""


def no_address(address: str, known: Iterable[str]) -> UserError:
    """The error to raise where nothing has an address; it says what may be meant, and how to see what there is."""
    addresses = sorted(set(known))
    plain = address.removeprefix("log2_")
    if plain != address:
        near = (*difflib.get_close_matches(plain, addresses, n=1, cutoff=0.5), plain)[0]
        return UserError(f"There is no {address!r}; give the number itself, a power as one: {near}=2^7.")
    meant = meant_by(address, addresses)
    listing = "`tropism addresses STUDY` lists what there is."
    if meant:
        return UserError(f"There is no dial or field {address!r}; here it is {meant}. {listing}")
    asked = ELSEWHERE.get(address, address)
    if asked in ABSENT:
        return UserError(f"There is no {asked} here; put one there, too: --set {ABSENT[asked]!r}. {listing}")
    error = UnknownName("dial or field", address, addresses)
    error.args = (f"{error} {listing}",)
    return error


def said_otherwise(experiment: Experiment, addresses: Iterable[str]) -> Experiment:
    """The experiment with a decay of biases in e-folds instead of by its rate, or the reverse, where that is asked for.

    Nothing decays then until a number is given.
    """
    asked = set(addresses)
    places = places_of(experiment)
    found = experiment
    for address in asked:
        above, _, field = address.rpartition(".")
        for kind, own, other, others in _DECAYS:
            if field != others or not isinstance(places.get(above), kind):
                continue
            if f"{above}.{own}" in asked:
                raise UserError(f"{above}.{own} and {address} are two ways to say one decay; leave one of the two out.")
            found = _changed(found, {above: other.__name__, address: 0.0})
    return found


_SEVERAL = ("gradients", "aftermath")
"""Fields of several values, each of which is addressed beside them, by its own name."""

_DECAYS = ((BiasDecay, "rate", BiasFade, "efolds"), (BiasFade, "efolds", BiasDecay, "rate"))


class _Change(NamedTuple):
    """A value to be put: what is left of its address, and how that was written and in what, for errors."""

    parts: tuple[str, ...]
    value: Any
    address: str
    experiment: Experiment

    def below(self) -> _Change:
        return self._replace(parts=self.parts[1:])


def _changed(experiment: Experiment, values: Mapping[str, Any]) -> Experiment:
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
    fields |= {name: finished(item) for name, item in _changes(Experiment, fields, changes).items()}
    steps = fields["steps"]
    if "steps" in values and isinstance(steps, float):
        raise BadValue("steps", steps, "a whole number of steps")
    if "steps" in values and "snapshots" not in values and isinstance(steps, int) and steps < experiment.length:
        fields["snapshots"] = tuple(step for step in experiment.snapshots if step < steps)
    fixed = {change.parts[-1] for change in changes if change.parts[0] == "network"}
    return Experiment(**_followed(experiment, fields, fixed))


def _without_track(schedule: Schedule | None, address: str, aliases: Mapping[str, str]) -> Schedule | None:
    if schedule is None:
        return None
    tracks = tuple(track for track in schedule.tracks if aliases.get(track.name, track.name) != address)
    return schedule if tracks == schedule.tracks else dataclasses.replace(schedule, tracks=tracks)


def _with(holder: Value | Part, changes: Sequence[_Change]) -> Value | Part:
    """The holder with other values at places below it; it is checked once, when it is made."""
    if isinstance(holder, Part):
        return dataclasses.replace(
            holder, fields={**holder.fields, **_changes(holder.kind, holder.filled(), changes, holder.where)}
        )
    fields = {field.name: getattr(holder, field.name) for field in dataclasses.fields(holder)}
    made = {name: finished(item) for name, item in _changes(type(holder), fields, changes).items()}
    return dataclasses.replace(holder, **made)


def _changes(kind: type, fields: Mapping[str, Any], changes: Sequence[_Change], where: str = "") -> dict[str, Any]:
    """The fields that change, and to what; a value in a tuple is found by its own name."""
    found: dict[str, Any] = {}
    own = [change for change in changes if ".".join(change.parts) in _names(kind)]
    for change in own:
        found[change.parts[0]] = _fitted(kind, fields, change)
    below: dict[tuple[str, int | None], list[_Change]] = {}
    for change in changes:
        if change not in own:
            below.setdefault(_holder({**fields, **found}, change, kind, where), []).append(change.below())
    for (field, place), inner in below.items():
        item = found.get(field, fields[field])
        if place is None:
            if field in found and not isinstance(item, Part):
                raise UserError(
                    f"{inner[0].address} lies below {field}, which is changed too; leave one of the two out."
                )
            found[field] = _with(item, inner)
            continue
        swaps = [change for change in inner if not change.parts]
        each = _swapped(kind, field, item[place], swaps[0]) if swaps else item[place]
        rest = [change for change in inner if change.parts]
        found[field] = (*item[:place], _with(each, rest) if rest else each, *item[place + 1 :])
    return found


def _names(kind: type) -> set[str]:
    return {field.name for field in dataclasses.fields(kind)}


def _swapped(kind: type, field: str, before: Any, change: _Change) -> Any:
    """What takes the place of a value in a tuple, by its class's name."""
    (declared,) = (each for each in dataclasses.fields(kind) if each.name == field)
    taken = kind_of(kind, declared)
    if taken is None or not isinstance(change.value, str):
        raise BadValue(change.address, change.value, wanted(taken[0]) if taken else "left as it is")
    return part_of(change.value, taken[0], change.address, before)


def _holder(fields: Mapping[str, Any], change: _Change, kind: type, where: str) -> tuple[str, int | None]:
    """The field, and the place in it if it is a tuple, below which a change lies."""
    name, rest = change.parts[0], change.parts[1:]
    if isinstance(fields.get(name), (Value, Part)):
        return name, None
    for field, items in fields.items():
        for place, item in enumerate(items if isinstance(items, tuple) else ()):
            if _called(item) == name and (rest or isinstance(change.value, str)):
                return field, place
    if where:
        raise UnknownName("field", name, _names(kind), f"{where} ({kind.__name__})")
    raise no_address(change.address, addresses_of(change.experiment))


def _called(item: Any) -> str | None:
    """The name by which a value in a tuple is addressed, if it is a value and has one."""
    if isinstance(item, Part):
        return item.filled().get("name")
    return getattr(item, "name", None) if isinstance(item, Value) else None


def _fitted(kind: type, fields: Mapping[str, Any], change: _Change) -> Any:
    """The value as its field wants it: whole numbers as such, however they were written, and parts by their names."""
    name = change.parts[0]
    (field,) = (field for field in dataclasses.fields(kind) if field.name == name)
    value = filling(kind, field, change.value, change.address, fields.get(name))
    if is_dial(field) and not (value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))):
        raise BadValue(change.address, value, "a number, or null to leave it to the schedule")
    taken = kind_of(kind, field)
    if (
        taken
        and not taken[1]
        and not (isinstance(value, (Part, taken[0])) or (value is None and "None" in str(field.type)))
    ):
        raise BadValue(change.address, value, wanted(taken[0]))
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

"""The verb `addresses`: what `--set` and `--grid` may name in a study, with what stands there."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from tropism.axes import said
from tropism.cli.words import print_table
from tropism.core.dial import Dial
from tropism.core.experiment import Experiment
from tropism.errors import UserError
from tropism.values import Value

if TYPE_CHECKING:
    from tropism.cli.verbs import Addresses
    from tropism.core.sweep import Sweep

MOST_SHOWN = 3
"""Different values of one address that a table shows."""


class Place(NamedTuple):
    """An address.

    Attributes:
        address: As `--set` takes it.
        kind: `dial`, `field` or `part`.
        holds: What stands there, by sweep.
        also: A dial's other name, or what may stand there.
    """

    address: str
    kind: str
    holds: Mapping[str, str]
    also: str


def show_addresses(asked: Addresses) -> None:
    """Every address of a study with its present value, dials and fields apart."""
    from tropism.cli.devices import start_on
    from tropism.cli.training import find_study
    from tropism.foreseeing import foreseen
    from tropism.overriding import Overrides
    from tropism.plugins import load_plugin

    for plugin in asked.plugins:
        load_plugin(plugin)
    study = find_study(asked.study)
    start_on("cpu")
    sweeps = Overrides(changes=asked.changes).applied(study).sweeps
    told = {name: made for name, made in foreseen(sweeps).items() if made is not None}
    if not sweeps:
        raise UserError(f"The study {study.name!r} trains nothing, so there is nothing to name.")
    if not told:
        raise UserError(
            f"The study {study.name!r} has no sweep whose experiment can be told before others are trained."
        )
    places = listed(told, sweeps)
    if asked.as_json:
        print(json.dumps([place._asdict() for place in places]))
        return
    for kind, title in _TITLES.items():
        rows = [(each.address, _in_all(each.holds, len(told)), each.also) for each in places if each.kind == kind]
        if rows:
            print_table(title, ("address", "now", _LAST[kind]), rows)
    untold = [sweep.name for sweep in sweeps if sweep.name not in told]
    if untold:
        print(f"Not known before others are trained: {', '.join(untold)}.")


def listed(experiments: Mapping[str, Experiment], sweeps: tuple[Sweep, ...] = ()) -> list[Place]:
    """The addresses of some experiments, by their names: dials, then fields, then parts."""
    from tropism.changing import other_ways
    from tropism.core.places import places_of

    swept = {sweep.name: sweep for sweep in sweeps}
    holds: dict[str, dict[str, str]] = {}
    items: dict[str, tuple[str, str]] = {}
    for name, made in experiments.items():
        short = {full: alias for alias, full in made.aliases().items()}
        settings = swept[name].settings if name in swept else ((),)
        own = {made.aliases().get(at, at) for setting in settings for at, _ in setting}
        for at, item in places_of(made).items():
            kind = "dial" if at in made.dials() else "part" if _is_part(at, item, made) else "field"
            items.setdefault(at, (kind, short.get(at, "") if kind == "dial" else _choices(at, made)))
            holds.setdefault(at, {})[name] = "by setting" if at in own else _told(item)
        for at, instead in other_ways(made).items():
            items.setdefault(at, ("dial", f"instead of {instead}"))
            holds.setdefault(at, {})[name] = ""
    found = [Place(at, kind, holds[at], also) for at, (kind, also) in items.items()]
    return sorted(found, key=lambda place: list(_TITLES).index(place.kind))


_TITLES: Mapping[str, str] = MappingProxyType({"dial": "Dials", "field": "Fields", "part": "Parts"})
_LAST: Mapping[str, str] = MappingProxyType({"dial": "also", "field": "", "part": "what may stand there"})


def _is_part(address: str, item: object, made: Experiment) -> bool:
    return (isinstance(item, Value) and not isinstance(item, Dial)) or bool(_choices(address, made))


def _choices(address: str, made: Experiment) -> str:
    """The names of the parts that may stand at an address; nothing where it takes none."""
    from tropism.core.places import places_of
    from tropism.parts import choices, kind_of

    if address == "schedule":
        return "a dope sheet by its file's name"
    above, _, name = address.rpartition(".")
    holder = places_of(made)[above] if above else made
    for field in dataclasses.fields(holder) if isinstance(holder, Value) else ():
        taken = kind_of(type(holder), field) if field.name == name else None
        if taken is not None:
            return ", ".join(choices(taken[0]))
    return ""


def _told(item: object) -> str:
    """What stands at an address, in a word: a number, a text, or the names of parts."""
    if isinstance(item, Dial):
        return f"by rule {type(item.rule).__name__}" if item.rule is not None else said(item.value)
    if isinstance(item, tuple):
        return f"[{', '.join(map(_told, item))}]"
    return type(item).__name__ if isinstance(item, Value) else said(item)


def _in_all(holds: Mapping[str, str], count: int) -> str:
    """What stands there in all sweeps, in a few words."""
    several = list(dict.fromkeys(holds.values()))
    shown = " · ".join(several[:MOST_SHOWN]) + (" · …" if len(several) > MOST_SHOWN else "")
    if len(holds) == count:
        return shown
    where = ", ".join(holds) if len(holds) <= MOST_SHOWN else f"{len(holds)} of {count} sweeps"
    return f"{shown} (in {where})"

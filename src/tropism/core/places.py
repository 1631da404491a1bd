"""Places: what stands where in an experiment, by the addresses that messages and the command line use."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from tropism.core.dial import join
from tropism.core.experiment import Experiment
from tropism.values import Value

Plain = int | float | str | bool | tuple[Any, ...] | None
"""What may stand at a place that has no places below it."""


def places_of(experiment: Experiment) -> dict[str, object]:
    """Everything below an experiment by its address: `batch_size`, `network`, `network.hidden`, `anchor.weight`."""
    return dict(_below(experiment, ""))


def varied(experiments: Mapping[str, Experiment]) -> dict[str, dict[str, Plain]]:
    """In what some experiments differ, by their names: the addresses where not all of them hold the same, with what
    each holds there (nothing where it has no such place).

    Of parts that differ in kind the class's name is told, and below them what is not their class's default.
    """
    kinds = _kinds(experiments.values())
    held = {name: _held(each, kinds) for name, each in experiments.items()}
    addresses = dict.fromkeys(address for places in held.values() for address in places)
    differing = [address for address in addresses if len({_told(places, address) for places in held.values()}) > 1]
    return {name: {at: places[at] for at in differing if at in places} for name, places in held.items()}  # type: ignore[misc]


def _kinds(experiments: Iterable[Experiment]) -> set[str]:
    """The addresses of parts that are not of one class throughout; not what lies below another such."""
    found: dict[str, set[type]] = {}
    for each in experiments:
        for at, item in _below(each, ""):
            if isinstance(item, Value) or item is None:
                found.setdefault(at, set()).add(type(item))
    several = {at for at, kinds in found.items() if len(kinds) > 1 and kinds != {type(None)}}
    return {at for at in several if not any(at.startswith(f"{other}.") for other in several)}


def _held(experiment: Experiment, kinds: Collection[str]) -> dict[str, Plain]:
    """What is plain at every place, and the class's name where parts differ in kind."""
    found: dict[str, Plain] = {}
    places = dict(_below(experiment, ""))
    for at, item in places.items():
        if at in kinds:
            found[at] = type(item).__name__ if isinstance(item, Value) else None
        elif _is_plain(item) and not any(at.startswith(f"{kind}.") and _is_default(places, at) for kind in kinds):
            found[at] = item
    return found


def _is_default(places: Mapping[str, object], address: str) -> bool:
    """Whether a field holds what its class gives it."""
    above, _, name = address.rpartition(".")
    holder = places.get(above)
    for field in dataclasses.fields(holder) if isinstance(holder, Value) else ():
        if field.name == name:
            return field.default is not dataclasses.MISSING and field.default == places[address]
    return False


def _below(value: Value, prefix: str) -> Iterator[tuple[str, object]]:
    for field in dataclasses.fields(value):
        item, address = getattr(value, field.name), join(prefix, field.name)
        yield address, item
        if isinstance(item, Value):
            yield from _below(item, address)
        for inner in item if isinstance(item, tuple) else ():
            name = getattr(inner, "name", None)
            if isinstance(inner, Value) and name:
                yield join(prefix, name), inner
                yield from _below(inner, join(prefix, name))


def _is_plain(item: object) -> TypeGuard[Plain]:
    if isinstance(item, tuple):
        return all(_is_plain(inner) for inner in item)
    return item is None or isinstance(item, (bool, int, float, str))


def _told(places: Mapping[str, object], address: str) -> tuple[bool, str]:
    """What tells two places apart: 1 and 1.0 are the same, 1 and true are not."""
    item = places.get(address)
    number = isinstance(item, (int, float)) and not isinstance(item, bool)
    return address in places, repr(float(item)) if number else repr(item)  # type: ignore[arg-type]

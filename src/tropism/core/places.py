"""Places: what stands where in an experiment, by the addresses that messages and the command line use."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

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
    each holds there (nothing where it has no such place)."""
    held = {name: {at: item for at, item in _below(each, "") if _is_plain(item)} for name, each in experiments.items()}
    addresses = dict.fromkeys(address for places in held.values() for address in places)
    differing = [address for address in addresses if len({_told(places, address) for places in held.values()}) > 1]
    return {name: {at: places[at] for at in differing if at in places} for name, places in held.items()}  # type: ignore[misc]


def _below(value: Value, prefix: str) -> Iterator[tuple[str, object]]:
    for field in dataclasses.fields(value):
        item, address = getattr(value, field.name), join(prefix, field.name)
        yield address, item
        if isinstance(item, Value):
            yield from _below(item, address)
        for inner in item if isinstance(item, tuple) else ():
            if isinstance(inner, Value) and getattr(inner, "name", None):
                yield from _below(inner, join(prefix, inner.name))  # type: ignore[attr-defined]


def _is_plain(item: object) -> bool:
    if isinstance(item, tuple):
        return all(_is_plain(inner) for inner in item)
    return item is None or isinstance(item, (bool, int, float, str))


def _told(places: Mapping[str, object], address: str) -> tuple[bool, str]:
    """What tells two places apart: 1 and 1.0 are the same, 1 and true are not."""
    item = places.get(address)
    number = isinstance(item, (int, float)) and not isinstance(item, bool)
    return address in places, repr(float(item)) if number else repr(item)  # type: ignore[arg-type]

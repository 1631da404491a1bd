"""Swaps: which parts of a study's experiments were replaced by others, and what those took over, in words."""

from __future__ import annotations

from collections.abc import Iterable

from tropism.axes import said
from tropism.core.experiment import Experiment
from tropism.core.places import places_of
from tropism.core.sweep import Study
from tropism.parts import carried
from tropism.values import Value


def swaps(before: Study, after: Study) -> list[str]:
    """One line for each kind of swap between a study and what was made of it, such as `optimizer: Adam for Lamb`."""
    known = {sweep.name: sweep.experiment for sweep in before.sweeps if isinstance(sweep.experiment, Experiment)}
    found: dict[str, None] = {}
    for sweep in after.sweeps:
        origins = [name for name in known if sweep.name == name or sweep.name.startswith(f"{name} ")]
        if origins and isinstance(sweep.experiment, Experiment):
            found |= dict.fromkeys(swapped(known[max(origins, key=len)], sweep.experiment))
    return list(found)


def swapped(before: Experiment, after: Experiment) -> Iterable[str]:
    """The parts of one experiment that are of another class than in the other, and what was kept of each."""
    old, new = places_of(before), places_of(after)
    for at, item in new.items():
        was = old.get(at)
        if isinstance(item, Value) and isinstance(was, Value) and type(item) is not type(was):
            kept = [name for name, value in carried(was, type(item)).items() if getattr(item, name) == value]
            words = ", ".join(f"{name} {_said(getattr(item, name))}" for name in kept)
            yield f"{at}: {type(item).__name__} for {type(was).__name__}, {f'with its {words}' if kept else 'all new'}"


def _said(item: object) -> str:
    if isinstance(item, tuple) and any(isinstance(each, Value) for each in item):
        return " and ".join(type(each).__name__ for each in item)
    return type(item).__name__ if isinstance(item, Value) else said(item)

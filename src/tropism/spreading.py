"""Spreading: a study's sweeps over a grid of dials, which become settings, and of fields, which become sweeps."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Mapping
from typing import Any

from tropism.axes import said
from tropism.changing import addresses_of, changed
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep, grid_of
from tropism.errors import BadValue, DoesNotFit

MOST_SWEEPS = 200
"""Sweeps that a grid over fields may make: each is a program of its own to compile."""


def spread_out(
    study: Study, sweeps: list[Sweep], changes: Mapping[str, Mapping[str, Any]], axes: Mapping[str, tuple[Any, ...]]
) -> list[Sweep]:
    """The sweeps with their changes, over a grid: dials become settings, each combination of fields a sweep of its own.

    A combination and the changes are made in one step, so that parts which fit only together can be changed together.

    Args:
        study: Whose sweeps they are.
        sweeps: What is trained.
        changes: By sweep, values by address.
        axes: Values by address, for all sweeps.

    Raises:
        UserError: An axis that some sweep has not, or one of fields where the study knows its sweeps by name; a change
            to a dial that every setting has a number of its own for.
    """
    dials = {name: values for name, values in axes.items() if all(_has_dial(sweep, name) for sweep in sweeps)}
    fields = {name: values for name, values in axes.items() if name not in dials}
    if fields:
        _refuse_fields(study, sweeps, fields)
    for sweep in sweeps:
        _refuse_unheard(sweep, changes[sweep.name], dials)
    made = [part for sweep in sweeps for part in _over_fields(sweep, changes[sweep.name], fields)]
    if not dials:
        return made
    settings = grid_of({name: [_number(value, name) for value in values] for name, values in dials.items()})
    return [dataclasses.replace(sweep, settings=settings) for sweep in made]


def _has_dial(sweep: Sweep, name: str) -> bool:
    made = sweep.experiment
    return not isinstance(made, Experiment) or name in made.dials() or name in made.aliases()


def _refuse_unheard(sweep: Sweep, changes: Mapping[str, Any], dials: Mapping[str, object]) -> None:
    """Refuse a number for a dial that settings have their own numbers for: those would be trained all the same."""
    made = sweep.experiment
    aliases = made.aliases() if isinstance(made, Experiment) else {}
    settings = [tuple(dials)] if dials else [[name for name, _ in setting] for setting in sweep.settings]
    own = [{aliases.get(name, name) for name in setting} for setting in settings]
    for name, value in changes.items():
        if not all(aliases.get(name, name) in setting for setting in own):
            continue
        if dials:
            raise DoesNotFit(f"{name} is given to both --set and --grid, once by another name; leave one of them out.")
        raise DoesNotFit(
            f"--set {name}: the settings of the sweep {sweep.name!r} have numbers of their own there, which would be "
            f"trained all the same. Put others in their place, --grid {name}={said(value)}, or name another sweep, "
            f"--set SWEEP:{name}={said(value)}."
        )


def _refuse_fields(study: Study, sweeps: list[Sweep], fields: Mapping[str, tuple[Any, ...]]) -> None:
    for name in fields:
        for sweep in sweeps:
            if isinstance(sweep.experiment, Experiment) and name not in addresses_of(sweep.experiment):
                changed(sweep.experiment, {name: None})  # says what there is instead
    staged = [sweep.name for sweep in sweeps if not isinstance(sweep.experiment, Experiment)]
    first, values = next(iter(fields.items()))
    instead = f"Run it once for each: --set {first}={said(values[0])}"
    if staged:
        raise DoesNotFit(
            f"--grid {first}: it is a field, and the sweep {staged[0]!r} starts from trained networks. {instead}."
        )
    if not study.any_sweeps:
        raise DoesNotFit(
            f"--grid {first}: it is a field, so each value would be a sweep of its own, and {study.name!r} measures "
            f"its sweeps by name. {instead}; or sweep it in a study that measures whatever sweeps there are: "
            "sparse-features, or yours with any_sweeps=True."
        )
    count = len(sweeps) * math.prod(map(len, fields.values()))
    if count > MOST_SWEEPS:
        raise BadValue("--grid", " × ".join(fields), f"at most {MOST_SWEEPS} combinations of fields, not {count}")


def _over_fields(sweep: Sweep, changes: Mapping[str, Any], fields: Mapping[str, tuple[Any, ...]]) -> list[Sweep]:
    """A sweep for each combination of values, the last axis fastest; the sweep itself where there are no fields."""
    labels = _labels(fields)
    found = []
    for point in itertools.product(*fields.values()):
        words = [f"{labels[name]}-{said(value)}" for name, value in zip(fields, point, strict=True)]
        name = "".join(letter if letter.isalnum() or letter in "._- " else "-" for letter in " ".join(words))
        part = _with(sweep, {**changes, **dict(zip(fields, point, strict=True))})
        found.append(dataclasses.replace(part, name=f"{sweep.name} {name}".rstrip()))
    return found


def _with(sweep: Sweep, values: dict[str, Any]) -> Sweep:
    """The sweep, changed now or, where its experiment starts from networks that are yet to be trained, then."""
    made = sweep.experiment
    if not values:
        return sweep
    if isinstance(made, Experiment):
        return dataclasses.replace(sweep, experiment=changed(made, values))
    return dataclasses.replace(sweep, experiment=lambda before: changed(made(before), values))


def _labels(addresses: Mapping[str, object]) -> dict[str, str]:
    """What a sweep's name calls an address: its last part, or all of it where two end alike."""
    last = [full.rpartition(".")[2] for full in addresses]
    return {full: short if last.count(short) == 1 else full for full, short in zip(addresses, last, strict=True)}


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue(f"--grid {name}", value, "finite numbers with commas between, such as 0.01,0.03")
    return float(value)

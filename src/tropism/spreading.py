"""Spreading: a study's sweeps over a grid of dials, which become settings, and of fields, which become sweeps."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tropism.axes import said
from tropism.changing import addresses_of, changed, has_address, no_address, said_otherwise
from tropism.core.experiment import Experiment
from tropism.core.sweep import Study, Sweep, grid_of
from tropism.errors import BadValue, DoesNotFit, UserError

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

MOST_SWEEPS = 200
"""Sweeps that a grid over fields may make: each is a program of its own to compile."""


def spread_out(
    study: Study,
    sweeps: Sequence[Sweep],
    changes: Mapping[str, Mapping[str, Any]],
    axes: Mapping[str, tuple[Any, ...]],
    known: Mapping[str, Experiment | None],
) -> list[Sweep]:
    """The sweeps with their changes, over a grid: dials become settings, each combination of fields a sweep of its own.

    A combination and the changes are made in one step, so that parts which fit only together can be changed together.

    Args:
        study: Whose sweeps they are.
        sweeps: What is trained.
        changes: By sweep, values by address.
        axes: Values by address, for all sweeps.
        known: By sweep, what it trains as it stands, where that can be told (see `foreseen`).

    Raises:
        UserError: An axis that some sweep has not, or one that the study could not measure; a change to a dial that
            every setting has a number of its own for.
    """
    bases = {name: _basis(made, changes[name], axes) for name, made in known.items()}
    dials = {name: values for name, values in axes.items() if all(_has_dial(base, name) for base in bases.values())}
    fields = {name: values for name, values in axes.items() if name not in dials}
    if fields:
        _refuse_fields(study, sweeps, fields, bases)
    if dials:
        _refuse_dials(study, sweeps, dials)
    for sweep in sweeps:
        _refuse_unheard(study, sweep, changes[sweep.name], dials, bases[sweep.name])
    made = [
        part for sweep in sweeps for part in _over_fields(sweep, changes[sweep.name], fields, dials, known[sweep.name])
    ]
    if dials:
        settings = grid_of({name: [_number(value, name) for value in values] for name, values in dials.items()})
        made = [dataclasses.replace(sweep, settings=settings) for sweep in made]
    for sweep in made:
        _refuse_misfits(sweep)
    return made


def _basis(
    made: Experiment | None, changes: Mapping[str, Any], axes: Mapping[str, tuple[Any, ...]]
) -> Experiment | None:
    """The experiment with its changes, where they fit without what is swept; it tells dials from fields."""
    if made is None:
        return None
    prepared = said_otherwise(made, [*changes, *axes])
    first = {name: values[0] for name, values in axes.items()}
    for values in (changes, {**changes, **first}):  # a part that is put there may need a number of what is swept
        try:
            return changed(prepared, values)
        except UserError:
            continue
    return prepared


def _has_dial(made: Experiment | None, name: str) -> bool:
    return made is None or name in made.dials() or name in made.aliases()


def _refuse_dials(study: Study, sweeps: Sequence[Sweep], dials: Mapping[str, tuple[Any, ...]]) -> None:
    """Refuse a grid where the study tells its networks by settings of its own, which the grid's would replace."""
    own = next((sweep for sweep in sweeps if sweep.settings != ((),)), None)
    if study.any_sweeps or own is None:
        return
    first = next(iter(dials))
    names = ", ".join(dict.fromkeys(name for setting in own.settings for name, _ in setting))
    raise DoesNotFit(
        f"--grid {first}: the sweep {own.name!r} has settings of its own ({names}), by which {study.name!r} tells its "
        f"networks; a grid would take their place, and tables and claims would be wrong. Grids over dials are welcome "
        "where a study has no settings of its own, or measures whatever there are: sparse-features, or yours with "
        "any_sweeps=True."
    )


def _refuse_unheard(
    study: Study, sweep: Sweep, changes: Mapping[str, Any], dials: Mapping[str, object], made: Experiment | None
) -> None:
    """Refuse a number for a dial that settings have their own numbers for: those would be trained all the same."""
    aliases = made.aliases() if made is not None else {}
    settings = [tuple(dials)] if dials else [[name for name, _ in setting] for setting in sweep.settings]
    own = [{aliases.get(name, name) for name in setting} for setting in settings]
    for name, value in changes.items():
        if not all(aliases.get(name, name) in setting for setting in own):
            continue
        if dials:
            raise DoesNotFit(f"{name} is given to both --set and --grid, once by another name; leave one of them out.")
        instead = f"Put others in their place, --grid {name}={said(value)}, or name" if study.any_sweeps else "Name"
        raise DoesNotFit(
            f"--set {name}: the settings of the sweep {sweep.name!r} have numbers of their own there, which would be "
            f"trained all the same. {instead} another sweep, --set SWEEP:{name}={said(value)}."
        )


def _refuse_misfits(sweep: Sweep) -> None:
    """Refuse settings of dials that are gone, or of numbers that do not fit."""
    made = sweep.experiment
    if not isinstance(made, Experiment):
        return
    for setting in sweep.settings:
        for name, _ in setting:
            if not _has_dial(made, name):
                raise DoesNotFit(
                    f"The settings of the sweep {sweep.name!r} have numbers for {name}, and what was set takes that "
                    "away; change other sweeps alone, --set SWEEP:ADDRESS=VALUE."
                )
        made.setting(setting, f"the sweep {sweep.name!r}")


def _refuse_fields(
    study: Study,
    sweeps: Sequence[Sweep],
    fields: Mapping[str, tuple[Any, ...]],
    known: Mapping[str, Experiment | None],
) -> None:
    swapped = [name for name, values in fields.items() if any(isinstance(value, str) for value in values)]
    for name in fields:
        others = [each for each in swapped if each != name]
        told = {sweep: made for sweep, made in known.items() if made is not None}
        lacking = [sweep for sweep, made in told.items() if not has_address(made, name, others)]
        if lacking and len(lacking) == len(told):
            raise no_address(name, [each for made in told.values() for each in addresses_of(made)])
        if lacking:
            words = f"the sweep {lacking[0]!r} has no such address, and a grid is over all sweeps"
            raise DoesNotFit(f"--grid {name}: {words}. One sweep alone is changed by --set SWEEP:{name}=….")
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


def _over_fields(
    sweep: Sweep,
    changes: Mapping[str, Any],
    fields: Mapping[str, tuple[Any, ...]],
    dials: Iterable[str],
    known: Experiment | None,
) -> list[Sweep]:
    """A sweep for each combination of values, the last axis fastest; the sweep itself where there are no fields."""
    labels = _labels(fields)
    prepared = None if known is None else said_otherwise(known, dials)
    absent = [dial for dial in dials if not _has_dial(prepared, dial)]  # of a part that is yet to be put there
    found = []
    for point in itertools.product(*fields.values()):
        words = [f"{labels[name]}-{said(value)}" for name, value in zip(fields, point, strict=True)]
        name = "".join(letter if letter.isalnum() or letter in "._- " else "-" for letter in " ".join(words))
        values = {**dict.fromkeys(absent, 0.0), **changes, **dict(zip(fields, point, strict=True))}
        part = _with(sweep, values, tuple(dials), known)
        found.append(dataclasses.replace(part, name=f"{sweep.name} {name}".rstrip("- ")))
    return found


def _with(sweep: Sweep, values: Mapping[str, Any], dials: tuple[str, ...], known: Experiment | None) -> Sweep:
    """The sweep, changed now or, where its experiment starts from networks that are yet to be trained, then."""
    made = sweep.experiment
    if isinstance(made, Experiment):
        return dataclasses.replace(sweep, experiment=changed(said_otherwise(made, dials), values))
    if not values and not dials:
        return sweep
    if known is not None:
        changed(said_otherwise(known, dials), values)  # refuses now what would be refused then

    def later(before: Mapping[str, Ensemble]) -> Experiment:
        return changed(said_otherwise(made(before), dials), values)

    return dataclasses.replace(sweep, experiment=later)


def _labels(addresses: Mapping[str, object]) -> dict[str, str]:
    """What a sweep's name calls an address: its last part, or all of it where two end alike."""
    last = [full.rpartition(".")[2] for full in addresses]
    return {full: short if last.count(short) == 1 else full for full, short in zip(addresses, last, strict=True)}


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise BadValue(f"--grid {name}", value, "finite numbers with commas between, such as 0.01,0.03")
    return float(value)

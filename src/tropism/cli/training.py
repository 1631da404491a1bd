"""The verbs that train: `run` and `demo`."""

from __future__ import annotations

import dataclasses
import os
import shlex
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from tropism.cli.devices import start_on
from tropism.cli.progress import shown
from tropism.cli.results import Outcome, print_outcomes, print_plan
from tropism.errors import BadValue, TropismError, UserError
from tropism.overriding import Overrides
from tropism.values import key_of

if TYPE_CHECKING:
    from pathlib import Path

    from tropism.cli.verbs import Demo, Run
    from tropism.core.sweep import Study

DEMO = ("isolated", "isolated-steady")


def run_study(asked: Run) -> None:
    """Train what a study is missing, then measure, draw, judge and report."""
    from tropism.plugins import load_plugin
    from tropism.sizes import refuse_absurd
    from tropism.store.names import check_name
    from tropism.swaps import swaps

    _refuse_alike(asked)
    for plugin in asked.plugins:
        load_plugin(plugin)
    overrides = Overrides(asked.seeds, asked.changes, asked.axes, asked.init, asked.data, asked.world, asked.apart)
    found = find_study(asked.study)
    processes = processes_of(asked.processes)
    if asked.chunk_steps is not None and asked.chunk_steps < 1:
        raise BadValue("--chunk-steps", asked.chunk_steps, "at least 1")
    start_on(asked.device)  # before the changes: what starts from trained networks is described with JAX
    study = named(overrides.applied(found), overrides, asked.name)
    check_name(study.name, "study")
    refuse_absurd(study)
    for words in swaps(found, study):
        print(words, file=sys.stderr)
    if asked.plan:
        _plan(study, asked, processes)
        return
    words = ["tropism", "run", asked.study, *overrides.words(), *(["--name", asked.name] if asked.name else [])]
    outcome = carried_out(study, asked.store, processes, shlex.join(words), asked.chunk_steps)
    if asked.readme is not None:
        from tropism.cli.reading import write_readme

        write_readme(asked.store, study.name, asked.readme)
    print_outcomes([outcome], as_json=asked.as_json)


def run_demo(asked: Demo) -> None:
    """The two isolated studies, one after the other."""
    began = time.monotonic()
    processes = processes_of(asked.processes)
    start_on(None)
    found = [carried_out(find_study(name), asked.store, processes, f"tropism run {name}", None) for name in DEMO]
    print_outcomes(found, as_json=asked.as_json)
    if not asked.as_json:
        print(f"\nDone in {time.monotonic() - began:.0f} seconds.")


def find_study(name: str) -> Study:
    """A shipped study by its name, or one from a Python file that the user named.

    Raises:
        UnknownName: No study is called so.
        UserError: The file does not load, or makes no study.
    """
    from tropism.core.sweep import Study as Kind
    from tropism.plugins import load_plugin
    from tropism.studies import load

    if not name.endswith(".py"):
        return load(name)
    module = load_plugin(name)
    make = getattr(module, "study", None)
    made = _made(make, name) if callable(make) else None
    if not isinstance(made, Kind):
        raise UserError(f"{name} must define study(name) that returns a Study; `tropism new NAME` writes an example.")
    return made


def _made(make: Callable[[str], object], name: str) -> object:
    from pathlib import Path

    from tropism.plugins import stumbled

    file = Path(name).resolve()
    try:
        return make(file.stem.replace("_", "-"))
    except TropismError:
        raise
    except Exception as error:
        raise UserError(f"{name}: study() does not return: {stumbled(error, file)}") from error


def named(study: Study, overrides: Overrides, name: str | None) -> Study:
    """The study under the name it is stored by: its own, the one asked for, or its own marked by what was changed."""
    if name is not None:
        return dataclasses.replace(study, name=name)
    if not overrides.any():
        return study
    return dataclasses.replace(study, name=f"{study.name}-{key_of(tuple(overrides.words()))[:6]}")


def processes_of(asked: int | None) -> int:
    """How many processes to use: as asked, or one a core.

    Raises:
        BadValue: Fewer than one.
    """
    from tropism.training.device import cores

    if asked is not None and asked < 1:
        raise BadValue("--processes", asked, "at least 1")
    return asked or len(cores())


def carried_out(study: Study, path: Path, processes: int, command: str, chunk_steps: int | None) -> Outcome:
    """A study's findings and how its settings ended, with progress shown."""
    from tropism.store import Store
    from tropism.studying import carry_out
    from tropism.summing import endings

    store = Store(path)
    with shown() as told:
        found = carry_out(study, store, processes=processes, told=told, command=command, chunk_steps=chunk_steps)
    return Outcome(found, endings(found.ensembles, store))


def _refuse_alike(asked: Run) -> None:
    """Two files of one name would take each other's place among the plug-ins."""
    files = [*map(str, asked.plugins), *([asked.study] if asked.study.endswith(".py") else [])]
    stems = [os.path.basename(file) for file in files]
    for stem in stems:
        if stems.count(stem) > 1:
            raise UserError(f"Two files are called {stem}; a plug-in is known by its name, so rename one of them.")


def _plan(study: Study, asked: Run, processes: int) -> None:
    from tropism.planning import plan
    from tropism.store import Store

    store = Store(asked.store, writable=False) if asked.store.exists() else None
    print_plan(study.name, plan(study, store, processes=processes), processes, as_json=asked.as_json)

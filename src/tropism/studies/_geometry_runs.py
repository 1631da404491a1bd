"""What the study `geometry` trains: seven toy setups, and how big each is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.sweep import Sweep, grid
from tropism.networks import Tied
from tropism.optimizers import AdamW
from tropism.optimizers.paces import Annealed
from tropism.subjects.superposition import ImportantFeatures

RESTARTS = 10
"""Networks of which the one with the least expected loss is kept, where the source keeps the best of several."""

KINDS = {
    "correlated-pairs": (4, 2, "correlated", 2),
    "anti-correlated-pairs": (4, 2, "anti-correlated", 2),
    "three-correlated-pairs": (6, 2, "correlated", 2),
    "two-tens": (20, 10, "correlated", 10),
}
"""Features in sets, by the sweep's name: features, dimensions, how sets go together, features in a set."""

SPARSE = 0.05
"""1 − S of the pentagon, as published; and of features in sets, where it is ours."""


@dataclass(frozen=True)
class Sizes:
    """How big everything is; the defaults are the study's.

    Attributes:
        uniform: Features, dimensions, steps and examples a step of the uniform setup.
        seeds: Of the uniform setup.
        densities: How many of them, from 1 to .1 and from there to .01, each evenly in their logarithm.
        tiny: Steps and examples a step of the smallest networks.
        cells: How many importances, and how many densities, a phase diagram has.
        lasts: How many densities of the pentagon's last feature, from 1/5 to 2 times the others'.
        groups: Groups of `RESTARTS` networks, each of which has its own best.
        levels: Steps and networks of the setup that is watched while it trains.
    """

    uniform: tuple[int, int, int, int] = (400, 30, 10_000, 1024)
    seeds: int = 3
    densities: tuple[int, int] = (13, 4)
    tiny: tuple[int, int] = (3000, 512)
    cells: tuple[int, int] = (17, 17)
    lasts: int = 17
    groups: int = 4
    levels: tuple[int, int] = (4000, 16)


FULL = Sizes()


def sweeps(sizes: Sizes = FULL) -> tuple[Sweep, ...]:
    """Everything that is trained."""
    return (_uniform(sizes), *_phases(sizes), _pentagon(sizes), *_sets(sizes), _levels(sizes), _intro(sizes))


def groups_of(networks: int) -> list[range]:
    """Places in groups of `RESTARTS`; of what is left over there is none, and one of all where there are fewer."""
    size = max(1, min(RESTARTS, networks))
    return [range(start, start + size) for start in range(0, networks - size + 1, size)]


def falling(count: int, *, least: float) -> tuple[float, ...]:
    """Densities from 1 down to the least, evenly in their logarithm."""
    return tuple(float(each) for each in np.round(least ** np.linspace(0, 1, count), 5))


def _uniform(sizes: Sizes) -> Sweep:
    features, hidden, steps, batch = sizes.uniform
    experiment = Experiment(
        task=ImportantFeatures(features=features),
        network=Tied(features=features, hidden=hidden),
        optimizer=AdamW(lr=0.001),
        steps=steps,
        batch_size=batch,
        validate_every=0,
    )
    dense, sparse = sizes.densities
    densities = (*falling(dense, least=0.1), *(0.1 * each for each in falling(sparse + 1, least=0.1)[1:]))
    settings = grid(task__density=tuple(round(each, 5) for each in densities))
    return Sweep("uniform", experiment, tuple(range(sizes.seeds)), settings)


def _tiny(task: ImportantFeatures, hidden: int, sizes: Sizes, *, examples: int = 1) -> Experiment:
    """A network so small that it is annealed instead of trained long; `examples` times as many of them a step."""
    steps, batch = sizes.tiny
    return Experiment(
        task=task,
        network=Tied(features=task.features, hidden=hidden),
        optimizer=AdamW(lr=0.02, pace=Annealed()),
        steps=steps,
        batch_size=batch * examples,
        validate_every=0,
    )


def _phases(sizes: Sizes) -> tuple[Sweep, ...]:
    importances = tuple(float(each) for each in np.round(10 ** np.linspace(-1, 1, sizes.cells[0]), 5))
    settings = grid(task__last_importance=importances, task__density=falling(sizes.cells[1], least=0.01))
    return tuple(
        Sweep(
            f"phases-{features}",
            _tiny(ImportantFeatures(features=features), features - 1, sizes),
            tuple(range(RESTARTS)),
            settings,
        )
        for features in (2, 3)
    )


def _pentagon(sizes: Sizes) -> Sweep:
    lasts = tuple(float(each) for each in np.round(np.geomspace(0.2, 2, sizes.lasts), 4))
    experiment = _tiny(ImportantFeatures(features=5, density=SPARSE), 2, sizes, examples=2)
    return Sweep("pentagon", experiment, _restarts(sizes), grid(task__last_density=lasts))


def _sets(sizes: Sizes) -> tuple[Sweep, ...]:
    found = []
    for name, (features, hidden, sets, size) in KINDS.items():
        task = ImportantFeatures(features=features, density=SPARSE, sets=sets, set_size=size)  # type: ignore[arg-type]
        found.append(Sweep(name, _tiny(task, hidden, sizes, examples=2), _restarts(sizes)))
    return tuple(found)


def _levels(sizes: Sizes) -> Sweep:
    steps, seeds = sizes.levels
    experiment = Experiment(
        task=ImportantFeatures(features=6, density=SPARSE, sets="correlated", set_size=3),
        network=Tied(features=6, hidden=3),
        optimizer=AdamW(lr=0.001),
        steps=steps,
        batch_size=1024,
        validate_every=0,
        snapshots=tuple(range(0, steps, max(1, steps // 100))),
    )
    return Sweep("levels", experiment, tuple(range(seeds)))


def _intro(sizes: Sizes) -> Sweep:
    experiment = _tiny(ImportantFeatures(features=5, ratio=0.9), 2, sizes, examples=2)
    densities = falling(10, least=1 / 20)
    return Sweep("intro", experiment, tuple(range(RESTARTS)), grid(task__density=densities))


def _restarts(sizes: Sizes) -> tuple[int, ...]:
    return tuple(range(RESTARTS * sizes.groups))

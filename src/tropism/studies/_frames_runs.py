"""What the study `frames` trains: tied networks in superposition, and networks whose second stage shares a stream."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tropism.core.experiment import Experiment
from tropism.core.sweep import Sweep, grid
from tropism.networks import Residual, Tied
from tropism.optimizers import AdamW
from tropism.schedules import Key, Schedule, Track
from tropism.subjects.features import PairedFeatures
from tropism.subjects.superposition import ImportantFeatures

DIMS = 12
MANY, FEW = 60, 24
"""Features: five a dimension, or two."""
ALONE = "independent"
OFTEN, OFTEN_ON = "independent, often on", 0.3
"""Those that are on so often, where more networks of them are trained than of others."""
GROUPS = {
    "correlated, 24": (FEW, "correlated", 12, 0.05),
    "anti-correlated, 24": (FEW, "anti-correlated", 2, 0.1),
    "correlated, 60": (MANY, "correlated", 12, 0.05),
    "anti-correlated, 60": (MANY, "anti-correlated", 2, 0.1),
}
"""Features in sets, by the sweep's name: how many, how a set goes together, its size, how often it is not empty. A
feature is on one time in twenty in all of them."""
APART = "independent, 24"
"""As many features as the smaller sets have, on as often, and each by itself."""
WIDTH = 16
ROOMS = {"may erase": ("*",), "cannot erase": ("into.*", "hidden.*", "output.*")}
"""Which parameters move, by whether the second stage may take away what the first has written."""
WRITERS = 32
"""Neurons of a second stage that may erase; one that cannot has as many as there are pairs, each writing its own."""


@dataclass(frozen=True)
class Sizes:
    """How big everything is; the defaults are the study's.

    Attributes:
        densities: How often a feature is on.
        seeds: Whose luck.
        often_seeds: Whose luck where features are on three times in ten, if there are more.
        steps: How long tied networks are trained, on how many examples a step.
        firsts: Features of the first stage, where there is a second; without any it is not asked.
        room_steps: How long these are trained.
        groups: Whether features in sets are trained, too.
        room_seeds: Whose luck these have.
        decays: Of weights where there is a second stage, times the rate, at every step: none, or so much that what is
            not needed goes.
    """

    densities: tuple[float, ...] = (0.3, 0.1, 0.05, 0.02, 0.01, 0.005)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    often_seeds: tuple[int, ...] = (*range(30), *range(100, 130))
    steps: tuple[int, int] = (4000, 256)
    firsts: tuple[int, ...] = (8, 16)
    room_steps: int = 3000
    groups: bool = True
    room_seeds: tuple[int, ...] = (10, 11, 12, 13, 14)
    decays: tuple[float, ...] = (0.0, 1.0)


FULL = Sizes()
QUICK = Sizes(
    densities=(0.3, 0.05, 0.01), seeds=(0, 1, 2), often_seeds=(), steps=(2500, 256), firsts=(), groups=False
)  # fmt: skip


def sweeps(sizes: Sizes) -> tuple[Sweep, ...]:
    """Everything that is trained."""
    alone = tied(sizes, ImportantFeatures(features=MANY))
    rare = tuple(each for each in sizes.densities if each != OFTEN_ON or not sizes.often_seeds)
    found = [Sweep(ALONE, alone, sizes.seeds, grid(task__density=rare))]
    if sizes.often_seeds:
        found.append(Sweep(OFTEN, tied(sizes, ImportantFeatures(features=MANY, density=OFTEN_ON)), sizes.often_seeds))
    if sizes.groups:
        found.append(Sweep(APART, tied(sizes, ImportantFeatures(features=FEW, density=0.05)), sizes.seeds))
    for name, (features, sets, size, density) in (GROUPS if sizes.groups else {}).items():
        task = ImportantFeatures(features=features, sets=sets, set_size=size, density=density)  # type: ignore[arg-type]
        found.append(Sweep(name, tied(sizes, task), sizes.seeds))
    for first in sizes.firsts:
        found += [
            Sweep(
                room_named(first, how),
                room(sizes, first, how),
                sizes.room_seeds,
                grid(task__weight=(0.0, 1.0), optimizer__weight_decay=sizes.decays),
            )
            for how in ROOMS
        ]
    return tuple(found)


def tied(sizes: Sizes, task: ImportantFeatures) -> Experiment:
    """Features through twelve dimensions and back, as in the toy model of superposition."""
    steps, batch = sizes.steps
    return Experiment(
        task=task,
        network=Tied(features=task.features, hidden=DIMS),
        optimizer=AdamW(),
        schedule=_paced(steps, 0.5),
        batch_size=batch,
        validate_every=0,
    )


def room_named(first: int, how: str) -> str:
    """What the networks with so many features at first, and such a second stage, are called."""
    return f"{first} then {first // 2}, {how}"


def room(sizes: Sizes, first: int, how: str) -> Experiment:
    """Features and a function of each pair of them, which has to be computed into the same stream."""
    task = PairedFeatures(features=first)
    network = Residual(inputs=first, outputs=task.output_width(), width=WIDTH, hidden=first // 2)
    experiment = Experiment(
        task=task,
        network=network,
        optimizer=AdamW(),
        schedule=_paced(sizes.room_steps, 0.6),
        batch_size=256,
        trainable=ROOMS[how],
        validate_every=0,
    )
    return experiment if how == "cannot erase" else replace(experiment, network=replace(network, hidden=WRITERS))


def _paced(steps: int, level: float) -> Schedule:
    """A rate of .003 for a part of the run; from there it falls to zero in a straight line."""
    keys = (Key(0, 0.003), Key(round(level * steps), 0.003), Key(steps - 1, 0.0))
    return Schedule(tracks=(Track("lr", keys, easing="linear"),), length=steps)

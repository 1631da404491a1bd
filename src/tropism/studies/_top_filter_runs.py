"""What the study `top-filter` trains: layers with and without a filter, from two starts, at several widths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.cohort import gathered
from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.start import Fresh, From, Start
from tropism.core.sweep import Setting, Sweep, grid
from tropism.networks import Filtered
from tropism.schedules import Key, Schedule, Track
from tropism.subjects.superposition import ImportantFeatures

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.networks.two_layer import OutputActivation

FEATURES, DENSITY = 24, 0.05
RATE, LEVEL_FOR = 0.004, 0.6
"""The learning rate, and for which part of the run it stays there before it falls to zero in a straight line."""
LESSER = (12, 6)
"""How many neurons pass at first, and then, before four do, where the filter is narrowed on the way."""
MORE = "more seeds"
ALIGNED_AT = 24
"""Of networks so wide more seeds are asked how features lie on neurons."""
ANNEALED, PATIENT, LINEAR = "narrowed to 4", "top 4, patient", "linear output"


@dataclass(frozen=True)
class Sizes:
    """How big everything is; the defaults are the study's.

    Attributes:
        kept: How many neurons pass; None is no filter.
        widths: Numbers of neurons.
        linear: Numbers of neurons of the control whose output is linear; none, no control.
        seeds: Whose luck.
        steps: How long to train.
        batch: Examples a step.
        patient: How many times as long networks are trained to see whether patience helps; 0 for not at all.
        annealed: Whether the filter is narrowed on the way, too.
        more: More seeds, of networks without a filter and with one of four, for one claim alone.
    """

    kept: tuple[int | None, ...] = (None, 1, 3, 4, 6)
    widths: tuple[int, ...] = (12, 18, 24, 36)
    linear: tuple[int, ...] = (8, 12, 18)
    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    steps: int = 3000
    batch: int = 256
    patient: int = 4
    annealed: bool = True
    more: tuple[int, ...] = tuple(range(5, 20))


FULL = Sizes()
QUICK = Sizes(
    kept=(None, 4), widths=(12, 24), linear=(), seeds=(0, 1, 2), steps=2000, patient=0, annealed=False, more=()
)


def sweeps(sizes: Sizes) -> tuple[Sweep, ...]:
    """Everything that is trained, a program a filter and a number of seeds."""
    paired = [Sweep(named(kept), experiment(sizes, kept), sizes.seeds, _settings(sizes)) for kept in sizes.kept]
    found = [*paired]
    if sizes.linear:
        linear = experiment(sizes, None, output="linear", room=max(sizes.linear))
        found.append(Sweep(LINEAR, linear, sizes.seeds, grid(network__idle=_idle(sizes.linear))))
    if sizes.patient:
        longer = experiment(sizes, 4, steps=sizes.patient * sizes.steps)
        fits = [width for width in sizes.widths if width >= FEATURES]
        idle = tuple(float(max(sizes.widths) - width) for width in fits)
        found.append(Sweep(PATIENT, longer, sizes.seeds, grid(network__idle=idle)))
    if sizes.more:
        idle = (float(max(sizes.widths) - ALIGNED_AT),)
        found += [Sweep(f"{named(kept)}, {MORE}", experiment(sizes, kept), sizes.more, grid(network__idle=idle))
                  for kept in (None, 4)]  # fmt: skip
    return (*found, *(_narrowing(sizes) if sizes.annealed else ()))


def named(kept: int | None) -> str:
    """What a filter is called."""
    return "ReLU" if kept is None else f"top {kept}"


def experiment(
    sizes: Sizes,
    kept: int | None,
    *,
    steps: int = 0,
    room: int = 0,
    output: OutputActivation = "relu",
) -> Experiment:
    """Networks that are to give features back, as many neurons wide as there are at most, or as there is room for."""
    return Experiment(
        task=ImportantFeatures(features=FEATURES, density=DENSITY),
        network=Filtered(
            features=FEATURES, hidden=room or max(sizes.widths), kept=kept, output_activation=output
        ),
        optimizer=Adam(),
        schedule=_paced(steps or sizes.steps),
        batch_size=sizes.batch,
        validate_every=0,
        snapshots=(0,),
    )  # fmt: skip


def _settings(sizes: Sizes) -> tuple[Setting, ...]:
    return grid(network__aligned=(0.0, 1.0), network__idle=_idle(sizes.widths))


def _idle(widths: tuple[int, ...]) -> tuple[float, ...]:
    return tuple(float(max(widths) - width) for width in widths)


def _paced(steps: int, *, falls: bool = True) -> Schedule:
    level = Key(round(LEVEL_FOR * steps), RATE)
    keys = (Key(0, RATE), level, Key(steps - 1, 0.0)) if falls else (Key(0, RATE),)
    return Schedule(tracks=(Track("lr", keys, easing="linear"),), length=steps)


def _narrowing(sizes: Sizes) -> tuple[Sweep, ...]:
    """Networks that begin with a wide filter, from a random start; as many steps in all as the others have.

    A third of them at each width of the filter; the rate falls in the last.
    """
    third = sizes.steps // 3
    names = [*(f"narrowed to {kept}" for kept in LESSER), ANNEALED]
    kept = (*LESSER, 4)

    def stage(place: int, start: Start) -> Experiment:
        paced = _paced(third, falls=place == len(kept) - 1)
        return replace(experiment(sizes, kept[place]), schedule=paced, start=start, snapshots=())

    def goes_on(place: int, before: Mapping[str, Ensemble]) -> Experiment:
        return stage(place, From(gathered([before[names[place - 1]]]), each=True))

    first = Sweep(names[0], stage(0, Fresh()), sizes.seeds, grid(network__idle=_idle(sizes.widths)))
    later = (
        Sweep(names[place], lambda before, place=place: goes_on(place, before), (), after=(names[place - 1],))  # type: ignore[misc]
        for place in range(1, len(kept))
    )
    return (first, *later)

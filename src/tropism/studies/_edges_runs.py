"""What the study `edges` trains: first edges, or something else; then objects; of few pictures or many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from tropism.core.cohort import gathered
from tropism.core.experiment import Experiment
from tropism.core.optimizer import Adam
from tropism.core.start import From
from tropism.core.sweep import Sweep
from tropism.losses import CrossEntropy
from tropism.networks import Convolutional
from tropism.subjects.generalization import Outlines
from tropism.tasks import Check, Mixture, Part, Relabelled
from tropism.terms import Accuracy

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.core.task import Task

First = Literal["edges", "places", "wrong labels", "fresh"]
FIRST: tuple[First, ...] = ("edges", "places", "wrong labels", "fresh")
"""What a network was shown before objects; `fresh` ones nothing."""
MOVES: Mapping[str, tuple[str, ...]] = {"all": ("*",), "head": ("output.*",)}
"""Which parameters move while objects are learned: all of them, or what reads the maps."""
SHOWN: Mapping[str, tuple[float, float]] = {"few": (0.0, 0.02), "many": (0.0, 0.5)}
"""The share of the pictures of objects that is trained on."""
HELD = (0.75, 1.0)
"""The share that is looked at and trained on by nobody; of edges and places, too."""

SEEDS = (0, 1, 2, 3, 4)
FIRST_STEPS, STEPS, BATCH = 1200, 600, 64
KEPT = (0, 10, 25, 50, 100, 200, 400, 600)
"""Steps of learning objects at which networks are kept, to see tuning come."""
OBJECTS = Outlines(asked="objects", count=400)
NETWORK = Convolutional(size=12, channels=(16, 32), outputs=22)
SITES = ("maps.0", "maps.1")
LEGAL = CrossEntropy(over="legal")


def sweeps() -> tuple[Sweep, ...]:
    """Four kinds of networks, then objects four ways for all of them."""
    first = tuple(Sweep(name, first_experiment(name), SEEDS) for name in FIRST)
    later = tuple(
        Sweep(
            f"{shown}, {moves}",
            lambda before, shown=shown, moves=moves: objects_experiment(before, shown, moves),  # type: ignore[misc]
            (),
            after=FIRST,
        )
        for shown in SHOWN
        for moves in MOVES
    )
    return (*first, *later)


def asked_of(name: First) -> Outlines:
    """The task that held-out pictures are asked of, for networks that were shown something first."""
    return Outlines(asked="places" if name == "places" else "edges")


def first_experiment(name: First) -> Experiment:
    """What a network is shown before objects."""
    asked = asked_of(name)
    shown: Task = replace(asked, share=(0.0, HELD[0]))
    if name == "wrong labels":
        shown = Relabelled(shown)  # type: ignore[arg-type]
    trained = Experiment(
        task=Mixture(
            parts=(Part("shown", shown, BATCH, loss=LEGAL),), checks=(Check("held", replace(asked, share=HELD)),)
        ),
        network=NETWORK,
        optimizer=Adam(lr=0.002),
        terms=(Accuracy(where="held", over="legal", name="accuracy"),),
        steps=FIRST_STEPS,
        batch_size=BATCH,
        validate_every=100,
    )
    if name != "fresh":
        return trained
    return replace(trained, optimizer=Adam(lr=0.0), steps=1, validate_every=0)


def objects_experiment(before: Mapping[str, Ensemble], shown: str, moves: str) -> Experiment:
    """Objects for networks of all kinds, each from where it came to."""
    few = replace(OBJECTS, share=SHOWN[shown])
    return Experiment(
        task=Mixture(
            parts=(Part("shown", few, BATCH, loss=LEGAL),), checks=(Check("held", replace(OBJECTS, share=HELD)),)
        ),
        network=NETWORK,
        optimizer=Adam(lr=0.002),
        terms=(Accuracy(where="held", over="legal", name="accuracy"),),
        steps=STEPS,
        batch_size=BATCH,
        start=From(gathered(before[name] for name in FIRST), each=True),
        trainable=MOVES[moves],
        validate_at=(*range(0, 101, 10), *range(125, 301, 25), *range(350, STEPS + 1, 50)),
        snapshots=KEPT if (shown, moves) == ("many", "all") else (),
    )

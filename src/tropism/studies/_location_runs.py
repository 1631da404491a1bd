"""What the study `location` trains: two kinds of networks, and two dictionaries of every place in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Sweep
from tropism.dictionaries import TopKCode
from tropism.studies._retrain_runs import models
from tropism.subjects.features import Activations, Watched
from tropism.subjects.features.recalls import recall
from tropism.subjects.features.recipes import dictionary

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

LATENTS, ACTIVE = 128, 4
"""Of every dictionary: latents, and how many of them are on. The same everywhere, so that places compare."""
LUCKS = 2
"""Dictionaries of each network and place."""
PLACES: Mapping[str, tuple[str, str]] = {
    "embedding": ("recall", "embedding"),
    "after attention 1": ("recall", "middle.0"),
    "after MLP 1": ("recall", "residual.0"),
    "in MLP 1": ("recall", "hidden.0"),
    "written by MLP 1": ("recall", "neurons.0"),
    "digits, narrow": ("digits", "hidden.1"),
    "digits, wide": ("digits", "hidden.0"),
}
"""By name: whose, and which site. What an MLP writes has the width of the stream that it is written into."""


@dataclass(frozen=True)
class Scale:
    """How much is trained; `examples` are those whose activations dictionaries learn, beside as many others at most."""

    places: tuple[str, ...] = tuple(PLACES)
    seeds: tuple[int, ...] = (30, 31, 32)
    recall_steps: int = 800
    digits_steps: int = 800
    dictionary_steps: int = 1200
    examples: int = 2048

    def sweeps(self) -> tuple[Sweep, ...]:
        """Networks, then dictionaries of each place."""
        kinds = tuple(dict.fromkeys(PLACES[name][0] for name in self.places))
        lucks = tuple(Seed.of(1000 * luck + seed, world=seed) for luck in range(1, LUCKS + 1) for seed in self.seeds)
        return (
            *(Sweep(kind, self.network(kind), self.seeds) for kind in kinds),
            *(
                Sweep(name, lambda before, name=name: self.dictionary_of(before, name), lucks,  # type: ignore[misc]
                      after=(PLACES[name][0],))
                for name in self.places
            ),
        )  # fmt: skip

    def network(self, kind: str) -> Experiment:
        """How the networks of a kind are trained."""
        if kind == "recall":
            return replace(recall(steps=self.recall_steps), validate_every=0)
        return replace(models(self.digits_steps)["relu"].experiment, snapshots=())

    def dictionary_of(self, before: Mapping[str, Ensemble], name: str) -> Experiment:
        """How the dictionaries of a place are trained."""
        return replace(
            dictionary(
                self.task_of(before, name), LATENTS, TopKCode(k=ACTIVE), steps=self.dictionary_steps, batch_size=256
            ),
            validate_every=0,
        )

    def task_of(self, before: Mapping[str, Ensemble], name: str) -> Activations:
        """The rebuilding of what is said at a place, at all positions where it has some."""
        kind, site = PLACES[name]
        return Activations(source=Watched(before[kind], site, count=self.examples, held_out=1024))

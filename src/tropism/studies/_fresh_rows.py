"""Dictionaries as they are drawn, by a program that is quick to compile: where others begin whose latents differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.cohort import gathered
from tropism.core.experiment import Experiment
from tropism.core.start import From
from tropism.dictionaries import ReLUCode
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.tasks.activations import Activations
from tropism.subjects.features.tasks.sources import Recorded
from tropism.surgery import ablate, prune

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble


def fresh(latents: int, width: int) -> Experiment:
    """Random directions, encoder and decoder alike, after a step at no rate; what they were shown does not matter."""
    shown = Activations(source=Recorded.of(np.eye(width, dtype=np.float32), share=0.5), scaling="none")
    return replace(dictionary(shown, latents, ReLUCode(), steps=1, batch_size=8, lr=0.0), validate_every=0)


def from_each(experiment: Experiment, starts: Sequence[Ensemble]) -> Experiment:
    """The experiment, for a member from each of some networks."""
    return replace(experiment, start=From(gathered(starts), each=True))


def of_size(fresh: Ensemble, latents: int) -> Ensemble:
    """The first so many latents of each."""
    there = fresh.network.sites()["code"].width
    return prune(fresh, "code", dims=tuple(range(latents, there))) if there > latents else fresh


def silenced(found: Ensemble, dims: Sequence[int]) -> Ensemble:
    """The same with some latents silent for good: they say nothing, and nothing pulls at them."""
    return ablate(found, "code", dims=tuple(dims)) if len(dims) else found

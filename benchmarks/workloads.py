"""The two experiments that are timed, and what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from tropism.core import Experiment
from tropism.networks import Autoencoder
from tropism.schedules import Schedule
from tropism.subjects.color import Colors, Redness, Vibrancy
from tropism.terms import AngularAnchor, Separate, Subspace

MANY = 60
"""Networks in company: as many as the color studies train."""


@dataclass(frozen=True)
class Workload:
    """An experiment and how many times faster than Lightning it is to be.

    Attributes:
        title: What the table calls it.
        experiment: What is trained. It looks at no validation examples, since its peers do not either.
        wanted_alone: Lightning's time over ours, one network.
        wanted_together: The same per network, sixty together.
        bound: Microseconds a step of a kernel that was fused by hand, where one was measured.
    """

    title: str
    experiment: Experiment
    wanted_alone: float
    wanted_together: float
    bound: float | None = None


def anchored() -> Workload:
    """Red and vibrant anchored, 263 parameters. Source: z0u/ex-preppy, experiment 2.4.1."""
    experiment = Experiment(
        task=Colors(levels=8, labels=(Redness(power=8, rate=0.08), Vibrancy(power=10, rate=0.01)), validation="none"),
        network=Autoencoder(hidden=16, latent=4, depth=1),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=(1, 0, 0, 0), where="red"),
            Subspace(dims=(0, 1), where="vibrant"),
        ),
        schedule=_sheet("ex-2.4.1.csv"),
        validate_every=0,
    )
    return Workload("2.4.1-like, 263 parameters", experiment, 130, 280, bound=4.0)


def isolated() -> Workload:
    """Only red labeled, and dimension 0 kept clear, 840 parameters. Source: z0u/ex-preppy, experiment 2.10.1."""
    experiment = Experiment(
        task=Colors(levels=8, labels=(Redness(power=8, rate=0.08),), validation="none"),
        network=Autoencoder(hidden=16, latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=(1, 0, 0, 0, 0), where="red"),
            Subspace(dims=(0,), keep=False),
        ),
        schedule=_sheet("ex-2.10.1.csv"),
        validate_every=0,
    )
    return Workload("2.10-like, 840 parameters", experiment, 80, 160)


WORKLOADS = {"anchored": anchored, "isolated": isolated}


def _sheet(name: str) -> Schedule:
    text = (files("tropism.subjects.color") / "sheets" / name).read_text(encoding="utf-8")
    return Schedule.parse(text, name, {"lr": "optimizer.lr"})

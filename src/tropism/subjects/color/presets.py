"""The color experiments that have names: what the two notebooks and the paper's sixty-seed studies trained.

Source: z0u/ex-preppy and arXiv 2512.12469; each sheet's own table stands in `sheets/README.md`.
"""

from __future__ import annotations

from importlib import resources

from tropism.core.experiment import Experiment
from tropism.networks import Autoencoder
from tropism.schedules import Schedule
from tropism.subjects.color.labels import ColorLabel, Redness, Vibrancy
from tropism.subjects.color.tasks import Colors


def sheet(name: str) -> Schedule:
    """A dope sheet that comes with the subject, such as `ex-2.9.1`."""
    return Schedule.read(str(resources.files("tropism.subjects.color") / "sheets" / f"{name}.csv"))


def axis(width: int, dim: int = 0, sign: float = 1.0) -> tuple[float, ...]:
    """A unit vector along one axis of latent space."""
    return tuple(sign if place == dim else 0.0 for place in range(width))


def grid_task(*labels: ColorLabel) -> Colors:
    """The task of the sixty-seed studies: 512 colors of an RGB grid, drawn evenly, looked at on the original's points."""
    return Colors(levels=8, labels=labels)


def anchored(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.4.1: red at e0 and vibrant colors in the plane of the first two axes; four dimensions, one hidden layer."""
    from tropism.terms import AngularAnchor, Separate, Subspace

    return Experiment(
        task=grid_task(Redness(power=8, rate=0.08), Vibrancy(power=10, rate=0.01)),
        network=Autoencoder(latent=4),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(4), where="red"),
            Subspace(dims=(0, 1), where="vibrant"),
        ),
        schedule=schedule or sheet("ex-2.4.1"),
    )


def single_anchor(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.5.1: red at e0 and nothing else said; four dimensions, one hidden layer."""
    from tropism.terms import AngularAnchor, Separate

    return Experiment(
        task=grid_task(Redness(power=8, rate=0.08)),
        network=Autoencoder(latent=4),
        terms=(Separate(power=100, shift=True), AngularAnchor(direction=axis(4), where="red")),
        schedule=schedule or sheet("ex-2.5.1"),
    )


def hue_plane(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.7.1: vibrant colors in the plane of the first two axes; four dimensions, one hidden layer."""
    from tropism.terms import Separate, Subspace

    return Experiment(
        task=grid_task(Vibrancy(power=8, rate=0.008)),
        network=Autoencoder(latent=4),
        terms=(Separate(power=100, shift=True), Subspace(dims=(0, 1), where="vibrant")),
        schedule=schedule or sheet("ex-2.7.1"),
    )


def isolated(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.9.1: red alone on the first axis, nothing opposite it; five dimensions, two hidden layers."""
    from tropism.terms import AngularAnchor, AntiAnchor, Separate, Subspace

    return Experiment(
        task=grid_task(Redness(power=8, rate=0.08)),
        network=Autoencoder(latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(5), where="red"),
            AntiAnchor(direction=axis(5, sign=-1.0)),
            Subspace(dims=(0,), keep=False),
        ),
        schedule=schedule or sheet("ex-2.9.1"),
    )


def isolated_without_anti_anchor(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.10.1: as `isolated`, without the anti-anchor."""
    from tropism.terms import AngularAnchor, Separate, Subspace

    return Experiment(
        task=grid_task(Redness(power=8, rate=0.08)),
        network=Autoencoder(latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(5), where="red"),
            Subspace(dims=(0,), keep=False),
        ),
        schedule=schedule or sheet("ex-2.10.1"),
    )

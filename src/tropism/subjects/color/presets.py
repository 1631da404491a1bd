"""The color experiments that have names: what the two notebooks and the paper's sixty-seed studies trained.

Source: z0u/ex-preppy and arXiv 2512.12469; each sheet's own table stands in `sheets/README.md`.
"""

from __future__ import annotations

from importlib import resources

from tropism.core.experiment import Experiment
from tropism.networks import Autoencoder
from tropism.schedules import Schedule
from tropism.subjects.color.labels import ColorLabel, Desaturation, Redness, Vibrancy
from tropism.subjects.color.tasks import Colors


def sheet(name: str) -> Schedule:
    """A dope sheet that comes with the subject, such as `ex-2.9.1`."""
    return Schedule.read(str(resources.files("tropism.subjects.color") / "sheets" / f"{name}.csv"))


def axis(width: int, dim: int = 0, sign: float = 1.0) -> tuple[float, ...]:
    """A unit vector along one axis of latent space."""
    return tuple(sign if place == dim else 0.0 for place in range(width))


def grid_task(*labels: ColorLabel) -> Colors:
    """The task of the sixty-seed studies: 512 colors of an RGB grid, drawn evenly, and the original's looks between."""
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


def cylinder_task(*labels: ColorLabel) -> Colors:
    """The task of Ex 2.2 to 2.9: 3,600 colors of an HSV grid, drawn by the correction for its copies."""
    return Colors(levels=(36, 10, 10), space="hsv", labels=labels, validation="centers")


def early_labels() -> tuple[Redness, Vibrancy]:
    """How Ex 2.2 to 2.9 label red and vibrant colors: half of the purest, and steeply fewer of others."""
    return Redness(power=10, rate=0.5), Vibrancy(power=100, rate=0.5)


def unnormalized(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.2: a bottleneck that is only drawn to the sphere; the sheet as it was meant, unless another is given.

    `sheet("ex-2.2-as-run")` holds the weights that the published run really had.
    """
    from tropism.terms import Anchor, Separate, Subspace, UnitLength

    return Experiment(
        task=cylinder_task(*early_labels()),
        network=Autoencoder(latent=4, unit=False, sigmoid=True),
        terms=(
            Separate(power=10, shift=False),
            Anchor(point=axis(4), where="red"),
            Subspace(dims=(0, 1), where="vibrant", name="planar"),
            UnitLength(),
            UnitLength(where="vibrant", name="unit-v"),
        ),
        schedule=schedule or sheet("ex-2.2-meant"),
    )


def normalized(schedule: Schedule | None = None, *, sigmoid: bool = False) -> Experiment:
    """Ex 2.3: the bottleneck is divided by its length, and the regularizers still look before that."""
    from tropism.terms import Anchor, Separate, Subspace, UnitLength

    return Experiment(
        task=cylinder_task(*early_labels()),
        network=Autoencoder(latent=4, sigmoid=sigmoid),
        terms=(
            Separate(power=100, shift=True, site="encoder"),
            Anchor(point=axis(4), where="red", site="encoder"),
            Subspace(dims=(0, 1), where="vibrant", name="planar", site="encoder"),
            UnitLength(site="encoder"),
        ),
        schedule=schedule or sheet("ex-2.3"),
    )


def regularized_after(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.4, 2.6 and 2.7: as Ex 2.3 with a linear output, and all but the pull to length 1 look after the division."""
    from tropism.terms import Anchor, Separate, Subspace, UnitLength

    return Experiment(
        task=cylinder_task(*early_labels()),
        network=Autoencoder(latent=4),
        terms=(
            Separate(power=100, shift=True),
            Anchor(point=axis(4), where="red"),
            Subspace(dims=(0, 1), where="vibrant", name="planar"),
            UnitLength(site="encoder"),
        ),
        schedule=schedule or sheet("ex-2.3"),
    )


def one_anchor(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.5: as Ex 2.4, and nothing said of vibrant colors."""
    from tropism.terms import Anchor, Separate, UnitLength

    return Experiment(
        task=cylinder_task(early_labels()[0]),
        network=Autoencoder(latent=4),
        terms=(Separate(power=100, shift=True), Anchor(point=axis(4), where="red"), UnitLength(site="encoder")),
        schedule=schedule or sheet("ex-2.5"),
    )


def anti_anchored(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.8: red at e0 and nothing opposite it, in four dimensions; deleting red alone fails here."""
    from tropism.terms import AngularAnchor, AntiAnchor, Separate, UnitLength

    return Experiment(
        task=cylinder_task(early_labels()[0]),
        network=Autoencoder(latent=4),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(4), where="red"),
            AntiAnchor(direction=axis(4, sign=-1.0)),
            UnitLength(site="encoder"),
        ),
        schedule=schedule or sheet("ex-2.8"),
    )


def desaturated_aside(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.9: grays are labeled too and kept to the last three of five dimensions; two hidden layers."""
    from tropism.terms import AngularAnchor, AntiAnchor, Separate, Subspace, UnitLength

    return Experiment(
        task=cylinder_task(early_labels()[0], Desaturation(power=10, rate=0.5)),
        network=Autoencoder(latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(5), where="red"),
            Subspace(dims=(2, 3, 4), where="desaturated"),
            AntiAnchor(direction=axis(5, sign=-1.0)),
            UnitLength(site="encoder"),
        ),
        schedule=schedule or sheet("ex-2.9"),
    )


def red_labels_only(schedule: Schedule | None = None) -> Experiment:
    """Ex 2.10: everything is repelled from the first of five dimensions, and only reds are labeled."""
    from tropism.terms import AngularAnchor, Separate, Subspace

    return Experiment(
        task=Colors(levels=10, labels=(Redness(power=8, rate=0.08),), validation="corners", validation_levels=4),
        network=Autoencoder(latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(5), where="red"),
            Subspace(dims=(0,), keep=False),
        ),
        schedule=schedule or sheet("ex-2.10"),
    )


def isolated_steady(schedule: Schedule | None = None) -> Experiment:
    """Ours: as `isolated`, calmer, and with a remainder of red that becomes mid-gray once the first axis is cut.

    The label budget, the steps and the batches are those of Ex 2.9.1; only `Landing` is new.
    """
    from tropism.terms import AngularAnchor, AntiAnchor, Landing, Separate, Subspace

    return Experiment(
        task=grid_task(Redness(power=8, rate=0.08)),
        network=Autoencoder(latent=5, depth=2),
        terms=(
            Separate(power=100, shift=True),
            AngularAnchor(direction=axis(5), where="red"),
            AntiAnchor(direction=axis(5, sign=-1.0)),
            Subspace(dims=(0,), keep=False),
            Landing(dims=(0,), target=(0.5, 0.5, 0.5), where="red"),
        ),
        schedule=schedule or sheet("isolated-steady"),
    )

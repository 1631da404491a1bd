"""What the study `nested-codes` trains: autoencoders of digits, then of larger views, around them or afresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from tropism.core.experiment import Experiment
from tropism.core.network import Network
from tropism.core.optimizer import Adam
from tropism.core.paths import shapes
from tropism.core.start import Fresh, From
from tropism.core.sweep import Sweep
from tropism.networks import Autoencoder, Framed
from tropism.subjects.generalization import Views
from tropism.subjects.generalization.tasks.views import View
from tropism.tasks import Check, Mixture, Part

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

Method = Literal["first", "afresh", "framed, scratch", "framed, frozen", "framed, fine-tuned"]
METHODS: tuple[Method, ...] = ("afresh", "framed, scratch", "framed, frozen", "framed, fine-tuned")
"""C→A→C from scratch; and C→B→A→B→C from scratch, with B→A→B as it was, or fine-tuned."""
SEEDS = (0, 1, 2)
STEPS = 1500
SHOWN = (0.0, 0.8)
HELD = (0.8, 1.0)
PICTURES, FEW_SHOWN, ALL_SHOWN = 1797, 60, 1438
FEW = FEW_SHOWN / PICTURES
LEVELS: Mapping[int, float] = {8: 0.2, 16: 0.12}
"""By the width of the code: the error that steps are counted to."""
SETTINGS: tuple[tuple[View, str, int], ...] = (
    ("larger", "all", 8),
    ("larger", "all", 16),
    ("turned", "all", 8),
    ("turned", "all", 16),
    ("larger", "few", 16),
    ("coded", "all", 8),
    ("coded", "few", 8),
)
"""The view, how many pictures of it are shown, and the width of the code."""


@dataclass(frozen=True)
class Arm:
    """One way to learn to give back one view, or the autoencoder of digits that comes before."""

    method: Method
    code: int
    view: View = "digits"
    shown: str = "all"

    @property
    def name(self) -> str:
        """What the sweep is called, such as `larger-few-16-framed-frozen`."""
        return "-".join([self.view, self.shown, str(self.code), self.method.replace(", ", "-")])

    @property
    def before(self) -> Arm:
        """The networks that it begins from, where it does."""
        return Arm("first", self.code)

    def task(self, share: tuple[float, float] = SHOWN) -> Views:
        """The pictures of a share, seen this way."""
        return Views(view=self.view, share=share)

    def network(self) -> Network:
        """An autoencoder of the view; or one of digits, between two linear maps."""
        own = Autoencoder(inputs=self.task().input_width(), hidden=128, latent=self.code, unit=False, activation="relu")
        if self.method in ("first", "afresh"):
            return own
        return Framed(inner=Arm("first", self.code).network(), inputs=own.inputs, outputs=own.inputs)

    def site(self) -> str:
        """Where the code is."""
        return "latent" if self.method in ("first", "afresh") else "inner.latent"

    def experiment(self, before: Ensemble | None = None) -> Experiment:
        """What is trained, from fresh networks or around those before."""
        few = self.shown == "few"
        size = FEW_SHOWN if few else 128
        start = Fresh() if before is None else From(framed(before, self.network()), reinitialize=("into.*", "out.*"))
        return Experiment(
            task=Mixture(
                parts=(Part("shown", self.task((0.0, FEW) if few else SHOWN), size),),
                checks=(Check("held", self.task(HELD)),),
            ),
            network=self.network(),
            optimizer=Adam(lr=0.002),
            steps=STEPS,
            batch_size=size,
            start=start,
            trainable=("into.*", "out.*") if self.method == "framed, frozen" else ("*",),
            validate_every=25,
        )

    def sweep(self) -> Sweep:
        """Its networks, a seed each."""
        if self.method in ("first", "afresh", "framed, scratch"):
            return Sweep(self.name, self.experiment(), SEEDS)
        first = self.before.name
        return Sweep(self.name, lambda before: self.experiment(before[first]), SEEDS, after=(first,))


ARMS: Mapping[str, Arm] = {
    arm.name: arm
    for arm in (
        *(Arm("first", code) for code in LEVELS),
        *(Arm(method, code, view, shown) for view, shown, code in SETTINGS for method in METHODS),
    )
}
"""By the names of their sweeps."""


def framed(ensemble: Ensemble, network: Network) -> Ensemble:
    """The same networks within a frame of zeros, for an experiment that draws the frame afresh.

    Nothing of them is changed, so they are known by the same keys.
    """
    inner = {f"inner.{path}": item for path, item in ensemble.params.items()}
    wanted = {path: shape for path, shape in shapes(network).items() if path not in inner}
    empty = {path: np.zeros((len(ensemble), *shape), np.float32) for path, shape in wanted.items()}
    return replace(ensemble, network=network, params={**empty, **inner}, snapshots={})

"""The networks of which more and more layers are trained again, and those that they must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.start import From
from tropism.core.sweep import Sweep
from tropism.studies._retrain_runs import FRESH_LUCK, Model, models
from tropism.subjects.features import Digits
from tropism.tasks import Relabelled

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

AGAIN: Mapping[str, tuple[str, ...]] = {
    "2 layers": ("hidden.1.*", "hidden.2.*"),
    "3 layers": ("hidden.0.*", "hidden.1.*", "hidden.2.*"),
    "4 layers": ("*",),
}
"""Which matrices and biases start anew, by how many; the fourth is the last."""
SAME_ORDER, OTHER_HALF, SHUFFLED, UNTRAINED = "same order", "other half", "wrong labels", "untrained"
HALF = ("half 0", "half 1")
HALVES = ((0.0, 0.3), (0.3, 0.6))
"""Two shares of the digits that are trained on, without one in common."""


@dataclass(frozen=True)
class LayersScale:
    """How much is trained.

    Attributes:
        kinds: Which of the networks of digits.
        seeds: Base networks.
        steps: Of training.
        without: What is left out.
    """

    kinds: tuple[str, ...] = ("linear", "relu")
    seeds: tuple[int, ...] = tuple(range(30, 42))
    steps: int = 1500
    without: tuple[str, ...] = ()

    def chosen(self) -> dict[str, Model]:
        """The models by name."""
        return {name: each for name, each in models(self.steps).items() if name in self.kinds}


WHOLE = LayersScale()
QUICK = LayersScale(kinds=("linear",), seeds=(30, 31), steps=600, without=("3 layers", OTHER_HALF, *HALF, SHUFFLED))


def sweeps(scale: LayersScale) -> tuple[Sweep, ...]:
    """Of every model base networks, layers trained again, and what they stand beside."""
    found = [(name, each) for name, model in scale.chosen().items() for each in _of_model(name, model, scale.seeds)]
    return tuple(each for name, each in found if each.name.removeprefix(f"{name} ") not in scale.without)


def named(name: str, what: str) -> str:
    """The sweep of a model's networks of a kind."""
    return f"{name} {what}"


def _of_model(name: str, model: Model, seeds: tuple[int, ...]) -> tuple[Sweep, ...]:
    base, plain = named(name, "base"), replace(model.experiment, snapshots=())
    shuffled = replace(plain, task=Relabelled(Digits(), "shuffled"))
    halves = [replace(plain, task=Digits(share=share)) for share in HALVES]
    again = [
        Sweep(named(name, what), lambda before, what=what: _again(model, before[base], what), (), apart=FRESH_LUCK,
              after=(base,))
        for what in AGAIN
    ]  # fmt: skip
    other = tuple(seed + 1000 for seed in seeds)
    return (
        Sweep(base, model.experiment, seeds),
        *again,
        Sweep(named(name, SAME_ORDER), plain, tuple(Seed.of(seed, init=seed + 1000) for seed in seeds)),
        Sweep(named(name, HALF[0]), halves[0], seeds),
        Sweep(named(name, HALF[1]), halves[1], other),
        Sweep(named(name, SHUFFLED), shuffled, other),
    )


def _again(model: Model, base: Ensemble, what: str) -> Experiment:
    start = From(base, reinitialize=AGAIN[what], each=True)
    return replace(model.experiment, start=start, trainable=AGAIN[what], snapshots=())

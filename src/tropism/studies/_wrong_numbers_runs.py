"""What the study `wrong-numbers` trains: dictionaries that were given wrong numbers, on data that get harder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Setting, Sweep
from tropism.core.task import Task
from tropism.dictionaries import CodeNorm, ReLUCode, TopKCode
from tropism.subjects.features.presets import data_set
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.tasks.activations import Activations
from tropism.subjects.features.tasks.dependent import Correlated
from tropism.subjects.features.tasks.frames import Clustered, Spread
from tropism.subjects.features.tasks.known import KnownFeatures
from tropism.subjects.features.tasks.sources import Recorded
from tropism.subjects.features.tasks.supports import Coins

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

Method = Literal["TopK", "L1"]
FEATURES, ACTIVE, WIDTH = 64, 3, 32
"""How many features there are, how many are on, and in how many dimensions."""
WEIGHT = 0.3
NARROW, WIDE = 64, 128
"""Latents where k or the price are compared, and where data are."""
NOISE, OFFSET = (0.05, 0.1, 0.2), (1.0, 3.0)
PARTNER = 50
"""What is added to a seed's luck, but not to its data's world, for a second network of the same dictionary."""


def _changed(name: str = "STB-32", **fields: object) -> KnownFeatures:
    """A data set whose one population is another in some respect."""
    task = data_set(name)
    return replace(task, populations=(replace(task.populations[0], **fields),))


DATA: Mapping[str, Callable[[], KnownFeatures]] = {
    "STB-32": lambda: data_set("STB-32"),
    "CORR": lambda: data_set("CORR"),
    "STB-32, skewed": lambda: _changed(support=Coins(float(ACTIVE), zipf=1.0)),
    "STB-32, correlated": lambda: _changed(support=Correlated(scale=0.45)),
    "STB-32, clustered": lambda: _changed(frame=Clustered()),
    "STB-32, spread": lambda: _changed(frame=Spread()),
}
"""Data by name: the two standard sets, and the first with one thing changed."""


@dataclass(frozen=True)
class Arm:
    """Dictionaries of one shape for one kind of data.

    Attributes:
        data: A name in `DATA`.
        method: TopK, or L1 with a price.
        latents: D.
        k: Latents that are on, of TopK.
        settings: Constants of dials, a network each.
        pairs: Whether each world has a second network, to see whether the two agree.
        samples: How many examples there are; none where each is drawn anew.
        harder: Whether the settings are of the data.
    """

    data: str
    method: Method
    latents: int
    k: int = ACTIVE
    settings: tuple[Setting, ...] = ((),)
    pairs: bool = False
    samples: int | None = None
    harder: bool = False

    @property
    def name(self) -> str:
        """What the sweep is called, such as `STB-32-TopK-128-3`."""
        words = [self.data.replace(", ", "-"), self.method, str(self.latents)]
        words += [str(self.k)] if self.method == "TopK" else []
        words += [f"of-{self.samples}"] if self.samples else []
        return "-".join([*words, *(["harder"] if self.harder else [])])

    def experiment(self, steps: int) -> Experiment:
        """What is trained."""
        made = dictionary(
            self.task(),
            self.latents,
            TopKCode(k=self.k) if self.method == "TopK" else ReLUCode(),
            terms=(CodeNorm(weight=WEIGHT),) if self.method == "L1" else (),
            steps=steps,
            batch_size=256,
            lr=0.004,
        )
        return replace(made, validate_every=0)

    def task(self) -> Task:
        """What is rebuilt: data drawn anew at every step, or so many examples of the first world."""
        if self.samples is None:
            return DATA[self.data]()
        from tropism.subjects.features.truth import sample

        shown = sample(DATA[self.data](), 0, MOST, purpose="few").x
        return Activations(source=Recorded.of(shown, share=1 - self.samples / MOST), scaling="none")

    def sweep(self, seeds: tuple[int, ...], steps: int) -> Sweep:
        """Its networks."""
        luck: tuple[int | Seed, ...] = seeds
        if self.pairs:
            luck = (*seeds, *(Seed(init=seed + PARTNER, data=seed + PARTNER, world=seed) for seed in seeds))
        if self.samples is None:
            return Sweep(self.name, self.experiment(steps), luck, self.settings)
        return Sweep(self.name, self._late(steps), luck, self.settings, after=())

    def _late(self, steps: int) -> Callable[[Mapping[str, Ensemble]], Experiment]:
        """Examples are drawn when they are trained on, not when the study is described."""
        return lambda before: self.experiment(steps)


MOST = 20_000
"""Examples of which the first are shown, where there are only so many; the others are held out."""
SAMPLES = (300, 1000, 10_000)


@dataclass(frozen=True)
class Scale:
    """One form of the study: which arms, how many seeds, and how long."""

    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    steps: int

    def sweeps(self) -> tuple[Sweep, ...]:
        """All that is trained."""
        return tuple(arm.sweep(self.seeds, self.steps) for arm in self.arms)


def prices(*weights: float) -> tuple[Setting, ...]:
    """A network for each price of the code."""
    return tuple((("code_norm", weight),) for weight in weights)


HARDER: tuple[Setting, ...] = (
    *((("task.noise", size),) for size in NOISE),
    *((("task.offset", size),) for size in OFFSET),
)
"""A network for each noise and for each offset."""
WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.6, 1.2)
LATENTS, COUNTS = (32, 48, 64, 96, 128, 256), (1, 2, 3, 4, 6, 10)
WHOLE = Scale(
    arms=(
        *(Arm("STB-32", "TopK", each, pairs=True) for each in LATENTS),
        Arm("STB-32", "TopK", WIDE, settings=HARDER, harder=True),
        *(Arm("STB-32", "L1", each) for each in (32, 128, 256)),
        Arm("STB-32", "L1", NARROW, settings=prices(*WEIGHTS), pairs=True),
        Arm("STB-32", "L1", WIDE, settings=HARDER, harder=True),
        *(Arm("STB-32", "TopK", NARROW, each, pairs=True) for each in COUNTS if each != ACTIVE),
        *(Arm("CORR", "TopK", NARROW, each, pairs=True) for each in COUNTS if each != 4),
        *(Arm("CORR", "TopK", each) for each in (32, 128)),
        Arm("CORR", "L1", NARROW, settings=prices(*WEIGHTS), pairs=True),
        *(Arm(data, "TopK", WIDE) for data in DATA if data.startswith("STB-32,")),
        *(Arm(data, "L1", WIDE) for data in ("STB-32, skewed", "STB-32, clustered")),
        *(Arm("STB-32", "TopK", WIDE, samples=each) for each in SAMPLES),
    ),
    seeds=(0, 1, 2, 3, 4),
    steps=1200,
)
QUICK = Scale(
    arms=(
        Arm("STB-32", "TopK", WIDE),
        Arm("STB-32", "L1", NARROW, settings=prices(0.1, 0.3, 0.9), pairs=True),
    ),
    seeds=(0, 1),
    steps=800,
)
ARMS: Mapping[str, Arm] = {arm.name: arm for scale in (QUICK, WHOLE) for arm in scale.arms}
"""By the names of their sweeps; what the two forms have in common, as the whole study has it."""

"""What the study `planted-features` trains: dictionaries some of whose directions were planted, or may hardly turn."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float

from tropism.core.experiment import Experiment
from tropism.core.member import Member
from tropism.core.sweep import Setting, Sweep
from tropism.dictionaries import Code, CodeNorm, ReLUCode, TopKCode
from tropism.optimizers import Leash, LeashedAdam
from tropism.studies._fresh_rows import fresh, from_each, of_size, silenced
from tropism.subjects.features.presets import data_set
from tropism.subjects.features.recipes import dictionary
from tropism.subjects.features.truth import truth
from tropism.surgery import plant

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble
    from tropism.core.term import Term

TASK = data_set("STB-32")
CODES: Mapping[str, Code] = MappingProxyType({"L1": ReLUCode(), "TopK": TopKCode(k=3)})
WEIGHT = 0.15
"""Of the price on codes that may be as many as they like."""
NARROW, WIDE = (16, 64), (64, 64)
"""Places for planted directions, and for free ones, in the two networks that arms are trained in."""
Plants = Literal["random", "true", "both", "near"]


@dataclass(frozen=True)
class Arm:
    """What is planted, and how many latents are free besides.

    Attributes:
        plants: Random directions; true ones; of both kinds half, the random ones first; or near true ones.
        count: How many, 0 for none.
        free: Latents that learn all they have.
        cosine: Of each plant with a true direction, for those that are near.
    """

    plants: Plants
    count: int
    free: int
    cosine: float = 0.0

    @property
    def words(self) -> str:
        """What is planted, such as `16 random, 32 free` or `16 near at 0.9, 64 free`."""
        near = f" at {self.cosine:g}" if self.plants == "near" else ""
        return f"{self.count} {self.plants}{near}, {self.free} free" if self.count else f"none, {self.free} free"

    def rows(self, told: Planted) -> Float[np.ndarray, "E R d"]:
        """The directions that are planted, a member."""
        half = self.count // 2
        near = self.cosine * told.true + np.sqrt(1 - self.cosine**2) * told.beside
        rows = {
            "random": told.random[:, : self.count],
            "true": told.true[:, : self.count],
            "both": np.concatenate([told.random[:, :half], told.true[:, : self.count - half]], axis=1),
            "near": near[:, : self.count],
        }
        return rows[self.plants]


@dataclass(frozen=True)
class Planted:
    """Directions that are at hand for each member, `[E, R, d]` each, of length one.

    Attributes:
        random: Of its own luck.
        true: Features of its own truth, by lot.
        beside: At a right angle to each of these.
    """

    random: np.ndarray
    true: np.ndarray
    beside: np.ndarray


MORE = "more seeds"
HARM = (Arm("random", 16, 64), Arm("random", 0, 64))
"""What is compared to see whether plants harm."""
Start = Literal["random", "truth", "half the truth"]
STARTS: tuple[Start, ...] = ("random", "truth", "half the truth")
HELD: Mapping[str, Setting] = MappingProxyType(
    {
        "all": (("optimizer.decoder.cosine", -1.0), ("optimizer.encoder.cosine", -1.0)),
        "decoder within .8": (("optimizer.decoder.cosine", 0.8), ("optimizer.encoder.cosine", -1.0)),
        "decoder held": (("optimizer.decoder.cosine", 1.0), ("optimizer.encoder.cosine", -1.0)),
        "encoder held": (("optimizer.decoder.cosine", -1.0), ("optimizer.encoder.cosine", 1.0)),
    }
)
"""How far decoder and encoder may turn, by what moves."""


@dataclass(frozen=True)
class Scale:
    """How much is trained.

    Attributes:
        seeds: Each has a truth of its own.
        steps: Of training.
        counts: Random directions that are planted.
        frees: Free latents beside them.
        cosines: Of plants with true directions, rising to 1.
        asked_again: Of which kinds more seeds say whether plants harm.
        more_seeds: These.
        held: Whether dictionaries that may hardly turn are trained, too.
        codes: Of which kinds.
        batch_size: Examples a step.
        lr: The rate.
    """

    seeds: tuple[int, ...] = (0, 1, 2, 3, 4)
    steps: int = 2500
    counts: tuple[int, ...] = (16, 64)
    frees: tuple[int, ...] = (0, 16, 32, 48, 64)
    cosines: tuple[float, ...] = (0.5, 0.7, 0.8, 0.9, 0.95)
    asked_again: tuple[str, ...] = ("L1",)
    more_seeds: tuple[int, ...] = tuple(range(20))
    held: bool = True
    codes: tuple[str, ...] = tuple(CODES)
    batch_size: int = 256
    lr: float = 0.002

    def narrow(self) -> tuple[Arm, ...]:
        """The arms with at most 16 plants: random ones, true ones, both, ever nearer ones, and none."""
        few = tuple(Arm("random", count, free) for count in self.counts if count <= NARROW[0] for free in self.frees)
        near = tuple(Arm("near", 16, 64, cosine) for cosine in self.cosines)
        return (*few, Arm("random", 0, 64), Arm("true", 16, 64), Arm("both", 16, 64), *near)

    def wide(self) -> tuple[Arm, ...]:
        """The arms with more."""
        return tuple(Arm("random", count, free) for count in self.counts for free in self.frees if count > NARROW[0])

    def sweeps(self) -> tuple[Sweep, ...]:
        """Fresh networks, then for each code those with plants, few and many, and those that may hardly turn."""
        found = [Sweep("fresh", fresh(sum(WIDE), TASK.width), self.seeds)]
        for name in self.codes:
            found.append(self._with_plants(f"{name}, few plants", name, NARROW, self.narrow()))
            if self.wide():
                found.append(self._with_plants(f"{name}, many plants", name, WIDE, self.wide()))
            if self.held:
                found.append(self._held(f"{name}, held", name))
        if self.asked_again:
            found.append(Sweep(MORE, fresh(sum(NARROW), TASK.width), self.more_seeds))
        return (*found, *(self._with_plants(f"{name}, {MORE}", name, NARROW, HARM, MORE) for name in self.asked_again))

    def _with_plants(
        self, sweep: str, code: str, places: tuple[int, int], arms: Sequence[Arm], begun: str = "fresh"
    ) -> Sweep:
        def made(before: Mapping[str, Ensemble]) -> Experiment:
            starts = [planted(before[begun], arm, places) for arm in arms]
            leashes = (
                Leash(pattern="encoder.weight", beyond=places[0], name="encoder"),
                Leash(pattern="output.weight", columns=True, beyond=places[0], name="decoder"),
            )
            return self._leashed(code, sum(places), starts, leashes)

        return Sweep(sweep, made, (), after=(begun,))

    def _held(self, sweep: str, code: str) -> Sweep:
        def made(before: Mapping[str, Ensemble]) -> Experiment:
            starts = [started(before["fresh"], start) for start in STARTS]
            leashes = (
                Leash(pattern="encoder.weight", cosine=-1.0, name="encoder"),
                Leash(pattern="output.weight", columns=True, cosine=-1.0, name="decoder"),
            )
            return self._leashed(code, 64, starts, leashes)

        return Sweep(sweep, made, (), tuple(HELD.values()), after=("fresh",))

    def _leashed(self, code: str, latents: int, starts: Sequence[Ensemble], leashes: tuple[Leash, ...]) -> Experiment:
        whole = dictionary(
            TASK, latents, CODES[code], terms=terms_of(code), steps=self.steps, batch_size=self.batch_size, lr=self.lr
        )
        own = whole.optimizer
        optimizer = LeashedAdam(lr=own.lr, pace=own.pace, aftermath=own.aftermath, leashes=leashes)
        return from_each(replace(whole, optimizer=optimizer, snapshots=(0,), validate_every=0), starts)


def terms_of(code: str) -> tuple[Term, ...]:
    """What a code is priced by."""
    return (CodeNorm(weight=WEIGHT),) if code == "L1" else ()


def planted(fresh: Ensemble, arm: Arm, places: tuple[int, int]) -> Ensemble:
    """Fresh networks with an arm's plants in the first places; places that it leaves are silent for good."""
    size = sum(places)
    found = of_size(fresh, size)
    if arm.count:
        found = plant(found, "code", dims=tuple(range(arm.count)), rows=arm.rows(directions(fresh)))
    left = (*range(arm.count, places[0]), *range(places[0] + arm.free, size))
    return silenced(found, left)


def places_of(arm: Arm, places: tuple[int, int]) -> tuple[slice, slice]:
    """Where an arm's plants are, and its free latents."""
    return slice(0, arm.count), slice(places[0], places[0] + arm.free)


def started(fresh: Ensemble, start: Start) -> Ensemble:
    """Networks of 64 latents that begin at random, at all true directions, or at 32 of them with no other latents."""
    found = of_size(fresh, 64)
    if start == "random":
        return found
    true = truth(TASK, fresh.members).rows
    if start == "truth":
        return plant(found, "code", dims=tuple(range(64)), rows=true)
    half = plant(found, "code", dims=tuple(range(32)), rows=true[:, :32])
    return silenced(half, range(32, 64))


def directions(fresh: Ensemble) -> Planted:
    """What may be planted in each member, by its own luck and truth."""
    rows = truth(TASK, fresh.members).rows
    told = [_directions(member, true) for member, true in zip(fresh.members, rows, strict=True)]
    random, true, beside = (np.stack(each) for each in zip(*told, strict=True))
    return Planted(random, true, beside)


def _directions(member: Member, true: Float[np.ndarray, "G d"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    luck = np.random.default_rng((member.seed.init, zlib.crc32(b"planted")))
    random, beside = luck.normal(size=(64, true.shape[1])), luck.normal(size=(16, true.shape[1]))
    chosen = true[luck.permutation(len(true))[:16]].astype(float)
    chosen /= np.linalg.norm(chosen, axis=1, keepdims=True)
    beside -= (beside * chosen).sum(axis=1, keepdims=True) * chosen
    lengths = (np.linalg.norm(each, axis=1, keepdims=True) for each in (random, beside))
    return random / next(lengths), chosen, beside / next(lengths)

"""Members: one network among many, known by its luck and its dials."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from tropism.errors import BadValue
from tropism.values import Value, key_of, later

STREAMS = ("init", "data", "world")


@dataclass(frozen=True)
class Seed(Value):
    """A network's luck and nothing else: three streams, equal by default, settable apart.

    Attributes:
        init: Decides the starting parameters.
        data: Decides which examples come, and in which order, and every other draw of training.
        world: Decides what is fixed for the member: an embedding, a true dictionary, a split.
    """

    init: int
    data: int
    world: int

    @classmethod
    def of(cls, number: int, *, init: int | None = None, data: int | None = None, world: int | None = None) -> Seed:
        """The seed with all streams alike, except those that are pinned."""
        streams = {"init": init, "data": data, "world": world}
        return cls(**{name: number if pinned is None else pinned for name, pinned in streams.items()})

    def check(self) -> None:
        for name in STREAMS:
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**31:
                raise BadValue(f"Seed.{name}", number, "a whole number from 0 to 2147483647")

    def __str__(self) -> str:
        if self.init == self.data == self.world:
            return str(self.init)
        return f"{self.init}/{self.data}/{self.world}"


@dataclass(frozen=True)
class Member(Value):
    """One network: its seed, and the dials that are its own (a constant through all of training).

    `origin` is the key of the network that it starts from, where its seed and dials do not say which.
    """

    seed: Seed
    dials: tuple[tuple[str, float], ...] = ()
    origin: str = later("")

    def check(self) -> None:
        names = [name for name, _ in self.dials]
        if len(set(names)) != len(names):
            raise BadValue("Member.dials", names, "each dial at most once")
        for name, number in self.dials:
            if not math.isfinite(number):
                raise BadValue(f"the dial {name!r} of a member", number, "a finite number")

    def key_in(self, experiment_key: str, numerics: int, lineage: tuple[str, ...] = ()) -> str:
        """The member's key: experiment, version of the engine's numerics, seed, dials, and whom it comes from."""
        return key_of((experiment_key, numerics, self.seed, tuple(sorted(self.dials)), lineage))


def members_of(
    seeds: Iterable[int | Seed], dials: Iterable[tuple[tuple[str, float], ...]] = ((),)
) -> tuple[Member, ...]:
    """Settings × seeds, settings outermost; a repeated seed is refused.

    Raises:
        BadValue: No seed at all, a seed twice, or one that is not a whole number.
    """
    if not isinstance(seeds, Iterable):
        raise BadValue("seeds", seeds, "several, such as range(60) or [7]")
    found = [seed if isinstance(seed, Seed) else Seed.of(seed) for seed in seeds]
    if not found:
        raise BadValue("seeds", (), "at least one seed")
    if len(set(found)) != len(found):
        twice = next(seed for seed in found if found.count(seed) > 1)
        raise BadValue("seeds", str(twice), "given once")
    return tuple(Member(seed, tuple(setting)) for setting in dials for seed in found)

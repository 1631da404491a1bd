"""What the study `decompose` looks at: activations of trained networks at a site, or from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from tropism.core.member import Member, Seed
from tropism.subjects.features import Activations, Recorded, Watched
from tropism.subjects.features.tasks.activations import activations_of
from tropism.subjects.features.tasks.sources import SHOWN, held_inputs

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

MOST_SHOWN = 4096
"""Rows, spread evenly, that directions are looked for in by methods that see all rows at once; fewer where wide."""
MOST_NUMBERS = 2**21
MOST_HELD = 2048
"""Held-out rows, spread evenly, that everything is judged by."""
ROWS = 16384
"""Rows that dictionaries are trained on, about."""


class Seen(NamedTuple):
    """One network's activations, standardized: in units of their root mean square about the mean.

    Attributes:
        shown: Some of those that dictionaries are trained on.
        held: Some of those that they are not.
        place: Which of all held-out rows these are.
        center: Where the mean of what is trained on lies; zero is at −center.
    """

    shown: Float[np.ndarray, "N d"]
    held: Float[np.ndarray, "M d"]
    place: Int[np.ndarray, "M"]
    center: Float[np.ndarray, "d"]


@dataclass(frozen=True)
class Look:
    """Activations that are decomposed, and whose they are."""

    source: Watched | Recorded

    @property
    def ensemble(self) -> Ensemble | None:
        """The networks; none where activations come from elsewhere."""
        return self.source.held_networks() if isinstance(self.source, Watched) else None

    @property
    def networks(self) -> int:
        """How many networks are looked at; what comes from elsewhere counts as one."""
        return max(1, len(self.source.worlds()))

    @property
    def width(self) -> int:
        """How many numbers an activation has."""
        found = self.source.width()
        assert found is not None, "the networks are at hand"
        return found

    def task(self) -> Activations:
        """What dictionaries are trained on."""
        return Activations(source=self.source)

    def row(self, network: int) -> int:
        """Which row of the ensemble a network is."""
        return self.source.member if isinstance(self.source, Watched) and self.source.member is not None else network

    def name(self, network: int) -> str:
        """The network's seed; what comes from elsewhere has none."""
        return "" if self.ensemble is None else str(self.ensemble.members[self.row(network)].seed)

    def seeds(self, repeats: int) -> tuple[Seed, ...]:
        """The seeds of so many dictionaries of each network."""
        worlds = self.source.worlds() or (None,)
        return tuple(Seed.of(number, world=world) for world in worlds for number in range(repeats))

    def network(self, member: Member) -> int:
        """Which network a dictionary is of."""
        worlds = self.source.worlds()
        return worlds.index(member.seed.world) if worlds else 0

    def seen(self, network: int) -> Seen:
        """A network's activations."""
        told = activations_of(self.task(), Member(self.seeds(1)[network]))
        place = spread(len(told.held), MOST_HELD)
        rows = spread(len(told.shown), min(MOST_SHOWN, max(MOST_HELD // 4, MOST_NUMBERS // self.width)))
        shown = told.shown[rows].astype(float)
        return Seen(shown, told.held[place].astype(float), place, (told.mean / told.scale).astype(float))

    def shown(self) -> int:
        """How many activations there are to train on; those that are held out come behind them."""
        return len(activations_of(self.task(), Member(self.seeds(1)[0])).shown)

    def repeated(self) -> float:
        """The share of held-out examples that dictionaries were trained on, too; more than zero where a task has few.

        That of the first network; examples that are all zeros do not count. Of activations from elsewhere nobody knows
        which examples they are of.
        """
        if not isinstance(self.source, Watched):
            return 0.0
        from tropism.measures import fresh_examples

        networks = self.source.held_networks().select([self.row(0)])
        shown = {each.tobytes() for each in fresh_examples(networks, 0, self.source.count, purpose=SHOWN)}
        held = held_inputs(self.source, self.row(0))
        return float(np.mean([each.tobytes() in shown for each in held if each.any()]))

    def inputs(self, network: int, seen: Seen) -> tuple[np.ndarray, Int[np.ndarray, "M"]] | None:
        """What the network was asked for each held-out row, and at which position; nothing from elsewhere.

        Where the site has no positions, they are −1.
        """
        if not isinstance(self.source, Watched):
            return None
        asked = held_inputs(self.source, self.row(network))
        sites = self.source.held_networks().network.sites()
        whole = len(activations_of(self.task(), Member(self.seeds(1)[network])).held)
        if not sites[self.source.site].positions:
            return asked[seen.place], np.full(len(seen.place), -1)
        each = whole // len(asked)
        spots = np.arange(each) if self.source.positions is None else np.array(self.source.positions)
        return asked[seen.place // each], spots[seen.place % each]


def spread(count: int, most: int) -> Int[np.ndarray, "n"]:
    """At most so many whole numbers below `count`, spread evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int))

"""What the leaderboard trains: each data set's dictionaries, two for every world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.sweep import Sweep
from tropism.dictionaries import Method
from tropism.errors import DoesNotFit
from tropism.studies._leaderboard_entries import FITTED, PRICED, TRAINED, Ask, Entry
from tropism.subjects.features.presets import data_set

TRUTH = "the truth"
DEFAULT = "STB-32"
"""The data of which there are most worlds."""
AGAIN = 1000
"""Added to a world's number for the luck of its second dictionary, and of the one by which weights are chosen."""


@dataclass(frozen=True)
class Board:
    """Which methods stand on which data, and how much is spent on each.

    Attributes:
        data: Data sets by name, each with how many worlds, each of which has a true dictionary of its own.
        trained: Entries that are experiments.
        fitted: Entries that are methods.
        steps: Of training.
        sampled: Examples that methods are fitted to.
        judged: Fresh examples on which all are judged.
    """

    data: Mapping[str, int]
    trained: Mapping[str, Entry] = field(default_factory=lambda: TRAINED)
    fitted: Mapping[str, Entry] = field(default_factory=lambda: FITTED)
    steps: int = 3000
    sampled: int = 6000
    judged: int = 20_000

    def ask(self, name: str) -> Ask:
        """What entries are told of a data set."""
        task = data_set(name)
        often = sum(float(each.support.frequencies(each.features).sum()) for each in task.populations)
        return Ask(task, task.features, max(1, round(often)), self.steps)

    def sweeps(self) -> tuple[Sweep, ...]:
        """A sweep a data set and entry."""
        return tuple(
            Sweep(f"{data}, {name}", experiment, lucks(self.data[data], apart=name in PRICED), PRICED.get(name, ((),)))
            for data in self.data
            for name, entry in self.trained.items()
            if isinstance(experiment := entry(self.ask(data)), Experiment)
        )

    def methods(self, data: str) -> dict[str, Method]:
        """The methods that are fitted to a data set."""
        answers = {name: entry(self.ask(data)) for name, entry in {**self.trained, **self.fitted}.items()}
        return {name: each for name, each in answers.items() if isinstance(each, Method)}

    def with_entries(self, entries: Mapping[str, Entry]) -> Board:
        """The same board with further entries, whether they are trained or fitted.

        Raises:
            DoesNotFit: A name that the board has already.
        """
        for name in entries:
            if name in {*self.trained, *self.fitted, TRUTH}:
                raise DoesNotFit(f"The leaderboard has an entry called {name!r} already; call yours something else.")
        return Board(self.data, {**self.trained, **entries}, self.fitted, self.steps, self.sampled, self.judged)


def lucks(worlds: int, *, apart: bool) -> tuple[Seed, ...]:
    """Two dictionaries for each world; and, if asked, one in a world of its own, by which weights are chosen."""
    pairs = [seed for world in range(worlds) for seed in (Seed.of(world), Seed.of(AGAIN + world, world=world))]
    return (*pairs, Seed.of(2 * AGAIN)) if apart else tuple(pairs)

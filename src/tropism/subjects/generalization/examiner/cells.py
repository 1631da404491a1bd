"""What a table of pairs and techniques trains: a cell is one technique on one pair, with its attacks."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tropism.core.cohort import gathered
from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.plan import Plan, Stage
from tropism.core.sweep import Sweep
from tropism.errors import DoesNotFit
from tropism.subjects.generalization.examiner.attacks import Attack, attacks_on
from tropism.subjects.generalization.pairs.pair import TaskPair
from tropism.tasks import Mixture, Unlabelled
from tropism.techniques import Sight, Technique
from tropism.values import Value

BASE, FRESH, GOLD = ENDS = ("base", "fresh", "gold")
"""The rows that are no techniques: networks that know X and Y; networks that know nothing; and, where a pair tells how
to make them, networks that know X and cannot have Y."""


@dataclass(frozen=True)
class Row(Value):
    """A technique as a row of the table: what it is called there, and what it is."""

    name: str
    technique: Technique


@dataclass(frozen=True)
class Column:
    """One pair of tasks with the techniques that apply to it, and what is trained for them.

    Attributes:
        pair: X and Y.
        rows: The techniques; those that do not apply are left out.
        attacks: What treated networks are put through.
        seeds: Whose luck.
    """

    pair: TaskPair
    rows: tuple[Row, ...]
    attacks: tuple[Attack, ...]
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        for what, names in (("row", self.names()), ("attack", tuple(attack.name for attack in self.attacks))):
            for name in names:
                if names.count(name) > 1:
                    raise DoesNotFit(f"The column {self.pair.name} has two {what}s named {name!r}.")

    @classmethod
    def of(cls, pair: TaskPair, rows: tuple[Row, ...], seeds: tuple[int, ...], *, quick: bool = False) -> Column:
        """The column of a pair, with the attacks that suit it."""
        applying = tuple(row for row in rows if row.technique.applies(pair.sight(row.technique)))
        return cls(pair, applying, attacks_on(pair, quick=quick), tuple(seeds))

    def names(self) -> tuple[str, ...]:
        """The column's rows, those that are no techniques first."""
        return (*self._ends, *(row.name for row in self.rows))

    def sweeps(self) -> tuple[Sweep, ...]:
        """Everything that is trained: to begin with, treated, attacked."""
        found = [Sweep(self._name(name), made, self.seeds, after=()) for name, made in self._ends.items()]
        for row in self.rows:
            found += self.plan(row).sweeps(self._name(row.name), self.seeds, self._name(BASE))
        treated = tuple(each.name for each in found)
        found += [
            Sweep(
                self._name(f"attack.{attack.name}"),
                _Attacked(self, attack),
                (),
                attack.settings(self.pair),
                (),
                treated,
            )
            for attack in self.attacks
        ]
        return tuple(found)

    def plan(self, row: Row) -> Plan:
        """What a technique does here, its last networks looked at on the way."""
        return self._plans[row.name] if row in self.rows else self._planned(row)

    def outcome(self, name: str, ensembles: Mapping[str, Ensemble]) -> Ensemble:
        """The networks of a row."""
        if name in self._ends:
            return ensembles[self._name(name)]
        return self._plans[name].outcome(self._name(name), ensembles, self._name(BASE))

    def cohort(self, ensembles: Mapping[str, Ensemble]) -> Ensemble:
        """The networks of all rows side by side, rows outermost."""
        return gathered(self.outcome(name, ensembles) for name in self.names())

    def attacked(self, attack: Attack, ensembles: Mapping[str, Ensemble]) -> Ensemble:
        """The networks after an attack: the cohort's, for each of the attack's rates."""
        return ensembles[self._name(f"attack.{attack.name}")]

    @functools.cached_property
    def _ends(self) -> dict[str, Experiment]:
        gold = self.pair.golden()
        return {BASE: self.pair.base(), FRESH: self.pair.fresh()} | ({} if gold is None else {GOLD: gold})

    @functools.cached_property
    def _plans(self) -> dict[str, Plan]:
        return {row.name: self._planned(row) for row in self.rows}

    def _planned(self, row: Row) -> Plan:
        sight = self.pair.sight(row.technique)
        plan = row.technique.plan(sight)
        for stage in plan.stages:
            _only_what_was_shown(stage, sight, f"{row.name} on {self.pair.name}")
        *before, last = plan.stages
        if last.experiment is not None:
            last = replace(last, experiment=self.pair.judged(last.experiment))
        return Plan((*before, last))

    def _name(self, what: str) -> str:
        return f"{self.pair.name}.{what}"


@dataclass(frozen=True)
class _Attacked:
    """An attack on all networks of a column, once they are there."""

    column: Column
    attack: Attack

    def __call__(self, before: Mapping[str, Ensemble]) -> Experiment:
        return self.attack.on(self.column.pair, self.column.cohort(before))


def _only_what_was_shown(stage: Stage, sight: Sight, where: str) -> None:
    """Refuse a stage that trains on anything but the examples that its technique was shown.

    Raises:
        DoesNotFit: It names the part.
    """
    task = None if stage.experiment is None else stage.experiment.task
    if task is None:
        return
    if not isinstance(task, Mixture):
        raise DoesNotFit(f"{where}: the stage {stage.name!r} trains on a {type(task).__name__}, and not on a Mixture.")
    shown = [each for each in (sight.kept, *sight.lessons, sight.inputs, sight.answers) if each is not None]
    for part in task.parts:
        inner = part.task
        while inner not in shown and isinstance(inner, Unlabelled):
            inner = inner.of
        if inner not in shown:
            told = f"the part {part.name!r} of the stage {stage.name!r} trains on what was not shown."
            raise DoesNotFit(f"{where}: {told}")
    for check in task.checks:
        if check.task not in (*shown, sight.held):
            told = f"the check {check.name!r} of the stage {stage.name!r} looks at what was not shown."
            raise DoesNotFit(f"{where}: {told}")

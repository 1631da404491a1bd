"""Plans: experiments in a row, each of which may start from what came before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.experiment import Experiment
from tropism.core.member import Seed
from tropism.core.start import From, Reference
from tropism.core.sweep import Sweep
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import Value

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

GIVEN = "given"
"""What a plan's experiments call the networks that it was given to begin with."""


class Change(Value):
    """What is done to trained networks between two experiments: a cut, noise, an erasure."""

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        """The networks after it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Stage(Value):
    """One experiment of a plan.

    Its start and its references may name another stage, or `given`, in place of an ensemble: `From("given")`.

    Attributes:
        name: What later stages call its networks.
        experiment: What is trained; without one, the networks before are only changed.
        change: What is done to its networks afterwards.
    """

    name: str
    experiment: Experiment | None
    change: Change | None = None

    def check(self) -> None:
        if self.name == GIVEN or not self.name.isidentifier():
            raise BadValue("Stage.name", self.name, f"a name of letters, digits and _, other than {GIVEN}")
        if self.experiment is None and self.change is None:
            raise DoesNotFit(f"The stage {self.name!r} neither trains nor changes anything.")

    def needs(self) -> tuple[str, ...]:
        """The stages, or `given`, that its experiment begins from or looks at."""
        if self.experiment is None:
            return ()
        begun = (self.experiment.start, *self.experiment.references)
        sources = [each.ensemble for each in begun if isinstance(each, (From, Reference))]
        return tuple(dict.fromkeys(name for name in sources if isinstance(name, str)))


@dataclass(frozen=True)
class Plan(Value):
    """Experiments in a row; its outcome is what its last stage leaves."""

    stages: tuple[Stage, ...]

    def check(self) -> None:
        if not self.stages:
            raise BadValue("Plan.stages", self.stages, "at least one Stage")
        known = [GIVEN]
        for stage in self.stages:
            for name in stage.needs():
                if name not in known:
                    raise UnknownName("stage", name, known, f"the stage {stage.name!r} begins from it")
            if stage.name in known:
                raise DoesNotFit(f"A plan has two stages named {stage.name!r}.")
            known.append(stage.name)

    def needs_given(self) -> bool:
        """Whether it begins from networks that it must be given."""
        first = self.stages[0]
        return first.experiment is None or any(GIVEN in stage.needs() for stage in self.stages)

    def sweeps(self, name: str, seeds: tuple[int | Seed, ...], given: str | None = None) -> tuple[Sweep, ...]:
        """What is to be trained, under names that begin with `name`; `given` names the sweep that it begins from.

        Raises:
            DoesNotFit: It must be given networks, and is not.
        """
        if given is None and self.needs_given():
            raise DoesNotFit(f"The plan {name!r} begins from networks that it must be given.")
        found = []
        for place, stage in enumerate(self.stages):
            if stage.experiment is None:
                continue
            needs = tuple(self._sweep_of(each, name, given, place) for each in stage.needs())
            made = stage.experiment if not needs else self._later(place, name, given)
            found.append(Sweep(f"{name}.{stage.name}", made, seeds, after=needs))  # type: ignore[arg-type]
        return tuple(found)

    def outcome(self, name: str, ensembles: Mapping[str, Ensemble], given: str | None = None) -> Ensemble:
        """What the plan leaves, from the trained sweeps."""
        return self._networks(self.stages[-1].name, name, ensembles, given)

    def _later(self, place: int, name: str, given: str | None) -> _Later:
        return _Later(self, place, name, given)

    def _sweep_of(self, stage: str, name: str, given: str | None, before: int) -> str | None:
        """The sweep that trains what a stage's networks come from."""
        if stage == GIVEN:
            return given
        place = next(place for place, each in enumerate(self.stages) if each.name == stage)
        if self.stages[place].experiment is not None:
            return f"{name}.{stage}"
        return self._sweep_of(self.stages[place - 1].name if place else GIVEN, name, given, before)

    def _networks(self, stage: str, name: str, ensembles: Mapping[str, Ensemble], given: str | None) -> Ensemble:
        if stage == GIVEN:
            assert given is not None
            return ensembles[given]
        place = next(place for place, each in enumerate(self.stages) if each.name == stage)
        this = self.stages[place]
        if this.experiment is not None:
            grown = ensembles[f"{name}.{stage}"]
        else:
            grown = self._networks(self.stages[place - 1].name if place else GIVEN, name, ensembles, given)
        return grown if this.change is None else this.change(grown)


@dataclass(frozen=True)
class _Later:
    """An experiment of a plan, once the networks that it begins from are there."""

    plan: Plan
    place: int
    name: str
    given: str | None

    def __call__(self, before: Mapping[str, Ensemble]) -> Experiment:
        experiment = self.plan.stages[self.place].experiment
        assert experiment is not None

        def source(named: Ensemble | str) -> Ensemble | str:
            if not isinstance(named, str):
                return named
            return self.plan._networks(named, self.name, before, self.given)

        start = experiment.start
        if isinstance(start, From):
            start = replace(start, ensemble=source(start.ensemble))
        references = tuple(replace(each, ensemble=source(each.ensemble)) for each in experiment.references)
        return replace(experiment, start=start, references=references)

"""Sweeps: an experiment with seeds and settings of its dials, and studies that ask something of several, or of none."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.experiment import Experiment
from tropism.core.lineage import held
from tropism.core.member import Member, Seed, members_of
from tropism.core.start import From
from tropism.errors import BadValue, DoesNotFit
from tropism.values import key_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Setting = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Sweep:
    """An experiment, seeds and settings: settings × seeds members, the settings of one seed sharing its streams.

    Attributes:
        name: What the study calls the ensemble.
        experiment: What is trained; or a function from the ensembles of the sweeps before it to that, for experiments
            that start from trained networks.
        seeds: Whose luck; where it starts from each of several networks, the seeds of those it takes, or none for all.
        settings: Constants of some dials, by address or alias, one tuple a setting.
        apart: Streams that the settings of one seed do not share (`init`, `data`, `world`): see `set_apart`.
        after: The sweeps that `experiment` looks at, where it is a function; by default all before it. Those that wait
            for the same ones are trained side by side.
    """

    name: str
    experiment: Experiment | Callable[[Mapping[str, Ensemble]], Experiment]
    seeds: tuple[int | Seed, ...]
    settings: tuple[Setting, ...] = ((),)
    apart: tuple[str, ...] = ()
    after: tuple[str, ...] | None = None

    def resolved(self, before: Mapping[str, Ensemble]) -> Experiment:
        """The experiment, given the ensembles that were trained before it."""
        return self.experiment if isinstance(self.experiment, Experiment) else self.experiment(before)

    def members(self, experiment: Experiment) -> tuple[Member, ...]:
        """Its members, settings outermost; dials by their full addresses."""
        members = members_in(experiment, self.seeds, self.settings, f"the sweep {self.name!r}")
        return tuple(set_apart(member, self.apart, self.name) for member in members) if self.apart else members


def set_apart(member: Member, streams: Sequence[str], sweep: str) -> Member:
    """The member with other numbers for some streams, which no other setting of its seed has.

    They follow from the stream, its number, the sweep's name and the member's dials; not from the other settings, nor
    from their order.
    """
    told = {name: (name, getattr(member.seed, name), sweep, member.dials) for name in streams}
    own = {name: int(key_of(words)[:8], 16) >> 1 for name, words in told.items()}
    return replace(member, seed=replace(member.seed, **own))


def members_in(
    experiment: Experiment, seeds: Iterable[int | Seed], settings: Iterable[Setting], where: str = "settings"
) -> tuple[Member, ...]:
    """The members of settings × seeds in an experiment, settings outermost; dials by their full addresses.

    Raises:
        UserError: A dial that is not there, a number beyond its bounds, a setting or a seed that comes twice.
    """
    resolved = [experiment.setting(setting, where) for setting in settings]
    if len(set(resolved)) != len(resolved):
        raise DoesNotFit(f"{where}: one setting comes twice.")
    start = experiment.start
    if isinstance(start, From) and start.each:
        return _members_of_each(held(start), seeds, resolved, where)
    return members_of(seeds, resolved)


def _members_of_each(
    source: Ensemble, seeds: Iterable[int | Seed], resolved: Sequence[Setting], where: str
) -> tuple[Member, ...]:
    """A member for each network that there is to start from, of those seeds; of all of them, if none are given."""
    wanted = {seed if isinstance(seed, Seed) else Seed.of(seed) for seed in seeds}
    pairs = zip(source.members, source.member_keys, strict=True)
    begun = [(member.seed, key) for member, key in pairs if not wanted or member.seed in wanted]
    if not begun:
        raise DoesNotFit(f"{where}: none of the {len(source)} networks that it starts from has one of these seeds.")
    return tuple(Member(seed, setting, key) for setting in resolved for seed, key in begun)


def grid(**axes: Iterable[float]) -> tuple[Setting, ...]:
    """Every combination of some dials' numbers; `__` in a keyword stands for the dot of an address."""
    return grid_of({name.replace("__", "."): tuple(numbers) for name, numbers in axes.items()})


def grid_of(axes: Mapping[str, Sequence[float]]) -> tuple[Setting, ...]:
    """Every combination of some dials' numbers, the last axis fastest."""
    for name, numbers in axes.items():
        if not numbers:
            raise BadValue(f"the grid's axis {name!r}", numbers, "at least one number")
    names = list(axes)
    return tuple(tuple(zip(names, point, strict=True)) for point in itertools.product(*axes.values()))


@dataclass(frozen=True)
class Drawn:
    """What a study measures of its own draws, where it trains nothing: a `measure` that has seeds.

    Other seeds, and pinned streams, are asked for as of a sweep.

    Attributes:
        seeds: Whose luck; each is a member of the tables.
        tables: From the seeds to tables by name.
    """

    seeds: tuple[int | Seed, ...]
    tables: Callable[[tuple[Seed, ...]], Mapping[str, polars.DataFrame]]

    def __post_init__(self) -> None:
        self.each()

    def __call__(self, ensembles: Mapping[str, Ensemble]) -> Mapping[str, polars.DataFrame]:
        """The tables of its seeds; ensembles, if there are any, are not looked at."""
        return self.tables(self.each())

    def each(self) -> tuple[Seed, ...]:
        """Its seeds, each with its three streams.

        Raises:
            BadValue: No seed at all, a seed twice, or one that is not a whole number.
        """
        return tuple(member.seed for member in members_of(self.seeds))


@dataclass(frozen=True)
class Section:
    """A part of a study's report; figures and tables whose names begin with its name and a hyphen stand there.

    Attributes:
        name: What their names begin with; of two sections that fit, the longer name has them.
        title: Its heading.
        text: What the reader should know first; a blank line begins a paragraph.
    """

    name: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Grid:
    """A figure that a page shows as a table of colored cells, to be read on a phone and followed to other figures.

    Title and caption are the figure's own; where there is no page, the figure stands.

    Attributes:
        figure: In whose place it stands.
        table: The table that has a row a cell.
        down: Its column that names rows.
        across: Its column that names columns.
        tone: Its column that colors tell: words, or numbers.
        tones: The words in the order of colors, seven at most; without any, colors go from cool at 0 to warm at 1.
        turned: Whether numbers go from warm at 0 to cool at 1 instead.
        written: Columns that are written in a cell, each after a word of its own.
        leads: A column with the name of the figure that a cell leads to, if any does.
        first: Rows that stand on top, set apart.
    """

    figure: str
    table: str
    down: str
    across: str
    tone: str
    tones: tuple[str, ...] = ()
    turned: bool = False
    written: tuple[tuple[str, str], ...] = ()
    leads: str = ""
    first: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.tones) > MOST_TONES:
            raise BadValue("Grid.tones", self.tones, f"at most {MOST_TONES} words: there are no more colors")

    def columns(self) -> tuple[str, ...]:
        """The columns that it needs."""
        return (self.down, self.across, self.tone, *(name for _, name in self.written), *filter(None, (self.leads,)))


MOST_TONES = 7
"""As many colors as a page has for words, and for numbers."""


@dataclass(frozen=True)
class Study:
    """A question, a source, what is trained, what is measured and drawn, and claims that can fail.

    Attributes:
        name: Its folder's name, such as `isolated`.
        title: What a reader sees.
        question: What is asked, in a sentence or two.
        source: Where the question or its numbers come from.
        sweeps: What is trained, in order; nothing, where `measure` draws what it needs itself (see `Drawn`).
        measure: From the trained ensembles, by sweep, to tables by name.
        draw: From tables to figures (`tropism.figures.Figure`).
        claims: Written before the look.
        lede: What the reader should know before the claims.
        columns: What tables' columns mean, by `table.column` or `column`.
        sections: Parts of the report, in order; what belongs to none stands before them.
        grids: Figures that the page shows as tables of colored cells.
        any_sweeps: Whether `measure` and `draw` take whatever sweeps there are, so that a grid over fields may make
            several of one.
    """

    name: str
    title: str
    question: str
    source: str
    sweeps: tuple[Sweep, ...]
    measure: Callable[[Mapping[str, Ensemble]], Mapping[str, polars.DataFrame]]
    draw: Callable[[Mapping[str, polars.DataFrame]], Sequence[Any]]
    claims: tuple[Claim, ...]
    lede: str = ""
    columns: Mapping[str, str] | None = None
    sections: tuple[Section, ...] = ()
    grids: tuple[Grid, ...] = ()
    any_sweeps: bool = False

    def __post_init__(self) -> None:
        names = [sweep.name for sweep in self.sweeps]
        if len(set(names)) != len(names):
            raise DoesNotFit(f"The study {self.name!r} has two sweeps of one name: {', '.join(names)}.")
        for place, sweep in enumerate(self.sweeps):
            for name in sweep.after or ():
                if name not in names[:place]:
                    raise DoesNotFit(f"The sweep {sweep.name!r} comes after {name!r}, which does not stand before it.")
        parts = [section.name for section in self.sections]
        if len(set(parts)) != len(parts):
            raise DoesNotFit(f"The study {self.name!r} has two sections of one name: {', '.join(parts)}.")
        if not self.claims:
            raise DoesNotFit(f"The study {self.name!r} makes no claim, so nothing in it could fail.")

    def _repr_html_(self) -> str:
        """What a notebook shows: the question, what is trained, and what is claimed."""
        claims = "".join(f"<li>{escape(claim.text)}</li>" for claim in self.claims)
        counted = ((each.name, len(each.seeds) * len(each.settings)) for each in self.sweeps)
        sweeps = "".join(f"<li>{escape(name)}: {count} networks</li>" for name, count in counted)
        return f"<p><b>{escape(self.title)}</b></p><p>{escape(self.question)}</p><ul>{sweeps}</ul><ol>{claims}</ol>"

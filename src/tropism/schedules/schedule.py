"""A schedule: the keyframes of all dials, asked once for the table of their values at every step."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tropism.errors import BadValue, ScheduleError, UnknownName
from tropism.schedules.keyframes import LAST_STEP, Action, Key, Phase, Track, whole_number
from tropism.schedules.reading import read_text
from tropism.schedules.sheet import Sheet, parse_header, read_sheet
from tropism.schedules.writing import as_csv, as_html, as_markdown, grid
from tropism.values import Value

Keys = Mapping[int, float] | float


@dataclass(frozen=True, eq=False)
class Schedule(Value):
    """What every dial is at every step.

    `length` counts the steps: the last is `length - 1`, and a key there is reached. A dial has its first key's value
    before that key, and holds its last key's value after it. Two schedules are equal, and have the same `key()`, when
    they have the same length, keys, spaces, easings, phases and actions; the order of the tracks is for the eye alone,
    and a sheet's relative rows count as the steps they lead to.
    """

    tracks: tuple[Track, ...]
    length: int
    phases: tuple[Phase, ...] = ()
    actions: tuple[Action, ...] = ()

    def check(self) -> None:
        """Refuse two tracks of one name, two phases or equal actions at one step, and what lies beyond the end."""
        for field, kind in (("tracks", Track), ("phases", Phase), ("actions", Action)):
            _refuse_others(f"Schedule.{field}", getattr(self, field), kind)
        for field, marks in (("phases", self.phases), ("actions", self.actions)):
            object.__setattr__(self, field, tuple(sorted(marks, key=lambda mark: mark.step)))
        length = whole_number(self.length, "Schedule.length", least=1, most=LAST_STEP + 1)
        object.__setattr__(self, "length", length)
        _refuse_twins([track.name for track in self.tracks], "two tracks are called {!r}.")
        _refuse_twins([phase.step for phase in self.phases], "two phases begin at step {}.", "PHASE")
        acts = [(action.step, action.name) for action in self.actions]
        _refuse_twins(acts, "the action {0[1]!r} stands twice at step {0[0]}.", "ACTION")
        last = max(_said(self.tracks, self.phases, self.actions), default=0)
        if last >= length:
            raise BadValue("Schedule.length", length, f"at least {last + 1}, so that step {last} is reached")

    @classmethod
    def read(cls, path: str | Path, aliases: Mapping[str, str] | None = None) -> Schedule:
        """The schedule that a CSV file holds; `aliases` turns columns into dial addresses (`{"lr": "optimizer.lr"}`).

        Raises:
            ScheduleError: A file that cannot be read as UTF-8, or a header, row or cell that is not understood.
            UnknownName: An alias for a column that is not there.
        """
        return cls.parse(read_text(Path(path)), str(path), aliases)

    @classmethod
    def parse(cls, text: str, source: str = "schedule", aliases: Mapping[str, str] | None = None) -> Schedule:
        """The schedule that a dope sheet's text holds; see `tropism.schedules.sheet` for the grammar."""
        return cls(*read_sheet(text, source=source, aliases=aliases))

    @classmethod
    def of(
        cls,
        dials: Mapping[str, Keys],
        length: int | None = None,
        *,
        phases: Mapping[int, str] | None = None,
        actions: Mapping[int, str] | None = None,
    ) -> Schedule:
        """A schedule written in Python; a dial's name is a header, so `"optimizer.lr:log"` is one in log space.

        A dial is a number that stays, or a number for each step of a keyframe: `{"lr": {0: 1e-8, 10: 0.01}}`. Without a
        length the last step that is mentioned is the last. Several actions at one step are separated by commas.
        """
        tracks = tuple(_track(header, keys) for header, keys in dials.items())
        named = tuple(Phase(step, name) for step, name in (phases or {}).items())
        acts = tuple(Action(at, name.strip()) for at, names in (actions or {}).items() for name in names.split(","))
        if length is None:
            if not named and not acts and not any(isinstance(keys, Mapping) for keys in dials.values()):
                raise ScheduleError("nothing says how long it is; give a length.")
            length = max(_said(tracks, named, acts)) + 1
        return cls(tracks, length, named, acts)

    @classmethod
    def constant(cls, length: int, dials: Mapping[str, float]) -> Schedule:
        """A schedule of `length` steps in which nothing moves."""
        return cls.of(dials, length)

    @property
    def names(self) -> tuple[str, ...]:
        """The dials' names, in the order of the tracks."""
        return tuple(track.name for track in self.tracks)

    def table(self, names: Sequence[str] | None = None) -> np.ndarray:
        """The dials' values at every step, [T, H] in double precision, in the order asked for.

        Raises:
            UnknownName: A dial that has no track.
        """
        steps = np.arange(self.length, dtype=np.float64)
        chosen = [self._track(name) for name in (self.names if names is None else names)]
        columns = [track.values(steps) for track in chosen]
        return np.stack(columns, axis=1) if columns else np.empty((self.length, 0))

    def at(self, name: str, step: int) -> float:
        """A dial's value at a step, as in the table."""
        return float(self._track(name).values(np.array([self._inside(step)], dtype=np.float64))[0])

    def phase_at(self, step: int) -> str:
        """The name of the phase that a step belongs to; empty before the first."""
        step = self._inside(step)
        return next((phase.name for phase in reversed(self.phases) if phase.step <= step), "")

    def renamed(self, aliases: Mapping[str, str]) -> Schedule:
        """The same schedule with dials called otherwise.

        Raises:
            UnknownName: An alias for a dial that has no track.
        """
        for name in aliases:
            self._track(name)
        tracks = (dataclasses.replace(track, name=aliases.get(track.name, track.name)) for track in self.tracks)
        return dataclasses.replace(self, tracks=tuple(tracks))

    def with_tracks(self, *tracks: Track) -> Schedule:
        """The same schedule with these tracks added, or put in the place of those with their names."""
        _refuse_twins([track.name for track in tracks], "two tracks are called {!r}.")
        given = {track.name: track for track in tracks}
        kept = [given.pop(track.name, track) for track in self.tracks]
        return dataclasses.replace(self, tracks=(*kept, *given.values()))

    def write(self, path: str | Path | None = None) -> str:
        """The schedule as a dope sheet with absolute steps, which reads back equal; also into a file, if given."""
        text = as_csv(grid(self._sheet()))
        if path is not None:
            Path(path).write_text(text, encoding="utf-8", newline="\n")
        return text

    def markdown(self) -> str:
        """The keyframes as a Markdown table."""
        return as_markdown(grid(self._sheet()))

    def described_as(self) -> Schedule:
        """The schedule whose description and key this one has: its tracks in the order of their names."""
        return dataclasses.replace(self, tracks=tuple(sorted(self.tracks, key=lambda track: track.name)))

    def __eq__(self, other: object) -> bool:
        return self._canonical() == other._canonical() if isinstance(other, Schedule) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._canonical())

    def _repr_html_(self) -> str:
        return as_html(grid(self._sheet()))

    def _canonical(self) -> tuple[frozenset[Track], int, tuple[Phase, ...], tuple[Action, ...]]:
        return frozenset(self.tracks), self.length, self.phases, self.actions

    def _sheet(self) -> Sheet:
        return Sheet(self.tracks, self.length, self.phases, self.actions)

    def _track(self, name: str) -> Track:
        for track in self.tracks:
            if track.name == name:
                return track
        raise UnknownName("dial", name, self.names, "Schedule")

    def _inside(self, step: int) -> int:
        return whole_number(step, "step", most=self.length - 1)


def _track(header: str, keys: Keys) -> Track:
    column = parse_header(header)
    points = keys if isinstance(keys, Mapping) else {0: keys}
    ordered = sorted((Key(step, value) for step, value in points.items()), key=lambda key: key.step)
    return Track(column.name, tuple(ordered), column.space, column.easing)


def _said(tracks: Sequence[Track], phases: Sequence[Phase], actions: Sequence[Action]) -> list[int]:
    return [track.keys[-1].step for track in tracks] + [mark.step for mark in (*phases, *actions)]


def _refuse_others(where: str, items: object, wanted: type) -> None:
    if not isinstance(items, tuple) or not all(isinstance(item, wanted) for item in items):
        raise BadValue(where, items, f"a tuple of {wanted.__name__} values")


def _refuse_twins(items: Sequence[object], problem: str, column: str = "") -> None:
    seen: set[object] = set()
    for item in items:
        if item in seen:
            raise ScheduleError(problem.format(item), column=column)
        seen.add(item)

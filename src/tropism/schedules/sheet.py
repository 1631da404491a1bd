"""A dope sheet's text, read strictly: every cell is understood or refused.

The grammar, with one row a keyframe and one column a dial:

    STEP,PHASE,ACTION,optimizer.lr:log,anchor.weight,separate.weight::step
    0,Train,,1e-8,0,.01
    +10,,,.01,,
    +0.5,,snapshot,,.15,.001
    1500,,,.05,,

PHASE and ACTION may be absent; an ACTION cell holds names separated by commas. A header is `name`, `name:space` or
`name:space:easing`. An empty cell is no key. Rows without any text are skipped, and counted.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from tropism.errors import ScheduleError, UnknownName, suggestion
from tropism.schedules.easing import EASINGS, Easing
from tropism.schedules.keyframes import RESERVED, SPACES, Action, Key, Phase, Space, Track, name_problem
from tropism.schedules.steps import Cell, resolve_steps

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.IGNORECASE)


class Sheet(NamedTuple):
    """What a dope sheet said, its steps resolved."""

    tracks: tuple[Track, ...]
    length: int
    phases: tuple[Phase, ...]
    actions: tuple[Action, ...]


class Column(NamedTuple):
    """What a header says."""

    header: str
    name: str
    space: Space
    easing: Easing


def read_sheet(text: str, *, source: str, aliases: Mapping[str, str] | None = None) -> Sheet:
    """What the text of a dope sheet says; `aliases` gives columns other names.

    Raises:
        ScheduleError: A header, row or cell that is not understood; it is named.
        UnknownName: An alias for a column that is not there.
    """
    headers, rows = _records(text, source)
    columns = [_column(header, source) for header in headers]
    columns = _aliased(columns, dict(aliases or {}), source)
    steps = resolve_steps([Cell(row, cells[headers.index("STEP")]) for row, cells in rows], source=source)
    phases: list[Phase] = []
    actions: list[Action] = []
    tracks: list[Track] = []
    for place, column in enumerate(columns):
        filled = [(step, Cell(row, cells[place])) for step, (row, cells) in zip(steps, rows, strict=True)]
        filled = [(step, cell) for step, cell in filled if cell.text]
        if column.name == "PHASE":
            phases = [Phase(step, _name(cell, column, source)) for step, cell in filled]
        elif column.name == "ACTION":
            actions = [action for step, cell in filled for action in _actions(step, cell, source)]
        elif column.name != "STEP":
            tracks.append(_track(column, filled, source))
    return Sheet(tuple(tracks), steps[-1] + 1, tuple(phases), tuple(actions))


def parse_header(header: str, *, source: str = "schedule", row: int | None = None) -> Column:
    """What `name`, `name:space`, `name::easing` or `name:space:easing` says; `step-end` is another spelling of `step`.

    Raises:
        ScheduleError: A header with an unknown space or easing, more than two colons, or a name that cannot be.
    """
    name, *rest = (part.strip() for part in header.split(":"))
    if len(rest) > 2:
        raise ScheduleError(
            "a header is name:space:easing, with two colons at most.", source=source, row=row, column=header
        )
    problem = name_problem(name)
    if problem:
        raise ScheduleError(
            f"a dial's name must be {problem}; {name!r} was given.", source=source, row=row, column=header
        )
    space, easing = (*rest, "", "")[:2]
    for kind, given, known in (("space", space, SPACES), ("easing", easing, (*EASINGS, "step-end"))):
        if given and given not in known:
            problem = f"there is no {kind} {given!r}.{suggestion(given, known)}"
            raise ScheduleError(problem, source=source, row=row, column=header)
    easing = "step" if easing == "step-end" else easing
    return Column(header, name, cast(Space, space or "linear"), cast(Easing, easing or "minjerk"))


def _records(text: str, source: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The headers, and each row that has any text with its number, as wide as the headers."""
    numbered: list[tuple[int, list[str]]] = []
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            numbered.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        problem = f"the row cannot be split into cells ({error})."
        raise ScheduleError(problem, source=source, row=len(numbered) + 1) from error
    if not numbered or not any(numbered[0][1]):
        raise ScheduleError("the sheet is empty; it must begin with a row of headers.", source=source)
    headers = numbered[0][1]
    if "STEP" not in headers:
        _refuse_without_steps(headers, source)
    rows = [(number, cells) for number, cells in numbered[1:] if any(cells)]
    if not rows:
        raise ScheduleError("the sheet has headers and no rows; it must have one row at least.", source=source)
    for number, cells in rows:
        if len(cells) > len(headers):
            problem = f"the row has {len(cells)} cells, and there are {len(headers)} headers."
            raise ScheduleError(problem, source=source, row=number)
    return headers, [(number, cells + [""] * (len(headers) - len(cells))) for number, cells in rows]


def _refuse_without_steps(headers: Sequence[str], source: str) -> None:
    alike = next((header for header in headers if header.upper() == "STEP"), None)
    hint = f"; {alike!r} must be written in capitals" if alike else ""
    if len(headers) == 1 and re.search(r"[;\t]", headers[0]):
        hint = "; cells are separated by commas"
    raise ScheduleError(f"there is no STEP column{hint}.", source=source, row=1)


def _column(header: str, source: str) -> Column:
    if header in RESERVED:
        return Column(header, header, "linear", "minjerk")
    if not header:
        raise ScheduleError("a column has no header; name it or delete it.", source=source, row=1)
    return parse_header(header, source=source, row=1)


def _aliased(columns: Sequence[Column], aliases: Mapping[str, str], source: str) -> list[Column]:
    dials = [column.name for column in columns if column.name not in RESERVED]
    for given in aliases:
        if given not in dials:
            raise UnknownName("column", given, dials, f"{source}, aliases")
    renamed: list[Column] = []
    for column in columns:
        name = aliases.get(column.name, column.name)
        if name != column.name and name_problem(name):
            problem = f"an alias must be {name_problem(name)}; {name!r} was given."
            raise ScheduleError(problem, source=source, row=1, column=column.header)
        if any(name == other.name for other in renamed):
            raise ScheduleError(f"there are two columns called {name!r}.", source=source, row=1, column=column.header)
        renamed.append(column._replace(name=name))
    return renamed


def _track(column: Column, filled: Sequence[tuple[int, Cell]], source: str) -> Track:
    if not filled:
        problem = "the column has no key; give it one value at least, or delete it."
        raise ScheduleError(problem, source=source, column=column.header)
    keys = tuple(Key(step, _number(cell, column, source)) for step, cell in filled)
    return Track(column.name, keys, column.space, column.easing)


def _number(cell: Cell, column: Column, source: str) -> float:
    if _NUMBER.fullmatch(cell.text):
        number = float(cell.text)
    elif _NOT_FINITE.fullmatch(cell.text):
        number = math.nan
    else:
        problem = f"{cell.text!r} is not a number."
        raise ScheduleError(problem, source=source, row=cell.row, column=column.header)
    if not math.isfinite(number):
        problem = f"{cell.text} is not finite; it must be a finite number."
        raise ScheduleError(problem, source=source, row=cell.row, column=column.header)
    if column.space == "log" and number <= 0:
        problem = f"{cell.text} has no logarithm; in log space it must be greater than 0."
        raise ScheduleError(problem, source=source, row=cell.row, column=column.header)
    return number


def _actions(step: int, cell: Cell, source: str) -> list[Action]:
    names = [name.strip() for name in cell.text.split(",")]
    column = Column("ACTION", "ACTION", "linear", "minjerk")
    if len(set(names)) < len(names):
        raise ScheduleError("an action stands twice in one cell.", source=source, row=cell.row, column="ACTION")
    return [Action(step, _name(Cell(cell.row, name), column, source)) for name in names]


def _name(cell: Cell, column: Column, source: str) -> str:
    if not cell.text or not cell.text.isprintable():
        problem = f"{cell.text!r} is not a name; it must be printable text."
        raise ScheduleError(problem, source=source, row=cell.row, column=column.header)
    return cell.text

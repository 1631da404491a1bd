"""The STEP column of a dope sheet: absolute, offset and fractional rows, resolved to absolute steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from tropism.errors import ScheduleError
from tropism.schedules.keyframes import LAST_STEP

_ABSOLUTE = re.compile(r"[0-9]+")
_OFFSET = re.compile(r"[+-][0-9]+")
_FRACTION = re.compile(r"[+-][0-9]*\.[0-9]+")
_FORMS = "a whole number (3000), an offset (+10 or -10) or a fraction of the way (+0.25 or -0.25)"


class Cell(NamedTuple):
    """A cell's text and its row as a spreadsheet counts, the header being 1."""

    row: int
    text: str


def resolve_steps(cells: Sequence[Cell], *, source: str) -> list[int]:
    """The absolute step of each row, strictly rising.

    `+10` is ten steps after the absolute row before it, `-10` ten before the absolute row after it. `+0.25` is a
    quarter of the way from the one to the other, `-0.25` a quarter of the way back from the latter. A fraction is
    rounded to the nearest step, a tie to the even one, in exact arithmetic.

    Raises:
        ScheduleError: A cell that is no step, has no absolute row to lean on, or does not come after the row above it.
    """
    anchors = [_absolute(cell, source) for cell in cells]
    steps = [_resolve(cell, *_neighbors(anchors, place), source) for place, cell in enumerate(cells)]
    for place in range(1, len(steps)):
        above, here = steps[place - 1], steps[place]
        if here <= above:
            other = cells[place - 1].row
            problem = f"step {here} is already in row {other}" if here == above else f"step {here} is after {above}"
            raise _refusal(cells[place], f"{problem}; steps must rise from row to row.", source)
    return steps


def _absolute(cell: Cell, source: str) -> int | None:
    text = cell.text
    if _OFFSET.fullmatch(text) or _FRACTION.fullmatch(text):
        return None
    if not text:
        raise _refusal(cell, f"the row has no step; write {_FORMS}.", source)
    if not _ABSOLUTE.fullmatch(text):
        raise _refusal(cell, f"{text!r} is not a step; write {_FORMS}.", source)
    return _bounded(text, cell, source)


def _neighbors(anchors: Sequence[int | None], place: int) -> tuple[int | None, int | None]:
    before = next((step for step in reversed(anchors[: place + 1]) if step is not None), None)
    after = next((step for step in anchors[place:] if step is not None), None)
    return before, after


def _resolve(cell: Cell, before: int | None, after: int | None, source: str) -> int:
    sign, amount = cell.text[0], cell.text[1:]
    if sign not in "+-":
        return _bounded(cell.text, cell, source)
    fractional = "." in amount
    if before is None and (fractional or sign == "+"):
        raise _refusal(cell, f"{cell.text!r} needs an absolute row before it.", source)
    if after is None and (fractional or sign == "-"):
        raise _refusal(cell, f"{cell.text!r} needs an absolute row after it.", source)
    start = before if sign == "+" else after
    assert start is not None
    way = _share(cell, source) * (_given(after) - _given(before)) if fractional else _offset(cell, source)
    step = round(start + way) if sign == "+" else round(start - way)
    if not 0 <= step <= LAST_STEP:
        raise _refusal(cell, f"{cell.text!r} leads to step {step}; steps go from 0 to {LAST_STEP}.", source)
    return step


def _share(cell: Cell, source: str) -> Fraction:
    share = Fraction("0" + cell.text[1:])
    if not 0 < share < 1:
        raise _refusal(cell, f"the fraction {cell.text!r} must lie between 0 and 1, both excluded.", source)
    return share


def _offset(cell: Cell, source: str) -> int:
    steps = _bounded(cell.text[1:], cell, source)
    if steps == 0:
        raise _refusal(cell, f"the offset {cell.text!r} must be at least one step.", source)
    return steps


def _bounded(digits: str, cell: Cell, source: str) -> int:
    if len(digits.lstrip("0")) > len(str(LAST_STEP)) or int(digits) > LAST_STEP:
        raise _refusal(cell, f"{cell.text!r} is too far; the last step there can be is {LAST_STEP}.", source)
    return int(digits)


def _given(step: int | None) -> int:
    assert step is not None
    return step


def _refusal(cell: Cell, problem: str, source: str) -> ScheduleError:
    return ScheduleError(problem, source=source, row=cell.row, column="STEP")

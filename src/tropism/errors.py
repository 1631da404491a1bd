"""Every error of the house.

TropismError
├── UserError                 what was asked for cannot be done; exit code 2
│   ├── BadValue              a field holds something it cannot
│   ├── UnknownName           a site, dial, label, study … that is not there, with a guess at the typo
│   ├── DoesNotFit            parts of an experiment that are each right, and wrong together
│   ├── ScheduleError         a dope sheet's cell, row or header
│   └── StoreError            a store that cannot be used as asked
│       ├── Missing           nothing stored under that name
│       ├── Damaged           a file is not what its checksum says
│       ├── Locked            another process is writing there
│       └── NoRoom            the disk is full, or would be
└── RunError                  something went wrong while running; exit code 1
    └── Interrupted           Ctrl-C; everything finished so far is kept; exit code 130
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class TropismError(Exception):
    """Something that Tropism can explain in one sentence."""

    exit_code = 1

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args, self.__dict__)


class UserError(TropismError):
    """What was asked for cannot be done; the message says what would do."""

    exit_code = 2


class BadValue(UserError):
    """A field holds something it cannot.

    Args:
        where: The field's address, for example `Autoencoder.hidden`.
        given: What stood there.
        wanted: What would do, in words.
    """

    def __init__(self, where: str, given: object, wanted: str) -> None:
        self.where, self.given, self.wanted = where, given, wanted
        super().__init__(f"{where} is {given!r}; it must be {wanted}.")


class UnknownName(UserError):
    """A name that is not there.

    Args:
        kind: What was looked for, for example `site`.
        given: The name that was asked for.
        known: The names that would do.
        where: Who asked, for example `terms[0] (Separate)`; may be empty.
    """

    def __init__(self, kind: str, given: str, known: Iterable[str], where: str = "") -> None:
        names = sorted(known)
        self.kind, self.given, self.known, self.where = kind, given, tuple(names), where
        prefix = f"{where}: " if where else ""
        super().__init__(f"{prefix}there is no {kind} {given!r}.{suggestion(given, names)}")


class DoesNotFit(UserError):
    """Parts of an experiment that are each right, and wrong together."""


class ScheduleError(UserError):
    """A dope sheet's cell, row or header that cannot be read.

    Args:
        problem: What is wrong, and what would do.
        source: The file's name, or `schedule` for one written in Python.
        row: The row's number as a spreadsheet counts, the header being 1.
        column: The column's header.
    """

    def __init__(self, problem: str, *, source: str = "schedule", row: int | None = None, column: str = "") -> None:
        self.source, self.row, self.column = source, row, column
        place = source
        if row is not None:
            place += f", row {row}"
        if column:
            place += f", column {column!r}"
        super().__init__(f"{place}: {problem}")


class StoreError(UserError):
    """A store that cannot be used as asked."""


class Missing(StoreError):
    """Nothing is stored under that name."""


class Damaged(StoreError):
    """A file is not what its checksum says."""


class Locked(StoreError):
    """Another process is writing there."""


class NoRoom(StoreError):
    """The disk is full, or would be."""


class RunError(TropismError):
    """Something went wrong while running."""


class Interrupted(RunError):
    """Stopped by the user; everything finished so far is kept."""

    exit_code = 130


def suggestion(given: str, known: Iterable[str]) -> str:
    """A clause that guesses at the typo and lists what would do; begins with a space."""
    names = list(known)
    if not names:
        return " There is none to choose from."
    folded = {name.casefold(): name for name in reversed(names)}
    near = difflib.get_close_matches(given.casefold(), list(folded)[::-1], n=1, cutoff=0.5)
    guess = f" Did you mean {folded[near[0]]!r}?" if near else ""
    shown = ", ".join(names[:12]) + (f", … ({len(names)} in all)" if len(names) > 12 else "")
    return f"{guess} Known: {shown}."


def _restored(kind: type[TropismError], words: tuple[object, ...], about: dict[str, object]) -> TropismError:
    """An error that came from another process: as it was said there, not made again from its parts."""
    error = kind.__new__(kind, *words)
    error.args = words
    error.__dict__.update(about)
    return error

"""How the command line prints claims and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars
    from rich.console import Console

    from tropism.core.claim import Verdict

_STYLES = {"holds": "green", "fails": "red", "undecided": "yellow"}


def print_claims(title: str, verdicts: Sequence[Verdict]) -> None:
    """Claims with their verdicts, one a row."""
    from rich.text import Text

    from tropism.report.wording import estimate, interval, published, tally

    rows = [
        (
            Text(verdict.verdict, style=_STYLES[verdict.verdict]),
            verdict.claim.text,
            estimate(verdict),
            interval(verdict),
            f"n = {verdict.n}" + (f", {verdict.failed} failed" if verdict.failed else ""),
            published(verdict.claim),
        )
        for verdict in verdicts
    ]
    print_table(f"{title}: {tally(verdicts)}", ("", "claim", "found", "95 %", "", "published"), rows)


def print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table that fits the terminal; wide enough for a file where there is none."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    table = Table(*map(escape, heads), title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(item if isinstance(item, Text) else Text(str(item)) for item in row))
    _console().print(table)


def duration(seconds: float) -> str:
    """A time as one says it: `12 s`, `7 min`, `3.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def print_frame(title: str, frame: polars.DataFrame) -> None:
    """A polars table, whole: where it is wider than the terminal, a block of columns after another.

    Each block begins with the columns that name the rows: the first ones, up to two, that hold words.
    """
    from tropism.report.wording import column_texts

    texts = {name: column_texts(frame[name]) for name in frame.columns}
    words = frame.select(frame.columns[:MOST_NAMING]).schema
    naming = list(takewhile(lambda name: not words[name].is_numeric(), words))
    for block in _blocks({name: _width(name, column) for name, column in texts.items()}, naming, _console().width):
        print_table(title, block, list(zip(*(texts[name] for name in block), strict=True)))


MOST_NAMING = 2
"""Columns at most that are repeated before each block of a wide table."""
WIDEST = 40
"""Characters beyond which a column's words may be broken into lines."""


def _blocks(widths: Mapping[str, int], naming: Sequence[str], room: int) -> list[list[str]]:
    """The columns in as few blocks as fit, in order, each after the naming ones."""
    first = sum(widths[name] for name in naming)
    blocks, used = [list(naming)], first
    for name in widths:
        if name in naming:
            continue
        if used + widths[name] > room and len(blocks[-1]) > len(naming):
            blocks.append(list(naming))
            used = first
        blocks[-1].append(name)
        used += widths[name]
    return blocks


def _width(name: str, column: Sequence[str]) -> int:
    """Characters that a column takes, with the space beside it."""
    return min(max(map(len, (name, *column))), WIDEST) + 3


def _console() -> Console:
    """The terminal; wide enough for a file where there is none."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=140)

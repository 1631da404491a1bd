"""How the command line prints claims and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

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
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console = Console(width=140)
    table = Table(*map(escape, heads), title=Text(title), title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for row in rows:
        table.add_row(*(item if isinstance(item, Text) else Text(str(item)) for item in row))
    console.print(table)


def duration(seconds: float) -> str:
    """A time as one says it: `12 s`, `7 min`, `3.5 h`."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


def print_frame(title: str, frame: polars.DataFrame) -> None:
    """A polars table, whole."""
    from tropism.report.wording import column_texts

    columns = [column_texts(frame[name]) for name in frame.columns]
    print_table(title, frame.columns, list(zip(*columns, strict=True)))

"""A schedule as text: a dope sheet that reads back the same, a Markdown table, a small HTML table."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterable

from tropism.schedules.keyframes import RESERVED
from tropism.schedules.sheet import Sheet

Grid = list[list[str]]


def grid(sheet: Sheet) -> Grid:
    """The sheet's cells with its headers on top, one row for each step at which something is said, and for the last."""
    said = {key.step for track in sheet.tracks for key in track.keys} | {sheet.length - 1}
    said |= {phase.step for phase in sheet.phases} | {action.step for action in sheet.actions}
    columns = [{key.step: shortest(key.value) for key in track.keys} for track in sheet.tracks]
    phases = {phase.step: phase.name for phase in sheet.phases}
    rows = [[*RESERVED, *(track.header for track in sheet.tracks)]]
    for step in sorted(said):
        actions = ",".join(action.name for action in sheet.actions if action.step == step)
        rows.append([str(step), phases.get(step, ""), actions, *(column.get(step, "") for column in columns)])
    return rows


def as_csv(cells: Grid) -> str:
    """The cells as comma-separated values."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(cells)
    return out.getvalue()


def as_markdown(cells: Grid) -> str:
    """The cells as a Markdown table, numbers to the right."""
    lines = [_line(cell.replace("\\", "\\\\").replace("|", "\\|") for cell in row) for row in cells]
    rule = _line("---" if header in ("PHASE", "ACTION") else "--:" for header in cells[0])
    return "\n".join([lines[0], rule, *lines[1:]]) + "\n"


def as_html(cells: Grid) -> str:
    """The cells as an HTML table for a notebook."""
    head = "".join(f'<th scope="col">{html.escape(header)}</th>' for header in cells[0])
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in cells[1:])
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def shortest(value: float) -> str:
    """The shortest digits that read back the same."""
    return repr(value).removesuffix(".0")


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"

"""A table of colored cells in the place of a figure: read on a phone, heard, printed, and followed to other figures."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from html import escape
from typing import Any

import numpy as np

from tropism.core.sweep import Grid
from tropism.report.contents import Cells, Picture
from tropism.report.wording import NOT_A_NUMBER

EDGES = (-0.1, 0.1, 0.35, 0.65, 0.9, 1.1)
"""Where the seven shades of numbers part: below none, none, … all, above all."""
_STEPS = ("below 0", "about 0", "", "about ½", "", "about 1", "above 1")


def grid(cells: Cells, picture: Picture, figures: Collection[str]) -> str:
    """The cells as an HTML table between the figure's title and its caption; they lead to figures that are there."""
    plan, rows = cells.grid, cells.frame.to_dicts()
    found = {(row[plan.down], row[plan.across]): row for row in rows}
    across = list(dict.fromkeys(row[plan.across] for row in rows))
    down = _in_order(cells)
    head = "".join(f'<th scope="col">{escape(str(name))}</th>' for name in across)
    body = "\n".join(
        f'<tr{_apart(plan, down, place)}><th scope="row">{escape(str(name))}</th>'
        + "".join(_cell(plan, found.get((name, other)), figures) for other in across)
        + "</tr>"
        for place, name in enumerate(down)
    )
    anchor = f"figure-{escape(picture.name)}"
    return "\n".join(
        (
            f'<article class="card grid" id="{anchor}"><h3 id="{anchor}-title">{escape(picture.title)}</h3>',
            _key(plan, rows),
            f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{anchor}-title"><table>',
            f"<thead><tr><td></td>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>",
            f'<p class="small">{escape(picture.caption)}</p></article>',
        )
    )


def _in_order(cells: Cells) -> list[Any]:
    """The names of rows, in an order that no column's contradicts, those that stand on top first."""
    plan = cells.grid
    lists = [part[plan.down].to_list() for part in cells.frame.partition_by(plan.across, maintain_order=True)]
    lists.sort(key=len, reverse=True)
    found = list(lists[0]) if lists else []
    for names in lists[1:]:
        for place, name in enumerate(names):
            if name not in found:
                found.insert(found.index(names[place - 1]) + 1 if place else 0, name)
    return sorted(found, key=lambda name: name not in plan.first)


def _apart(plan: Grid, down: list[Any], place: int) -> str:
    last = down[place] in plan.first and (place + 1 == len(down) or down[place + 1] not in plan.first)
    return ' class="apart"' if last else ""


def _cell(plan: Grid, row: Mapping[str, Any] | None, figures: Collection[str]) -> str:
    if row is None:
        return f"<td><span>{NOT_A_NUMBER}</span></td>"
    small = " ".join(f"<span>{escape(word)}{escape(_short(row[column]))}</span>" for word, column in plan.written)
    words = f"<b>{escape(_short(row[plan.tone]))}</b>" + (f"<small>{small}</small>" if small else "")
    leads = str(row[plan.leads]) if plan.leads else ""
    held = f'<a href="#figure-{escape(leads)}">{words}</a>' if leads in figures else f"<span>{words}</span>"
    return f'<td class="{_tone(plan, row[plan.tone])}">{held}</td>'


def _tone(plan: Grid, value: Any) -> str:
    if plan.tones:
        return f"tone-{plan.tones.index(value) + 1}" if value in plan.tones else ""
    if value is None or not math.isfinite(value):
        return ""
    return f"shade-{int(np.searchsorted(EDGES, 1 - value if plan.turned else value, side='right')) + 1}"


def _key(plan: Grid, rows: list[dict[str, Any]]) -> str:
    """The colors and what they say; words stand in the cells too, so that no one needs it."""
    present = [row[plan.tone] for row in rows]
    told = [(f"tone-{place}", word) for place, word in enumerate(plan.tones, 1) if word in present]
    if not plan.tones:
        steps = list(enumerate(_STEPS, 1))
        told = [(f"shade-{8 - place if plan.turned else place}", word) for place, word in steps if word]
    items = "".join(f'<li class="{tone}">{escape(word)}</li>' for tone, word in told)
    return f'<ul class="grid-key" aria-label="Colors">{items}</ul>'


def _short(value: Any) -> str:
    if isinstance(value, float):
        told = f"{value:.2f}".replace("-0.00", "0.00") if math.isfinite(value) else NOT_A_NUMBER
        return re.sub(r"^(-?)0\.", r"\1.", told).replace("-", "−")
    return NOT_A_NUMBER if value is None else str(value)

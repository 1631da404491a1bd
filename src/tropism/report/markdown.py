"""A report as Markdown, for a folder that is read on a code host: tables as text, figures by relative path."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from tropism.core.claim import Verdict
from tropism.report.contents import Picture, ReportContents, Tabular
from tropism.report.wording import column_texts, estimate, grounds, interval, published, tally, to_the_right


def render_markdown(contents: ReportContents, *, folder: str = "figures") -> str:
    """The report's text; `picture_files` gives the files that it refers to."""
    parts = [f"# {_plain(contents.title)}"]
    parts.append(f"*{_plain(contents.question)}*" if contents.question else "")
    parts += [f"**{tally(contents.verdicts)}**", _plain_paragraphs(contents.lede)]
    parts.append(f"Source: {_plain(contents.source)}" if contents.source else "")
    if contents.verdicts:
        parts += ["## Claims", _claims(contents)]
    figures, tables = contents.part(None)
    if figures:
        parts += ["## Figures", *(_figure(each, folder) for each in figures)]
    if tables:
        parts += ["## Tables", *(_table(each) for each in tables)]
    for section in contents.sections:
        figures, tables = contents.part(section)
        parts += [f"## {_plain(section.title)}"] if figures or tables or section.text.strip() else []
        parts += [_plain_paragraphs(section.text)]
        parts += [*(_figure(each, folder) for each in figures), *(_table(each) for each in tables)]
    if contents.failures:
        parts += ["## What failed", "\n".join(f"- {_plain(each)}" for each in contents.failures)]
    if contents.ran:
        parts += ["## What was run", "\n".join(f"- {_plain(name)}: {_plain(text)}" for name, text in contents.ran)]
    if contents.command:
        parts += ["## Run it again", f"```sh\n{contents.command}\n```"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _claims(contents: ReportContents) -> str:
    return "\n\n".join(
        (f"### {_plain(heading)}\n\n" if heading else "") + _claims_below(below)
        for heading, below in contents.grouped()
    )


def _claims_below(numbered: Sequence[tuple[int, Verdict]]) -> str:
    head = ("", "Claim", "Verdict", "Claimed", "Estimate", "95 % interval", "Published", "n", "Failed")
    rows = []
    for place, each in numbered:
        said = (str(place), _plain(each.claim.text), f"**{each.verdict}**", each.claim.wanted, estimate(each))
        rows.append((*said, interval(each), published(each.claim), f"{each.n:,}", f"{each.failed:,}"))
    told: dict[str, list[int]] = {}
    for place, each in numbered:
        told.setdefault(_told(each), []).append(place)
    alone = {places[0]: f" {said}" for said, places in told.items() if said and len(places) == 1}
    notes = [f"{place}. {_plain(grounds(each))}{alone.get(place, '')}" for place, each in numbered]
    shared = [f"Of {_places(places)}: {said}" for said, places in told.items() if said and len(places) > 1]
    return "\n\n".join((_grid(head, rows, "rlllrrrrr"), "\n".join(notes), *shared))


def _told(verdict: Verdict) -> str:
    """What a claim's author says of it, and where it comes from; many claims of a study may share that."""
    source = f"Source: {verdict.claim.source}" if verdict.claim.source else ""
    return _plain(" ".join(each for each in (verdict.claim.note, source) if each))


def _places(places: Sequence[int]) -> str:
    """Numbers in a row as one says them: `claims 1–3, 5`."""
    runs: list[list[int]] = []
    for place in places:
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return "claims " + ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _figure(picture: Picture, folder: str) -> str:
    path = f"{folder}/{picture.name}"
    return (
        f"### {_plain(picture.title)}\n\n"
        f'<picture><source media="(prefers-color-scheme: dark)" srcset="{escape(path)}-dark.png">'
        f'<img src="{escape(path)}-light.png" alt="{escape(picture.alt)}" width="{picture.size[0] // 2}"></picture>\n\n'
        f"{_plain(picture.caption)}"
    )


def _table(table: Tabular) -> str:
    frame = table.frame.head(table.most_rows)
    texts = [column_texts(frame[name]) for name in frame.columns]
    sides = "".join("r" if to_the_right(frame[name]) else "l" for name in frame.columns)
    rows = [[_plain(cell) for cell in row] for row in zip(*texts, strict=True)]
    parts = [f"### {_plain(table.title)}", _grid([_plain(name) for name in frame.columns], rows, sides)]
    parts.append("\n".join(f"- {_plain(name)}: {_plain(meaning)}" for name, meaning in table.columns.items()))
    parts.append(_plain(table.note))
    if table.frame.height > frame.height:
        parts.append(f"The first {frame.height:,} of {table.frame.height:,} rows.")
    return "\n\n".join(part for part in parts if part)


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], sides: str) -> str:
    rule = ["--:" if side == "r" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def _plain(text: str) -> str:
    """Text that means itself in Markdown, on one line."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(text.split())).replace("&", "&amp;")


def _plain_paragraphs(text: str) -> str:
    return "\n\n".join(_plain(each) for each in text.split("\n\n"))

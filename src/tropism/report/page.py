"""A report as one HTML file: no scripts, nothing fetched, readable on a phone, on paper and in the dark."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from tropism.core.sweep import Section
from tropism.report.claims import MOST_CLAIMS as MOST_CLAIMS
from tropism.report.claims import chips, claims_below, fold
from tropism.report.contents import Picture, ReportContents, Tabular
from tropism.report.grid import grid
from tropism.report.wording import column_texts, tally, to_the_right

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"  # a browser would refuse to fetch anything
_LONG = 60
"""Letters beyond which a cell's words go over several lines."""


def render_report(contents: ReportContents) -> str:
    """The page, as text; the same text for the same contents."""
    sections = [each for each in _sections(contents) if each[2]]
    style = files("tropism.report").joinpath("style.css").read_text(encoding="utf-8")
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en">',
            '<head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            f"<title>{escape(contents.title)}</title>",
            f"<style>\n{style}</style></head>",
            '<body><a class="skip" href="#main">Skip to the results</a>',
            _top(contents),
            '<div class="columns">',
            _navigation(contents, [(name, heading) for name, heading, _ in sections]),
            '<main id="main">',
            *(f'<section id="{name}"><h2>{escape(heading)}</h2>\n{body}</section>' for name, heading, body in sections),
            '<footer class="small">Made by Tropism. This page is one file and needs no network.</footer>',
            "</main></div></body></html>\n",
        )
    )


def _sections(contents: ReportContents) -> list[tuple[str, str, str]]:
    """Anchor, heading and body of each section; one without a body is left out."""
    lines = len(contents.verdicts) > MOST_CLAIMS
    claims = "\n".join(claims_below(*each, lines=lines) for each in contents.claims(None))
    figures, tables = contents.part(None)
    own = [
        ("claims", "Claims", claims),
        ("figures", "Figures", "\n".join(_figure(each, contents) for each in figures)),
        (
            "tables",
            "Studies" if contents.is_of_several() else "Tables",
            "\n".join(_table(each, contents) for each in tables),
        ),
    ]
    return [
        *(reversed(own) if contents.is_of_several() else own),
        *((_anchor(each), each.title, _part(contents, each)) for each in contents.sections),
        ("failures", "What failed", _failures(contents)),
        ("ran", "What was run", _ran(contents.ran)),
        ("again", "Run it again", _command(contents.command)),
    ]


def _anchor(section: Section) -> str:
    return f"section-{escape(section.name)}"


def _part(contents: ReportContents, section: Section) -> str:
    figures, tables = contents.part(section)
    about = f'<div class="card">{_paragraphs(section.text)}</div>' if section.text.strip() else ""
    claims = (fold(f"claims-{section.name}", below) for _, below in contents.claims(section))
    shown = (*(_figure(each, contents) for each in figures), *(_table(each, contents) for each in tables))
    return "\n".join((about, *claims, *shown))


def _top(contents: ReportContents) -> str:
    question = f'<p class="question">{escape(contents.question)}</p>' if contents.question else ""
    source = f'<p class="source small">Source: {escape(contents.source)}</p>' if contents.source else ""
    several = contents.is_of_several()
    return "\n".join(
        (
            f'<header class="top"><div><p class="kicker">Tropism {"survey" if several else "study"}</p>',
            f"<h1>{escape(contents.title)}</h1>",
            question,
            f'<p class="tally">{escape(tally(contents.verdicts))}</p>',
            "" if several else chips(contents.verdicts),
            _paragraphs(contents.lede),
            f"{source}</div></header>",
        )
    )


def _navigation(contents: ReportContents, sections: Sequence[tuple[str, str]]) -> str:
    inner: dict[str, list[tuple[str, str]]] = {}
    for section in () if contents.is_of_several() else (None, *contents.sections):
        figures, tables = contents.part(section)
        pictures = [(f"figure-{each.name}", each.title) for each in figures]
        grids = [(f"table-{each.name}", each.title) for each in tables]
        inner |= {"figures": pictures, "tables": grids} if section is None else {_anchor(section): pictures + grids}
    items = "".join(f"<li>{_link(name, heading)}{_links(inner.get(name, []))}</li>" for name, heading in sections)
    kind = "contents several" if contents.is_of_several() else "contents"
    return f'<nav class="{kind}" aria-label="Contents"><p>Contents</p><ul>{items}</ul></nav>'


def _links(entries: Sequence[tuple[str, str]]) -> str:
    return f"<ul>{''.join(f'<li>{_link(*each)}</li>' for each in entries)}</ul>" if entries else ""


def _link(anchor: str, text: str) -> str:
    return f'<a href="#{escape(anchor)}">{escape(text)}</a>'


def _figure(picture: Picture, contents: ReportContents) -> str:
    for each in contents.grids:
        if each.grid.figure == picture.name:
            return grid(each, picture, [other.name for other in contents.figures])
    width, height = picture.size
    sizes = f'width="{width}" height="{height}"'
    return "\n".join(
        (
            f'<article class="card" id="figure-{escape(picture.name)}"><h3>{escape(picture.title)}</h3>',
            '<figure><picture><source media="screen and (prefers-color-scheme: dark)" '
            f'srcset="{_data(picture.dark)}" {sizes}>',
            f'<img loading="lazy" src="{_data(picture.light)}" {sizes} alt="{escape(picture.alt)}"></picture>',
            f'<figcaption class="small">{escape(picture.caption)}</figcaption></figure></article>',
        )
    )


def _data(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _table(table: Tabular, contents: ReportContents) -> str:
    frame = table.frame.head(table.most_rows)
    texts = [column_texts(frame[name]) for name in frame.columns]
    numeric = [to_the_right(frame[name]) for name in frame.columns]
    head = "".join(f'<th scope="col"{_right(n)}>{escape(c)}</th>' for c, n in zip(frame.columns, numeric, strict=True))
    parts = {each.name: _anchor(each) for each in contents.sections}
    rows = "\n".join(f"<tr>{_row(row, numeric, parts)}</tr>" for row in zip(*texts, strict=True))
    anchor = f"table-{escape(table.name)}"
    notes = [table.note] if table.note else []
    if table.frame.height > frame.height:
        notes.append(f"The first {frame.height:,} of {table.frame.height:,} rows.")
    return "\n".join(
        (
            f'<article class="card" id="{anchor}"><h3 id="{anchor}-title">{escape(table.title)}</h3>',
            f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{anchor}-title"><table>',
            f"<thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table></div>",
            _definitions(list(table.columns.items()), "meanings small"),
            *(f'<p class="small">{escape(each)}</p>' for each in notes),
            "</article>",
        )
    )


def _row(texts: Sequence[str], numeric: Sequence[bool], parts: Mapping[str, str]) -> str:
    """A row's cells; one that is named for a part of the page leads there."""
    first = _link(parts[texts[0]], texts[0]) if texts[0] in parts else escape(texts[0])
    others = (
        f"<td{_side(right, text)}>{escape(text)}</td>" for text, right in zip(texts[1:], numeric[1:], strict=True)
    )
    return f'<th scope="row"{_right(numeric[0])}>{first}</th>{"".join(others)}'


def _side(numeric: bool, text: str) -> str:
    return ' class="words"' if len(text) > _LONG and not numeric else _right(numeric)


def _right(numeric: bool) -> str:
    return ' class="num"' if numeric else ""


def _failures(contents: ReportContents) -> str:
    if contents.failures:
        return f'<div class="card"><ul>{"".join(f"<li>{escape(each)}</li>" for each in contents.failures)}</ul></div>'
    if any(each.failed for each in contents.verdicts):
        return '<div class="card"><p>Members without a finite number; they are counted beside each claim.</p></div>'
    return '<div class="card"><p>Nothing.</p></div>'


def _ran(ran: Sequence[tuple[str, str]]) -> str:
    return f'<div class="card">{_definitions(ran, "ran")}</div>' if ran else ""


def _command(command: str) -> str:
    return f'<pre tabindex="0"><code>{escape(command)}</code></pre>' if command else ""


def _definitions(pairs: Sequence[tuple[str, str]], kind: str) -> str:
    if not pairs:
        return ""
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in pairs)
    return f'<dl class="{kind}">{items}</dl>'


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(' '.join(each.split()))}</p>" for each in text.split("\n\n") if each.strip())

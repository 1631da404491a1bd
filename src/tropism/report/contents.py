"""What a report is made from: words, verdicts, tables and pictures; nothing that would have to be computed."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from tropism.core.claim import Verdict
from tropism.core.sweep import Grid, Section
from tropism.errors import BadValue, UnknownName

if TYPE_CHECKING:
    import polars

    from tropism.figures.theme import Figure

Numbered = tuple[int, Verdict]
"""A claim that was judged, with its place from 1."""
_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Picture:
    """A figure as it was rendered: two PNG files and the words that go with them."""

    name: str
    title: str
    alt: str
    caption: str
    light: bytes
    dark: bytes

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise BadValue("Picture.alt", self.alt, "what one should see, in words")
        for form in ("light", "dark"):
            if not getattr(self, form).startswith(_PNG):
                raise BadValue(f"Picture.{form}", getattr(self, form)[:8], "the bytes of a PNG file")

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        width, height = struct.unpack(">II", self.light[16:24])
        return width, height


@dataclass(frozen=True)
class Tabular:
    """A table with what its columns mean; the first column names the rows."""

    name: str
    title: str
    frame: polars.DataFrame
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By column, what it holds, with its unit."""
    note: str = ""
    most_rows: int = 60
    """How many rows are shown; the page says how many there are."""

    def __post_init__(self) -> None:
        for column in self.columns:
            if column not in self.frame.columns:
                raise UnknownName("column", column, self.frame.columns, f"the table {self.name!r}")


@dataclass(frozen=True)
class Cells:
    """A table of colored cells in the place of a figure: how it is laid out, and the table that has a row a cell."""

    grid: Grid
    frame: polars.DataFrame

    def __post_init__(self) -> None:
        for column in self.grid.columns():
            if column not in self.frame.columns:
                raise UnknownName("column", column, self.frame.columns, f"the grid for {self.grid.figure!r}")


@dataclass(frozen=True)
class ReportContents:
    """Everything that a report says, in the order in which it says it."""

    title: str
    question: str
    source: str
    """Whose question it is: a paper, a study, a page."""
    lede: str
    """What was found, in a few sentences; a blank line begins a paragraph."""
    verdicts: tuple[Verdict, ...] = ()
    figures: tuple[Picture, ...] = ()
    tables: tuple[Tabular, ...] = ()
    ran: tuple[tuple[str, str], ...] = ()
    """What was run: experiments, dials, seeds, versions, placement … as names and what they were."""
    command: str = ""
    """What runs it again."""
    failures: tuple[str, ...] = ()
    """What went wrong, a sentence each."""
    sections: tuple[Section, ...] = ()
    """Parts with figures and tables of their own, in order."""
    grids: tuple[Cells, ...] = ()
    """Figures that a page shows as tables of colored cells."""
    groups: tuple[tuple[str, int], ...] = ()
    """Headings above claims, each with how many of them, in order, stand below it. Those below the title of a section
    stand in it."""

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise BadValue("ReportContents.title", self.title, "words")
        for each in self.grids:
            names = [figure.name for figure in self.figures]
            if each.grid.figure not in names:
                raise UnknownName("figure", each.grid.figure, names, "a grid")
        if self.groups and sum(count for _, count in self.groups) != len(self.verdicts):
            raise BadValue("ReportContents.groups", self.groups, f"as many as the {len(self.verdicts)} claims in all")
        for kind, items in (("figure", self.figures), ("table", self.tables)):
            names = [each.name for each in items]
            twins = [name for name in names if names.count(name) > 1]
            if twins:
                raise BadValue(f"ReportContents.{kind}s", twins[0], f"a name that only one {kind} has")

    def grouped(self) -> list[tuple[str, list[Numbered]]]:
        """Claims with their places from 1, below their headings; all below none, where there are no headings."""
        numbered = list(enumerate(self.verdicts, 1))
        found, first = [], 0
        for heading, count in self.groups or (("", len(numbered)),):
            found.append((heading, numbered[first : first + count]))
            first += count
        return [each for each in found if each[1]]

    def claims(self, section: Section | None) -> list[tuple[str, list[Numbered]]]:
        """The claims of one section with their heading, or those that belong to none."""
        homes: dict[str, str] = {}
        for each in self.sections:
            homes.setdefault(each.title, each.name)
        name = section.name if section else None
        return [each for each in self.grouped() if homes.get(each[0]) == name]

    def is_of_several(self) -> bool:
        """Whether it is of several studies: all claims belong to sections."""
        return bool(self.verdicts) and not self.claims(None)

    def part(self, section: Section | None) -> tuple[tuple[Picture, ...], tuple[Tabular, ...]]:
        """The figures and tables of one section, or those that belong to none."""
        name = section.name if section else ""
        return (
            tuple(each for each in self.figures if self._home(each.name) == name),
            tuple(each for each in self.tables if self._home(each.name) == name),
        )

    def _home(self, name: str) -> str:
        """The section that a figure or a table belongs to: the longest whose name and a hyphen it begins with."""
        fitting = [each.name for each in self.sections if name.startswith(f"{each.name}-")]
        return max(fitting, key=len, default="")


def picture(figure: Figure) -> Picture:
    """A figure, rendered in both forms."""
    from tropism.figures.theme import render

    drawn = render(figure)
    return Picture(figure.name, figure.title, figure.alt, figure.caption, drawn["light"], drawn["dark"])


def picture_files(contents: ReportContents, folder: str = "figures") -> dict[str, bytes]:
    """The files that `render_markdown` refers to, by relative path."""
    forms = ((each, form) for each in contents.figures for form in ("light", "dark"))
    return {f"{folder}/{each.name}-{form}.png": getattr(each, form) for each, form in forms}

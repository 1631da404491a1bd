"""Several studies' folders as one, so that what they found can be read on one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars

    from tropism.store.studies import StudyFolder

LEDE = (
    "A row a study: how many of its claims hold, fail or stay undecided. Its name leads to its claims, figures and "
    "tables below; each study has a report of its own, too."
)
COLUMNS = {
    "holds": "claims whose 95 % interval lies on the claimed side, as a whole",
    "fails": "claims whose interval lies on the other side",
    "undecided": "claims whose interval lies on both, or cannot be told",
    "seconds": "how long it took, besides networks that were stored",
    "cpu_seconds": "what it cost of one core",
}
"""What the columns of the overview mean."""


def merge(
    into: StudyFolder, parts: Mapping[str, StudyFolder], *, title: str, overview: tuple[str, polars.DataFrame]
) -> None:
    """Write the tables, figures and claims of some studies into one folder, each under its study's name.

    Args:
        into: Where to write.
        parts: The studies' folders by name, in order.
        title: What a reader sees.
        overview: The name of a table that stands first, and the table.
    """
    into.write_table(*overview)
    abouts = {name: folder.read_about() for name, folder in parts.items()}
    claims: list[dict[str, Any]] = []
    members: dict[str, None] = {}
    for name, folder in parts.items():
        for table, _ in abouts[name]["tables"]:
            into.write_table(f"{name}-{table}", _led(folder.read_table(table), abouts[name], table, name))
        for figure in folder.figures():
            drawings = {shade: path.read_bytes() for shade, path in figure.paths.items()}
            into.write_figure(f"{name}-{figure.name}", drawings, alt=figure.alt, caption=figure.caption)
        claims += folder.read_claims()
        members |= dict.fromkeys(folder.read_members())
    into.write_members(list(members))
    into.write_claims(claims)
    into.write_about(_about(parts, abouts, title, overview[0]))


def _about(
    parts: Mapping[str, StudyFolder], abouts: Mapping[str, dict[str, Any]], title: str, overview: str
) -> dict[str, Any]:
    every = list(abouts.items())
    return {
        "title": title,
        "question": "",
        "source": "",
        "lede": LEDE,
        "figures": [[f"{name}-{figure}", words] for name, about in every for figure, words in about["figures"]],
        "tables": [
            [overview, "All studies"],
            *([f"{name}-{table}", words] for name, about in every for table, words in about["tables"]),
        ],
        "columns": {f"{overview}.{column}": text for column, text in COLUMNS.items()}
        | {word: text for name, about in every for word, text in _columns(parts[name], name, about).items()},
        "ran": [
            [f"{name}: {what}", words] for name, about in every for what, words in about["ran"] if what != "Versions"
        ],
        "command": "\n".join(about["command"] for _, about in every),
        "failures": [f"{name}: {words}" for name, about in every for words in about["failures"]],
        "sections": [section for name, about in every for section in _sections(name, about)],
        "grids": [_grid(name, grid) for name, about in every for grid in about.get("grids", ())],
        "groups": [[about["title"], len(parts[name].read_claims())] for name, about in every],
    }


def _columns(folder: StudyFolder, name: str, about: dict[str, Any]) -> dict[str, str]:
    """What columns mean, told apart by table, as another study may mean another thing by the same word."""
    told = {}
    for table, _ in about["tables"]:
        for column in folder.read_table(table).columns:
            words = about["columns"].get(f"{table}.{column}", about["columns"].get(column))
            if words:
                told[f"{name}-{table}.{column}"] = words
    return told


def _sections(name: str, about: dict[str, Any]) -> list[list[str]]:
    text = f"{about['question']}\n\n{about['lede']}"
    own = [[f"{name}-{part}", words, said] for part, words, said in about.get("sections", ())]
    return [[name, about["title"], text], *own]


def _grid(name: str, grid: dict[str, Any]) -> dict[str, Any]:
    return grid | {"figure": f"{name}-{grid['figure']}", "table": f"{name}-{grid['table']}"}


def _led(table: polars.DataFrame, about: dict[str, Any], which: str, name: str) -> polars.DataFrame:
    """A table whose cells lead to figures leads to where these stand now."""
    import polars

    leads = {grid["leads"] for grid in about.get("grids", ()) if grid["table"] == which and grid.get("leads")}
    return table.with_columns(polars.format(f"{name}-{{}}", column).alias(column) for column in leads)

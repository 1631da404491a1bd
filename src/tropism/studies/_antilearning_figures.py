"""The pictures of the antilearning table: the whole of it, then a pair after another, with a figure a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.figures.theme import Figure
from tropism.subjects.generalization.examiner.cells import ENDS, Column
from tropism.subjects.generalization.figures import (
    attack_figure,
    cell_figure,
    evidence_figure,
    relearning_figure,
    score_figure,
    verdict_figure,
)

if TYPE_CHECKING:
    import polars

SCORES = ("suppression", "worst", "gap")


@dataclass(frozen=True)
class Drawn:
    """Every figure of the report, from its tables.

    Attributes:
        columns: The pairs with their techniques.
        quick: No figure a technique; with two attacks, the figure of each pair shows all but X's.
    """

    columns: tuple[Column, ...]
    quick: bool = False

    def __call__(self, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
        cells, judged = tables["cells"], tables["judged"]
        titles = {column.pair.name: column.pair.title for column in self.columns}
        figures = [verdict_figure(cells, titles=titles)]
        figures += [score_figure(cells, score, seeds=judged) for score in SCORES]
        for column in self.columns:
            figures += _of(column, tables) + ([] if self.quick else _by_cell(column, tables))
        return figures


def _of(column: Column, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """A pair's: the evidence, the attacks, and relearning under the first attack."""
    pair, attacked = column.pair, tables["drawn-curves"]
    return [
        evidence_figure(tables["judged"], pair.name),
        attack_figure(tables["latent"], pair.name),
        relearning_figure(attacked, pair.name, column.attacks[0].name, floor=pair.floor),
    ]


def _by_cell(column: Column, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """Each technique under all attacks."""
    name, floor = column.pair.name, column.pair.floor
    rows = [row for row in column.names() if row not in ENDS]
    return [cell_figure(tables["drawn-curves"], name, row, floor=floor) for row in rows]

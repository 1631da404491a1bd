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
    """Every figure of the report, from its tables."""

    columns: tuple[Column, ...]

    def __call__(self, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
        cells, judged = tables["cells"], tables["judged"]
        titles = {column.pair.name: column.pair.title for column in self.columns}
        figures = [verdict_figure(cells, titles=titles)]
        figures += [score_figure(cells, score, seeds=judged) for score in SCORES]
        return figures + [figure for column in self.columns for figure in _of(column, tables)]


def _of(column: Column, tables: Mapping[str, polars.DataFrame]) -> list[Figure]:
    """A pair's: the evidence, the attacks, relearning under the first attack, and each technique under all of them."""
    pair, attacked = column.pair, tables["drawn-curves"]
    figures = [
        evidence_figure(tables["judged"], pair.name),
        attack_figure(tables["latent"], pair.name),
        relearning_figure(attacked, pair.name, column.attacks[0].name, floor=pair.floor),
    ]
    rows = [name for name in column.names() if name not in ENDS]
    return figures + [cell_figure(attacked, pair.name, row, floor=pair.floor) for row in rows]

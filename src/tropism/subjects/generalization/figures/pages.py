"""Which figures of the table a page shows as tables of colored cells, and what these need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.core.sweep import Grid
from tropism.subjects.generalization.examiner.cells import ENDS
from tropism.subjects.generalization.figures.relearning import cell_name, relearning_name
from tropism.subjects.generalization.figures.verdicts import FILLS

if TYPE_CHECKING:
    import polars

SHOWN = ("suppression", "worst", "gap")
"""The scores that have a heat-map."""


def table_grids() -> tuple[Grid, ...]:
    """For `Study.grids`: the heat-maps as tables in the page, each cell leading to its own curves.

    They stand on the table `cells` as `paged` gives it.
    """
    verdicts = Grid(
        figure="verdicts",
        table="cells",
        down="row",
        across="pair",
        tone="verdict",
        tones=tuple(FILLS),
        written=(("S ", "suppression"), ("R ", "worst"), ("", "of")),
        leads="figure",
        first=ENDS,
    )
    scores = (
        Grid(
            figure=f"score-{name}",
            table="cells",
            down="row",
            across="pair",
            tone=name,
            turned=name == "suppression",
            written=(("± ", f"{name}_std"),),
            leads="figure",
            first=ENDS,
        )
        for name in SHOWN
    )
    return verdicts, *scores


def paged(cells: polars.DataFrame, judged: polars.DataFrame, *, under: str = "") -> polars.DataFrame:
    """The cells with what a page needs besides: `figure`, the name of a cell's own, and deviations over seeds.

    Args:
        under: An attack; cells then lead to their pair's figure under it, where they have none of their own.
    """
    import polars as pl

    on = ["pair", "row"]
    stds = judged.group_by(on, maintain_order=True).agg(pl.col(name).std().alias(f"{name}_std") for name in SHOWN)
    told = cells.select(on).iter_rows()
    names = [relearning_name(pair, under) if under else cell_name(pair, row) for pair, row in told]
    return cells.join(stds, on=on, how="left", maintain_order="left").with_columns(
        figure=pl.Series(names, dtype=pl.String)
    )

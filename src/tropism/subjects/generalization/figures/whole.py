"""All figures of the table, a section a pair, and which of them a page shows as tables of colored cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.core.sweep import Grid
from tropism.figures.theme import Figure
from tropism.subjects.generalization.examiner.cells import BASE, FRESH
from tropism.subjects.generalization.figures._grid import in_order
from tropism.subjects.generalization.figures.evidence import evidence_figure
from tropism.subjects.generalization.figures.relearning import cell_figure, cell_name, relearning_figure
from tropism.subjects.generalization.figures.scores import attack_figure, score_figure
from tropism.subjects.generalization.figures.verdicts import FILLS, verdict_figure

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
        first=(BASE, FRESH),
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
            first=(BASE, FRESH),
        )
        for name in SHOWN
    )
    return verdicts, *scores


def paged(cells: polars.DataFrame, judged: polars.DataFrame) -> polars.DataFrame:
    """The cells with what a page needs besides: `figure`, the name of a cell's own, and deviations over seeds."""
    import polars as pl

    on = ["pair", "row"]
    stds = judged.group_by(on, maintain_order=True).agg(pl.col(name).std().alias(f"{name}_std") for name in SHOWN)
    names = [cell_name(pair, row) for pair, row in cells.select(on).iter_rows()]
    return cells.join(stds, on=on, how="left", maintain_order="left").with_columns(
        figure=pl.Series(names, dtype=pl.String)
    )


def table_figures(
    tables: Mapping[str, polars.DataFrame],
    *,
    titles: Mapping[str, str] | None = None,
    floors: Mapping[str, float] | None = None,
    attack: str = "x and y",
) -> list[Figure]:
    """The picture and the scores; then, pair by pair, evidence, attacks, one attack's curves, and every cell's own.

    Args:
        tables: `cells`, `judged`, `latent`, and `drawn-curves`.
        titles: By pair, what stands below its name.
        floors: By pair, the accuracy of who has no idea.
        attack: Whose curves stand beside each other, a panel a technique.
    """
    told, judged, latent, curves = (tables[name] for name in ("cells", "judged", "latent", "drawn-curves"))
    found = [verdict_figure(told, titles=titles), *(score_figure(told, name, seeds=judged) for name in SHOWN)]
    for pair in told["pair"].unique(maintain_order=True):
        floor = (floors or {}).get(pair)
        found += [evidence_figure(judged, pair), attack_figure(latent, pair)]
        found += [relearning_figure(curves, pair, attack, floor=floor)]
        rows = in_order(told.filter(told["pair"] == pair), None)
        found += [cell_figure(curves, pair, row, floor=floor) for row in rows if row not in (BASE, FRESH)]
    return found

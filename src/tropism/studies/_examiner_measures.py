"""What the study `examiner` measures: everything that verdicts rest on, and how often they are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.studies._examiner_claims import TRUTHS
from tropism.subjects.generalization.examiner.cells import Column
from tropism.subjects.generalization.examiner.damage import damaged
from tropism.subjects.generalization.examiner.inside import behind_gates, readable
from tropism.subjects.generalization.examiner.scores import curves, latent_scores, outcomes
from tropism.subjects.generalization.examiner.verdicts import FINDINGS, evidence, judged

if TYPE_CHECKING:
    import polars

HIDDEN = ("gated", "dormant", "suppressed")
"""Truths of a Y that is there and not performed."""


def tables(column: Column, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the study, from its trained networks."""
    import polars as pl

    attacked = curves(column, ensembles)
    latent = latent_scores(attacked)
    broken = damaged(column, ensembles)
    gates = behind_gates(column, ensembles)
    inside = readable(column, ensembles), gates
    found = evidence(outcomes(column, ensembles), latent, *inside, column.pair.floor, broken)
    told = judged(found, column.pair.least).with_columns(
        truth=pl.col("row").replace_strict(TRUTHS), member=pl.int_range(pl.len()).over("pair", "row")
    )
    told = told.with_columns(right=pl.col("verdict") == pl.col("truth"))
    named = ["row", "truth", "verdict", "right", "member", "seed"]
    return {
        "counts": counted(told),
        "seeds": by_seed(told),
        "judged": told.select(*named, pl.exclude(*named)),
        "latent": latent,
        "gates": gates,
        "damage": broken.group_by("damage", "row", maintain_order=True).agg(pl.col("accuracy_x", "accuracy_y").mean()),
        "drawn-curves": attacked,
    }


def counted(told: polars.DataFrame) -> polars.DataFrame:
    """Plants × verdicts: how many seeds; verdicts in the order in which they are asked."""
    import polars as pl

    counts = told.group_by("row", "truth", maintain_order=True).agg(
        *((pl.col("verdict") == finding).sum().alias(finding) for finding in FINDINGS), n=pl.len()
    )
    return counts


def by_seed(told: polars.DataFrame) -> polars.DataFrame:
    """One row a seed: its worst mistakes."""
    import polars as pl

    there = ~pl.col("truth").is_in(["absent", "x not learned"])
    hidden, gone = pl.col("truth").is_in(HIDDEN), pl.col("truth") == "absent"
    return told.group_by("member", "seed", maintain_order=True).agg(
        all_right=pl.col("right").all(),
        false_absent=(there & (pl.col("verdict") == "absent")).any(),
        lead=pl.col("worst").filter(hidden).min() - pl.col("worst").filter(gone).max(),
    )

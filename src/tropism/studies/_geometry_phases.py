"""Phase diagrams: in each cell the best of ten networks, and what the closed forms say."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from tropism.core.ensemble import Ensemble
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_shapes import extra_state, phase
from tropism.subjects.superposition.measures.geometry import feature_directions
from tropism.subjects.superposition.theory import best_phase

LEAD = 0.1
"""A cell counts where the second-best closed form costs more than the best by this share of it."""

FAILED = 0.05
"""A run has failed where it costs more than the cell's best run by this share of it."""


def phase_tables(ensembles: Mapping[str, Ensemble]) -> dict[str, pl.DataFrame]:
    """All cells, all runs, and how many agree."""
    both = [(_runs(ensembles[f"phases-{features}"], features), features) for features in (2, 3)]
    runs = pl.concat([each for each, _ in both])
    cells = pl.concat([_cells(each, features) for each, features in both])
    return {"phases-summary": _summary(cells, runs), "drawn-phases-cells": cells, "drawn-phases-runs": runs}


def _runs(ensemble: Ensemble, features: int) -> pl.DataFrame:
    directions = feature_directions(ensemble)
    dials = [dict(member.dials) for member in ensemble.members]
    table = pl.DataFrame(
        {
            "features": np.full(len(ensemble), features),
            "member": np.arange(len(ensemble)),
            "seed": [str(member.seed) for member in ensemble.members],
            "importance": [each["task.last_importance"] for each in dials],
            "density": [each["task.density"] for each in dials],
            "loss": expected_losses(ensemble),
            "phase": [phase(each) for each in directions],
            "state": [extra_state(each) for each in directions],
        }
    )
    least = pl.col("loss").fill_nan(None).min().over("importance", "density")
    return table.with_columns((pl.col("loss") / least - 1).fill_null(np.inf).alias("excess")).with_columns(
        (~(pl.col("excess") <= FAILED)).alias("failed")
    )


def _cells(runs: pl.DataFrame, features: int) -> pl.DataFrame:
    """A row a cell: what the best run is, by its expected loss, and what theory has."""
    best = runs.filter(pl.col("loss").is_finite()).sort("loss", maintain_order=True)
    cells = best.group_by("importance", "density", maintain_order=True).first().sort("importance", "density")
    share = runs.group_by("importance", "density").agg(pl.col("failed").mean().alias("failed_share"))
    theory = best_phase(cells["density"].to_numpy(), cells["importance"].to_numpy(), features)
    return cells.select(
        pl.Series("member", np.arange(cells.height)),
        "features", "importance", "density", "loss", "phase", "state",
        pl.Series("theory", theory.name.tolist()),
        pl.Series("theory_loss", theory.loss),
        pl.Series("lead", theory.lead),
    ).with_columns(
        (pl.col("lead") > LEAD).alias("decided"), (pl.col("phase") == pl.col("theory")).alias("agrees")
    ).join(share, on=["importance", "density"], how="left", maintain_order="left")  # fmt: skip


def _summary(cells: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    failed = runs.group_by("features").agg(pl.len().alias("runs"), pl.col("failed").mean().alias("failed_share"))
    return cells.group_by("features", maintain_order=True).agg(
        pl.len().alias("cells"),
        pl.col("decided").sum().alias("decided"),
        (pl.col("agrees") & pl.col("decided")).sum().alias("agree"),
        (pl.col("agrees") & pl.col("decided")).sum().truediv(pl.col("decided").sum()).alias("share"),
        pl.col("agrees").mean().alias("share_of_all"),
        (pl.col("loss") / pl.col("theory_loss")).median().alias("loss_over_theory"),
    ).join(failed, on="features", how="left", maintain_order="left")  # fmt: skip

"""What the study `capacity` measures: exact losses, capacities, and what the closed form says of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from tropism.measures import dimensionality
from tropism.subjects.superposition import SquaredFeatures
from tropism.subjects.superposition.theory import capacity_allocation

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ALONE, IGNORED = 0.98, 0.02
"""Capacities beyond which a feature counts as alone in a dimension, or as ignored."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the study, from its three ensembles."""
    import polars as pl

    rows: list[dict[str, Any]] = []
    features: list[dict[str, Any]] = []
    for name in ensembles:
        found, parts = _looked_at(name, ensembles[name])
        rows += found
        features += parts
    networks = pl.DataFrame(rows)
    eight = networks.filter(pl.col("sweep") == "eight")
    coexistence = eight.group_by("member", "seed", "sweep", maintain_order=True).agg(
        (pl.col("margin").fill_nan(-1.0) >= 0.95).all().alias("kept"),  # a failed network keeps no rule
        pl.col("margin").min().replace(float("inf"), None).alias("margin"),
    )
    return {
        "summary": _summary(networks),
        "networks": networks.drop("margin"),
        "coexistence": coexistence,
        "drawn-features": pl.DataFrame(features),
    }


def exact_loss(weight: Float[np.ndarray, "D N"], bias: float, values: Float[np.ndarray, "N"], kurtosis: float) -> float:
    """The mean square of ‖Wx‖² + b − Σ v_i x_i² over independent x of mean 0, variance 1 and a kurtosis.

    With A = WᵀW − diag(v): (κ − 3) Σ A_ii² + 2 Σ_ij A_ij² + (Σ A_ii + b)².

    Source: the fourth moments of independent numbers: E[(xᵀAx)²] = (tr A)² + 2 |A|² + (κ − 3) Σ A_ii².
    """
    off = np.asarray(weight, float).T @ np.asarray(weight, float) - np.diag(values)
    own = np.diag(off)
    return float((kurtosis - 3) * (own**2).sum() + 2 * (off**2).sum() + (own.sum() + bias) ** 2)


def margin(capacities: Float[np.ndarray, "N"], values: Float[np.ndarray, "N"], kurtosis: float) -> float:
    """The least importance of a feature alone over that of an ignored one, relative to the least allowed.

    Moving capacity from the one to the other pays where the marginal returns 2v²(κ − 1)² / (2 + (κ − 3)C)² say so; at
    C of exactly 1 and 0 that is a ratio below (κ − 1)/2. Infinite where there is no such pair; NaN for a failed one.
    """
    if not np.isfinite(capacities).all():
        return float("nan")
    alone, ignored = values[capacities > ALONE], values[capacities < IGNORED]
    if not (len(alone) and len(ignored)):
        return float("inf")
    ends = (2 + (kurtosis - 3) * ALONE, 2 + (kurtosis - 3) * IGNORED)
    return float(alone.min() / ignored.max() / (ends[0] / ends[1]))


def _looked_at(name: str, ensemble: Ensemble) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    task = ensemble.experiment.task
    assert isinstance(task, SquaredFeatures)
    values = np.array(task.values)
    seeds = list(dict.fromkeys(str(member.seed) for member in ensemble.members))
    weights = np.where((ensemble.status.diverged_at >= 0)[:, None, None], np.nan, ensemble.params["weight"])
    rows, parts = [], []
    for row, member in enumerate(ensemble.members):
        density = dict(member.dials)["task.density"]
        kurtosis = round(task.kurtosis(density), 6)
        least, wanted = capacity_allocation(values, kurtosis, weights.shape[1])
        capacities = dimensionality(weights[row].T)
        loss = exact_loss(weights[row], float(ensemble.params["bias"][row, 0]), values, kurtosis)
        who = {"sweep": name, "condition": f"κ = {kurtosis:g}", "kurtosis": kurtosis, "density": density}
        who |= {"member": seeds.index(str(member.seed)), "seed": str(member.seed)}
        between = int(((capacities > 0.05) & (capacities < 0.95)).sum())
        failed = not np.isfinite(loss)
        rows.append(
            who
            | {"loss": loss, "theory": least, "ratio": loss / least, "found": None if failed else loss < 1.01 * least}
            | {"worst": float(np.abs(capacities - wanted).max()), "shared": None if failed else between}
            | {"whole": None if failed else between == 0, "dimensions": float(capacities.sum())}
            | {"margin": margin(capacities, values, kurtosis)}
        )
        for feature, (value, capacity, theory) in enumerate(zip(values, capacities, wanted, strict=True)):
            parts.append(who | {"feature": feature, "value": value, "capacity": capacity, "theory": theory})
    return rows, parts


def _summary(networks: polars.DataFrame) -> polars.DataFrame:
    import polars as pl

    by = ["sweep", "kurtosis", "density", "theory"]
    return networks.group_by(by, maintain_order=True).agg(
        pl.col("ratio").fill_nan(None).median().alias("median_ratio"),
        pl.col("found").cast(pl.Float64).mean().alias("share_found"),
        pl.col("worst").fill_nan(None).median().alias("median_worst"),
        pl.len().alias("networks"),
    )

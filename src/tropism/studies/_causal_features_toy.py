"""Toy superposition, where the features are known: what ablating one costs examples that bear it, and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from tropism.figures.marks import groups
from tropism.measures import bimodality, membership_area, mutual_information, otsu, partition
from tropism.studies._causal_features_runs import FEATURES
from tropism.studies._residual_stream_scores import spearman
from tropism.subjects.features.ablating import effects

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED, DENSITY = 2048, 0.05
"""Examples that all toy networks are asked, whatever they were trained on, and how often features are on in them."""
KEPT = 0.5
"""The length from which on a feature counts as represented."""
LOST = 0.05
"""The squared error that an example must lose to count as destroyed; a lost feature costs 1/3 on average."""
LOTS = 32


def toy_tables(ensemble: Ensemble) -> dict[str, polars.DataFrame]:
    """Each represented feature of each network, networks, and seeds over all densities."""
    import polars as pl

    x = _asked()
    rows = [each for row in range(len(ensemble)) for each in _features(ensemble, row, x)]
    features = pl.DataFrame(rows, infer_schema_length=None)
    networks = _networks(features)
    return {"toy": networks, "toy-seeds": _seeds(networks), "drawn-toy": features}


def _asked() -> Float[np.ndarray, "N F"]:
    random = np.random.default_rng(17)
    on = random.random((ASKED, FEATURES)) < DENSITY
    return (on * random.random((ASKED, FEATURES))).astype(np.float32)


def _features(ensemble: Ensemble, row: int, x: Float[np.ndarray, "N F"]) -> list[dict[str, Any]]:
    weight = ensemble.params["weight"][row].astype(float)
    lengths = np.linalg.norm(weight, axis=0)
    kept = np.flatnonzero(lengths > KEPT)
    units = (weight / np.maximum(lengths, 1e-12)).T[kept]
    overlaps = np.square(units @ units.T).sum(axis=1) - 1
    lots = np.random.default_rng((row, FEATURES)).normal(size=(LOTS, len(weight)))

    def loss(output: np.ndarray) -> np.ndarray:
        return np.square(output.astype(float) - x).sum(axis=1)

    member = ensemble.members[row]
    who = {"member": row, "seed": str(member.seed), "density": float(dict(member.dials)["task.density"])}
    said = x @ weight.T
    found = []
    for family, directions in (("true feature", units), ("by lot", lots)):
        if not len(directions):
            continue
        rises = effects(ensemble, row, x, "hidden", directions, "mean", loss)
        for number, (rise, direction) in enumerate(zip(rises, directions, strict=True)):
            feature = int(kept[number]) if family == "true feature" else -1
            overlap = float(overlaps[number]) if family == "true feature" else float("nan")
            told = {"family": family, "feature": feature, "overlap": overlap}
            along = said @ direction
            found.append(who | told | _numbers(rise, along - along.mean(), x, feature))
    return found


def _numbers(rise: np.ndarray, along: np.ndarray, x: Float[np.ndarray, "N F"], feature: int) -> dict[str, float]:
    """Measures of one ablation; where the feature is known, means over examples that bear it and over others."""
    cut = partition(rise, threshold=LOST)
    on = x[:, feature] > 0 if feature >= 0 else np.zeros(len(x), bool)
    borne, others = (float(rise[on].mean()), float(rise[~on].mean())) if on.any() else (float("nan"), float("nan"))
    information = _told_by(cut.destroyed, on) if on.any() else float("nan")
    return {
        "share": cut.share,
        "bimodality": bimodality(rise),
        "separation": otsu(rise).separation,
        "area": membership_area(along, cut.destroyed),
        "borne": borne,
        "others": others,
        "damage": others / borne if borne > 0 else float("nan"),
        "information": information,
    }


def _told_by(destroyed: Bool[np.ndarray, "N"], on: Bool[np.ndarray, "N"]) -> float:
    """The information that being destroyed has of bearing the feature; 0 where all or none are destroyed."""
    found = mutual_information(destroyed, on)
    return found if np.isfinite(found) else 0.0


def _networks(features: polars.DataFrame) -> polars.DataFrame:
    """Means over directions, a row a network and family, and how damage goes with overlap among its features."""
    import polars as pl

    names = ("overlap", "share", "bimodality", "separation", "area", "borne", "others", "damage", "information")
    keys = ["member", "seed", "density", "family"]
    means = features.group_by(keys, maintain_order=True).agg(
        *[pl.col(name).fill_nan(None).mean().fill_null(float("nan")) for name in names], pl.len().alias("directions")
    )
    within = []
    for (member, family), own in features.group_by("member", "family", maintain_order=True):
        known = family == "true feature" and own.height > 2
        told = spearman(own["overlap"].to_numpy(), own["damage"].to_numpy()) if known else float("nan")
        within.append({"member": member, "family": family, "within": told})
    return means.join(pl.DataFrame(within), on=["member", "family"], maintain_order="left")


def _seeds(networks: polars.DataFrame) -> polars.DataFrame:
    """Of each seed, over densities: how damage to others goes with the overlap of features."""
    import polars as pl

    known = networks.filter(pl.col("family") == "true feature")
    rows = []
    for number, (seed, own) in enumerate(groups(known, "seed")):
        told = spearman(own["overlap"].to_numpy(), own["damage"].to_numpy())
        rows.append({"member": number, "seed": seed, "densities": own.height, "together": told})
    return pl.DataFrame(rows)

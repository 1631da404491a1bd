"""What the study `abs-circuits` makes of signs: neurons by probes at +1, as published, and by those of either sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.subjects.superposition.measures import responses, signed_monosemanticity
from tropism.subjects.superposition.measures.neurons import THRESHOLD, by_sign, favorites, scores

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

COUNTS = ("asked_plus", "asked_minus", "asked_both", "mistaken", "missed")

KINDS: tuple[str, ...] = (
    "counts by both",
    "only at +1 alone: mistaken",
    "only with −1, too: missed",
    "counts by neither",
)
"""What asking at +1 alone makes of a neuron, beside asking at both signs."""


def counted(ensemble: Ensemble, conditions: list[str], *, threshold: float = THRESHOLD) -> polars.DataFrame:
    """A row a condition: how many neurons pass when asked at +1 alone, at −1 alone, and at both; means over networks.

    A neuron that is mistaken passes at +1 alone and fails at both signs: it answers to something else at −1, be it
    little, for the threshold decides what is little. `mistaken_share` is the share of `mistaken` among those that pass
    at +1, over all networks of the condition.
    """
    import polars as pl

    found = signed_monosemanticity(ensemble, threshold=threshold).with_columns(
        (pl.col("positive_only") + pl.col("negative_only")).alias("asked_both"), pl.Series("condition", conditions)
    )
    kept = [pl.col(name).fill_nan(None) for name in COUNTS]
    passing = pl.col("asked_plus").fill_nan(None).sum()
    share = pl.when(passing > 0).then(pl.col("mistaken").fill_nan(None).sum() / passing)
    return found.group_by("condition", maintain_order=True).agg(
        pl.lit(threshold).alias("threshold"),
        pl.lit(ensemble.network.sites()["hidden"].width).alias("neurons"),
        *(each.mean() for each in kept),
        share.alias("mistaken_share"),
        pl.col("asked_plus").is_finite().sum().alias("networks"),
    )


def asked(ensemble: Ensemble, conditions: list[str], *, threshold: float = THRESHOLD) -> polars.DataFrame:
    """A row a neuron: its score when asked at +1 alone, as published, and at both signs, and which of `KINDS` it is.

    What is mistaken and what is missed, the measure says: a neuron of one feature at either sign is neither.
    """
    import polars as pl

    plus, both = scores(responses(ensemble)), favorites(ensemble).score
    which = by_sign(ensemble, threshold=threshold)
    plainly = which["asked_plus"] & ~which["mistaken"]
    kind = np.select([plainly, which["mistaken"], which["missed"]], KINDS[:3], KINDS[3])
    members, neurons = np.indices(plus.shape).reshape(2, -1)
    return pl.DataFrame(
        {
            "condition": [conditions[member] for member in members],
            "member": members,
            "neuron": neurons,
            "plus": plus.ravel().astype(float),
            "both": both.ravel().astype(float),
            "kind": kind.ravel(),
        }
    ).filter(pl.col("both").is_finite())

"""What the study `exploration` looks at beyond neurons: what features cost, and what neurons of many features do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int

from tropism.studies._exploration_arms import Arm

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

FEATURED = ("LR1-Lamb-cosine", "LR1-Lamb-annealed", "LR3-Adam-annealed")
"""The arms whose features are looked at one by one: the original's, the same annealed, and one that covers half."""

BLOCKS = ("LR1-Lamb-annealed", "LR1-Adam-annealed", "LR1-SGD-annealed", "LR3-Adam-annealed")
"""The arms whose polysemantic neurons are looked at together."""

OWN = ("none", "one", "several", "some")
"""How many monosemantic neurons a feature has; some is one or several."""


def features(arm: Arm, ensemble: Ensemble, *, examples: int = 16384) -> polars.DataFrame:
    """Held-out loss of features that have no monosemantic neuron, one, several, or any: a row a network and kind.

    Returns:
        `member`, `seed`, the arm, and: `own`, which features; `features`, how many; `loss`, their squared error over
        that of answering zero, on the same examples; `loss_on` and `loss_off`, the parts of it that arise while a
        feature is on, and while it is off. NaN where there is no such feature.
    """
    import polars as pl

    from tropism.subjects.superposition.measures import feature_losses

    found, own = feature_losses(ensemble, examples=examples), _neurons_of_features(ensemble)
    rows = []
    for row, member in enumerate(ensemble.members):
        part = found.filter(pl.col("member") == row).sort("feature")
        loss, zero = part["loss"].to_numpy(), part["zero_loss"].to_numpy()
        on = (part["density"] * part["loss_on"].fill_nan(0.0)).to_numpy()
        for kind, chosen in zip(OWN, (own[row] == 0, own[row] == 1, own[row] > 1, own[row] > 0), strict=True):
            total = zero[chosen].sum() if chosen.any() else np.nan
            who = {"member": row, "seed": str(member.seed)} | words(arm)
            costs = {"loss": loss, "loss_on": on, "loss_off": loss - on}
            told = {name: float(cost[chosen].sum() / total) for name, cost in costs.items()}
            rows.append(who | {"own": kind, "features": int(chosen.sum())} | told)
    return pl.DataFrame(rows)


def by_own(found: polars.DataFrame) -> polars.DataFrame:
    """A row an arm and kind of features: means over networks that have such."""
    import polars as pl

    means = pl.col("features", "loss", "loss_on", "loss_off").cast(pl.Float64).fill_nan(None).mean()
    return found.group_by("setting", "optimizer", "schedule", "own", maintain_order=True).agg(means)


def blocks(arm: Arm, ensemble: Ensemble) -> polars.DataFrame:
    """What an arm's polysemantic neurons do together, by its singular values: a row a network and number."""
    import polars as pl

    from tropism.subjects.superposition.measures import rank_profile

    found = rank_profile(ensemble).select("member", "seed", "number", "singular", "identity")
    return found.with_columns(*(pl.lit(value).alias(name) for name, value in words(arm).items()))


def words(arm: Arm) -> dict[str, str]:
    """An arm as columns of a table."""
    return {"setting": arm.row, "optimizer": arm.optimizer, "schedule": arm.schedule}


def _neurons_of_features(ensemble: Ensemble) -> Int[np.ndarray, "E N"]:
    """How many monosemantic neurons each feature has, by the published threshold."""
    from tropism.subjects.superposition.measures.neurons import THRESHOLD, favorites
    from tropism.subjects.superposition.measures.probes import num_features

    found, count = favorites(ensemble), num_features(ensemble)
    mono = found.score > THRESHOLD
    return np.stack([np.bincount(each[own], minlength=count) for each, own in zip(found.feature, mono, strict=True)])

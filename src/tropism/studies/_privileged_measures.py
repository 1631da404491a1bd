"""What the study `privileged-basis` measures: losses on fresh data, and which features share which neurons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.studies._fresh_losses import fresh_losses
from tropism.studies._neuron_groups import Groups, groups_of, in_order

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

TEN = 10
TOGETHER = 100
"""Networks whose losses are taken at once, so that memory does not grow with the number of restarts."""

NEURONS = 5


def published(density: float) -> tuple[str, tuple[int, int] | None]:
    """What the paper says of its best network at a density: in words, and (features, neurons) that share.

    Source: Elhage et al. (2022), "Toy Models of Superposition", on superposition in a privileged basis.
    """
    if density >= 0.5:
        return "each neuron one feature", (0, 0)
    found = {0.15: (5, 3), 0.12: (6, 4)}.get(density)
    if found is None and density >= 0.2:
        found = (3, 2)
    if found is None and 0.05 <= density <= 0.08:
        found = (8, 5)
    if found is not None:
        return f"{found[0]} features in {found[1]} neurons", found
    return ("each feature two neurons", None) if density <= 0.04 else ("", None)


def is_as_published(groups: Groups, density: float) -> bool:
    """Whether as many features share as many neurons, and each of the other neurons stands for one feature.

    So a network that represents nothing is not as published. That the others stand for one each is published at the
    densities at which it is said; where it is not, it is ours.
    """
    wanted = published(density)[1]
    if wanted is None:
        return groups.pairs == 2 * NEURONS
    alone = NEURONS - wanted[1]
    return (groups.shared_features, groups.shared_neurons, groups.represented) == (*wanted, wanted[0] + alone)


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """The tables of the study, from its two ensembles."""
    import polars as pl

    networks = _networks(ensembles["densities"])
    priced = _networks(ensembles["prices"])
    kept = networks.filter(pl.col("loss").is_finite()).sort("loss")
    best = kept.unique("density", keep="first", maintain_order=True).sort("density", descending=True)
    tens = kept.with_columns(pl.col("member") // TEN).unique(["density", "member"], keep="first", maintain_order=True)
    tens = tens.drop("row", "price")
    excess = (networks["loss"] / networks.select(pl.col("loss").min().over("density"))["loss"] - 1).alias("excess")
    return {
        "best": _told(best, networks),
        "tens": tens.sort("density", "member", descending=[True, False]),
        "priced": priced.drop("as_published", "density", "row"),
        "networks": networks.drop("row", "price", "loss").with_columns(excess),
        "drawn-stacks": _stacks(ensembles["densities"], best),
    }


def _networks(ensemble: Ensemble) -> polars.DataFrame:
    """A row a network: its loss on fresh data, and its groups."""
    import polars as pl

    seeds = list(dict.fromkeys(str(member.seed) for member in ensemble.members))
    own = ensemble.experiment.task.density  # type: ignore[attr-defined]
    dials = [{"task.density": own, "l1.weight": 0.0} | dict(member.dials) for member in ensemble.members]
    densities = np.array([each["task.density"] for each in dials])
    losses = np.zeros(len(ensemble))
    for density in np.unique(densities):
        rows = np.flatnonzero(densities == density)
        for part in np.split(rows, range(TOGETHER, len(rows), TOGETHER)):
            losses[part] = fresh_losses(ensemble.select(part), float(density))
    by = "price" if len(np.unique(densities)) == 1 else "density"
    found: list[dict[str, Any]] = []
    for row, member in enumerate(ensemble.members):
        who = {"density": dials[row]["task.density"], "price": dials[row]["l1.weight"]}
        who |= {"condition": f"{by} {who[by]:g}"}
        who |= {"member": seeds.index(str(member.seed)), "seed": str(member.seed), "row": row, "loss": losses[row]}
        groups = groups_of(ensemble.params["weight"][row], ensemble.params["bias"][row])
        share = groups.shared_features / groups.represented if groups.represented else float("nan")
        told = groups._asdict() | {"shared_part": share}
        told |= {"as_published": is_as_published(groups, float(densities[row]))}
        found.append(who | (told if np.isfinite(losses[row]) else dict.fromkeys(told)))
    return pl.DataFrame(found, infer_schema_length=None)


def _told(best: polars.DataFrame, networks: polars.DataFrame) -> polars.DataFrame:
    """What the best of all restarts holds, beside what the paper says of its own."""
    import polars as pl

    least = pl.col("loss").min()
    spread = networks.group_by("density").agg(
        pl.len().alias("restarts"), (pl.col("loss") < 1.01 * least).sum().alias("near")
    )
    words = [published(density)[0] for density in best["density"]]
    found = [
        f"{row['shared_features']} features in {row['shared_neurons']} neurons, "
        f"{row['represented'] - row['shared_features']} alone; {row['pairs']} in two neurons"
        for row in best.iter_rows(named=True)
    ]
    told = best.select("density", "loss", "represented").with_columns(
        pl.Series("published", words), pl.Series("found", found)
    )
    return told.join(spread, on="density", how="left", maintain_order="left")


def _stacks(ensemble: Ensemble, best: polars.DataFrame) -> polars.DataFrame:
    """The weights of the best networks, neurons in the order in which they are drawn."""
    import polars as pl

    parts = []
    for row in best.iter_rows(named=True):
        weight = ensemble.params["weight"][row["row"]].astype(float)
        neurons, features = np.indices(weight.shape).reshape(2, -1)
        parts.append(
            pl.DataFrame({"neuron": neurons, "feature": features, "weight": weight[in_order(weight)].ravel()})
            .with_columns(pl.lit(row["condition"]).alias("condition"))
        )  # fmt: skip
    return pl.concat(parts)

"""A few features in a plane or a little more: the pentagon and its jump, features in sets, and the overture."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
import polars as pl
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_runs import KINDS, RESTARTS
from tropism.studies._geometry_shapes import REPRESENTED, cosines, five_in_a_plane
from tropism.subjects.superposition.measures.geometry import feature_directions, norms

DRAWN_LASTS = (0.2, 0.36, 0.63, 1.0, 2.0)
"""About these densities of the pentagon's last feature are drawn."""


def pentagon_tables(ensemble: Ensemble) -> dict[str, pl.DataFrame]:
    """The least loss of each shape, where they cross, and the best network's directions."""
    runs = _told(ensemble, "task.last_density", "last").with_columns(
        pl.Series("shape", [five_in_a_plane(each) for each in feature_directions(ensemble)]),
        (_places(ensemble) // RESTARTS).alias("member"),
    )
    groups = _groups(runs)
    shown = {min(runs["last"].unique(), key=lambda each: abs(np.log(each / wanted))) for wanted in DRAWN_LASTS}
    best = _best(runs, "last").filter(pl.col("last").is_in(sorted(shown))).sort("last")
    return {
        "pentagon-summary": _by_last(groups),
        "pentagon-crossings": crossings(groups),
        "drawn-pentagon-groups": groups,
        "drawn-pentagon-directions": _directions(ensemble, best, "last"),
    }


def crossings(groups: pl.DataFrame) -> pl.DataFrame:
    """The density of the last feature at which a group's best pentagon costs what its best two digons do.

    Interpolated, linearly in the logarithm; null where a group never has both, or they never cross.
    """
    rows = []
    for (member,), part in groups.group_by("member", maintain_order=True):
        both = part.drop_nulls(["pentagon", "digons"]).sort("last")
        ahead = (both["digons"] - both["pentagon"]).to_numpy()
        at = np.log(both["last"].to_numpy())
        turns = np.flatnonzero((ahead[:-1] < 0) & (ahead[1:] >= 0))
        place = [at[k] - ahead[k] * (at[k + 1] - at[k]) / (ahead[k + 1] - ahead[k]) for k in turns[-1:]]
        rows.append((member, float(np.exp(place[0])) if place else None))
    table = pl.DataFrame(rows, schema={"member": pl.Int64, "crossing": pl.Float64}, orient="row")
    return table.with_columns((1 / pl.col("crossing")).alias("rarer"))


def set_tables(ensembles: Mapping[str, Ensemble]) -> dict[str, pl.DataFrame]:
    """Cosines within and between sets for each group's best network, and the first group's directions."""
    angles, directions, products = [], [], []
    for kind, (_, hidden, _, size) in KINDS.items():
        ensemble = ensembles[kind]
        losses = expected_losses(ensemble, points=512)
        found = feature_directions(ensemble)
        for group in range(len(ensemble) // RESTARTS):
            part = losses[group * RESTARTS : (group + 1) * RESTARTS]
            row = group * RESTARTS + int(np.nanargmin(part))
            angles.append(_angles(kind, group, losses[row], found[row], size))
            if group == 0 and hidden == 2:
                directions.append(_placed(found[row], kind, "kind"))
            elif group == 0:
                products.append(_cells(cosines(found[row]), kind))
    tables = {"sets-angles": pl.DataFrame(angles), "drawn-sets-directions": pl.concat(directions)}
    return tables | {"drawn-sets-cosines": pl.concat(products)}


def intro_tables(ensemble: Ensemble) -> dict[str, pl.DataFrame]:
    """How many features are represented at each density, and the best network's directions."""
    directions = feature_directions(ensemble)
    runs = _told(ensemble, "task.density", "density").with_columns(
        _places(ensemble).alias("member"),
        pl.Series("represented", (norms(directions) >= REPRESENTED).sum(axis=1)),
        pl.Series("shape", [five_in_a_plane(each) for each in directions]),
    )
    best = _best(runs, "density").sort("density", descending=True)
    return {
        "intro-summary": _by_density(runs),
        "drawn-intro-runs": runs.select("member", "seed", "density", "loss", "represented", "shape"),
        "drawn-intro-directions": _directions(ensemble, best, "density"),
    }


def _told(ensemble: Ensemble, address: str, name: str) -> pl.DataFrame:
    """A row a run: its row in the ensemble, its seed, its own number at a dial, its expected loss."""
    return pl.DataFrame(
        {
            "row": np.arange(len(ensemble)),
            "seed": ensemble.seeds,
            name: [dict(member.dials)[address] for member in ensemble.members],
            "loss": expected_losses(ensemble),
        }
    )


def _places(ensemble: Ensemble) -> pl.Series:
    """The place of each network's seed among the seeds."""
    places = {seed: place for place, seed in enumerate(dict.fromkeys(ensemble.seeds))}
    return pl.Series("place", [places[seed] for seed in ensemble.seeds])


def _best(runs: pl.DataFrame, by: str) -> pl.DataFrame:
    return runs.sort("loss", maintain_order=True).group_by(by, maintain_order=True).first()


def _groups(runs: pl.DataFrame) -> pl.DataFrame:
    """A row a group of restarts and density of the last feature: the least loss of each shape, and the best's shape."""

    def least(shape: str) -> pl.Expr:
        return pl.col("loss").filter(pl.col("shape") == shape).min()

    found = runs.sort("loss", maintain_order=True).group_by("member", "last", maintain_order=True).agg(
        least("pentagon").alias("pentagon"),
        least("two digons").alias("digons"),
        pl.col("loss").min().alias("best"),
        pl.col("shape").first(),
        (pl.col("shape") == "pentagon").sum().alias("pentagons"),
        (pl.col("shape") == "two digons").sum().alias("pairs_of_digons"),
    )  # fmt: skip
    return found.sort("member", "last")


def _by_last(groups: pl.DataFrame) -> pl.DataFrame:
    """A row a density of the last feature: means over groups, and how many of all restarts became either shape."""
    return groups.sort("last").group_by("last", maintain_order=True).agg(
        pl.len().alias("groups"),
        pl.col("pentagon", "digons", "best").mean(),
        pl.col("pentagons", "pairs_of_digons").sum(),
    )  # fmt: skip


def _by_density(runs: pl.DataFrame) -> pl.DataFrame:
    """A row a density: how many are represented, in the mean and in the network of the least loss, and its shape."""
    ordered = runs.sort("density", "loss", descending=[True, False], maintain_order=True)
    return ordered.group_by("density", maintain_order=True).agg(
        pl.len().alias("runs"),
        pl.col("represented").mean(),
        pl.col("represented").first().alias("best_represented"),
        pl.col("shape").first(),
        pl.col("loss").first().alias("best"),
    )


def _directions(ensemble: Ensemble, chosen: pl.DataFrame, by: str) -> pl.DataFrame:
    found = feature_directions(ensemble)
    return pl.concat([_placed(found[row["row"]], row[by], by) for row in chosen.iter_rows(named=True)])


def _placed(directions: Float[np.ndarray, "N 2"], value: object, name: str) -> pl.DataFrame:
    columns = {"feature": np.arange(len(directions)), "x": directions[:, 0], "y": directions[:, 1]}
    return pl.DataFrame({name: [value] * len(directions), **columns})


def _cells(products: Float[np.ndarray, "N N"], kind: str) -> pl.DataFrame:
    down, across = np.indices(products.shape)
    cells = {"y": down.ravel(), "x": across.ravel(), "value": products.ravel()}
    return pl.DataFrame({"kind": [kind] * products.size, **cells})


def _angles(kind: str, group: int, loss: float, directions: Float[np.ndarray, "N D"], size: int) -> dict[str, object]:
    between = cosines(directions)
    pairs = list(itertools.combinations(range(len(between)), 2))
    inside = np.array([between[a, b] for a, b in pairs if a // size == b // size])
    outside = np.array([between[a, b] for a, b in pairs if a // size != b // size])
    return {
        "member": group,
        "kind": kind,
        "loss": loss,
        "within": inside.mean(),
        "within_least": inside.min(),
        "within_most": inside.max(),
        "within_size": np.abs(inside).mean(),
        "between_size": np.abs(outside).mean(),
        "represented": int((norms(directions) >= REPRESENTED).sum()),
    }

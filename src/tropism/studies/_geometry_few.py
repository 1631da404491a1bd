"""A few features in a plane or a little more: the pentagon and its jump, features in sets, and the overture."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.measures import norms
from tropism.studies._geometry_losses import expected_losses
from tropism.studies._geometry_runs import KINDS, groups_of
from tropism.studies._geometry_shapes import cosines, five_in_a_plane
from tropism.subjects.superposition.measures.geometry import REPRESENTED, feature_directions

DRAWN_LASTS = (0.2, 0.36, 0.63, 1.0, 2.0)
"""About these densities of the pentagon's last feature are drawn."""


def pentagon_tables(ensemble: Ensemble) -> dict[str, pl.DataFrame]:
    """The least loss of each shape, where they cross, and the best network's directions."""
    runs = (
        _told(ensemble, "task.last_density", "last")
        .with_columns(
            pl.Series("shape", [five_in_a_plane(each) for each in feature_directions(ensemble)]),
            _groups_of(ensemble).alias("member"),
        )
        .drop_nulls("member")
    )
    groups = _groups(runs)

    def loss_at(row: int, last: float) -> float:
        return float(expected_losses(ensemble.select([row]), instead={"task.last_density": last})[0])

    crossed = crossings(groups, loss_at)
    shown = {min(runs["last"].unique(), key=lambda each: abs(np.log(each / wanted))) for wanted in DRAWN_LASTS}
    best = _best(runs, "last").filter(pl.col("last").is_in(sorted(shown))).sort("last")
    return {
        "pentagon-summary": _by_last(groups),
        "pentagon-jump": jump(crossed),
        "pentagon-crossings": crossed,
        "drawn-pentagon-groups": groups.drop("pentagon_row", "digons_row"),
        "drawn-pentagon-directions": _directions(ensemble, best, "last"),
    }


def crossings(groups: pl.DataFrame, loss_at: Callable[[int, float], float]) -> pl.DataFrame:
    """The density of the last feature at which a group's best pentagon costs what its best two digons do.

    Between two densities that were trained, with the bounds beyond which they cannot cross, if either shape's best is
    a least loss: a network's expected loss is linear in the density, so the least loss of a shape is concave in it. It
    lies above the chord, and below what networks trained at either end cost. Null where a group never has both shapes,
    or they never cross.

    Args:
        groups: `member`, `last`, the least loss of each shape, and the `_row` of the network that has it.
        loss_at: The expected loss of a row's network at a density of the last feature.
    """
    rows = []
    for (member,), part in groups.group_by("member", maintain_order=True):
        both = part.drop_nulls(["pentagon", "digons"]).sort("last")
        ahead = (both["digons"] - both["pentagon"]).to_numpy()
        turns = np.flatnonzero((ahead[:-1] < 0) & (ahead[1:] >= 0))
        ends = both.to_dicts()
        found = [_crossing(ends[k], ends[k + 1], loss_at) for k in turns[-1:].tolist()]
        rows.append((member, *(found[0] if found else (None, None, None))))
    schema = {"member": pl.Int64, "crossing": pl.Float64, "rarer_low": pl.Float64, "rarer_high": pl.Float64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.select("member", "crossing", (1 / pl.col("crossing")).alias("rarer"), "rarer_low", "rarer_high")


def jump(crossed: pl.DataFrame) -> pl.DataFrame:
    """One row: how many times rarer the last feature is where the two cost the same; the mean, and all groups' bounds.

    Groups find the same least losses; that they agree says nothing of the densities between which none was trained.
    """
    return crossed.select(
        pl.col("rarer").mean(),
        pl.col("rarer_low").min(),
        pl.col("rarer_high").max(),
        pl.col("rarer").count().alias("n"),
    )


def set_tables(ensembles: Mapping[str, Ensemble]) -> dict[str, pl.DataFrame]:
    """Cosines within and between sets for each group's best network, and the first group's directions."""
    angles, directions, products = [], [], []
    for kind, (_, hidden, _, size) in KINDS.items():
        ensemble = ensembles[kind]
        groups = groups_of(len(ensemble))
        losses = expected_losses(ensemble, points=512)
        found = feature_directions(ensemble)
        for group, places in enumerate(groups):
            if not np.isfinite(losses[places]).any():
                continue
            row = places[int(np.nanargmin(losses[places]))]
            angles.append({**_angles(kind, group, losses[row], found[row], size), "restarts": len(places)})
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


def _groups_of(ensemble: Ensemble) -> pl.Series:
    """The group of restarts to which each network's seed belongs; null for those left over."""
    places = _places(ensemble)
    groups = groups_of(places.n_unique())
    return pl.Series("member", [next((k for k, each in enumerate(groups) if at in each), None) for at in places])


def _best(runs: pl.DataFrame, by: str) -> pl.DataFrame:
    return runs.sort("loss", maintain_order=True).group_by(by, maintain_order=True).first()


def _groups(runs: pl.DataFrame) -> pl.DataFrame:
    """A row a group of restarts and density of the last feature: the least loss of each shape, and the best's shape."""

    def least(shape: str) -> pl.Expr:
        return pl.col("loss").filter(pl.col("shape") == shape).min()

    def whose(shape: str) -> pl.Expr:
        return pl.col("row").filter(pl.col("shape") == shape, pl.col("loss").is_finite()).first()

    found = runs.sort("loss", maintain_order=True).group_by("member", "last", maintain_order=True).agg(
        least("pentagon").alias("pentagon"),
        least("two digons").alias("digons"),
        whose("pentagon").alias("pentagon_row"),
        whose("two digons").alias("digons_row"),
        pl.col("loss").min().alias("best"),
        pl.col("shape").first(),
        pl.len().alias("restarts"),
        (pl.col("shape") == "pentagon").sum().alias("pentagons"),
        (pl.col("shape") == "two digons").sum().alias("pairs_of_digons"),
    )  # fmt: skip
    return found.sort("member", "last")


def _crossing(
    left: Mapping[str, Any], right: Mapping[str, Any], loss_at: Callable[[int, float], float]
) -> tuple[float, float, float]:
    """Where the shapes cost the same between two densities; and how many times rarer that is at least, and at most."""
    fine = np.linspace(left["last"], right["last"], 4001)
    ends = fine[[0, -1]]
    most, least = {}, {}
    for shape in ("pentagon", "digons"):
        lines = [np.interp(fine, ends, [loss_at(end[f"{shape}_row"], at) for at in ends]) for end in (left, right)]
        most[shape] = np.minimum(*lines)
        least[shape] = np.minimum(np.interp(fine, ends, [left[shape], right[shape]]), most[shape])
    crossing = fine[int((most["digons"] >= most["pentagon"]).argmax())]
    possible = fine[(most["digons"] >= least["pentagon"]) & (least["digons"] <= most["pentagon"])]
    step = fine[1] - fine[0]
    return (
        float(crossing),
        float(1 / (possible.max(initial=crossing) + step)),
        float(1 / (possible.min(initial=crossing) - step)),
    )


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

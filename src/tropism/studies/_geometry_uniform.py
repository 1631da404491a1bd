"""Many features that are all alike: how many dimensions each gets, plateaus, the published fractions, and a graph."""

from __future__ import annotations

import numpy as np
import polars as pl
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.subjects.superposition.measures import feature_geometry, fractions
from tropism.subjects.superposition.measures.geometry import FIGURES, REPRESENTED, feature_directions, poisson_bounds

PLATEAUS = {"one": 1.0, "between": 0.75, "half": 0.5, "under": 0.375}
"""Where plateaus are claimed, at 1 and 1/2; and places between and below them, 3/4 and 3/8, where none is."""

REACH = 0.05
"""Dimensions per feature this near to a plateau's are on it."""

EDGE = 0.2
"""Features are joined in the graph where |W_i · W_j| is at least this; a pentagon's are .3 and .8."""

SHOWN = (0.56, 0.316, 0.215, 0.178)
"""About these densities have their graph drawn: of those that were trained, the nearest."""


FEW = 5
"""Where a smooth density would put fewer features than this, seeing none is no evidence either way."""


def uniform_tables(ensemble: Ensemble) -> dict[str, pl.DataFrame]:
    """Dimensions per feature by density, the plateaus' widths, the fractions, all features, and some graphs."""
    geometry = feature_geometry(ensemble)
    features = _by_seed(geometry)
    dimensions = _dimensions(features, ensemble.experiment.network.sites()["hidden"].width)
    nodes, edges = graphs(ensemble, geometry)
    apart = pl.concat(
        fractions(part).select(pl.lit(member).alias("member"), pl.lit(seed).alias("seed"), pl.all())
        for (member, seed), part in features.group_by("member", "seed", maintain_order=True)
    ).drop("low", "high", "plateau")
    return {
        "uniform-summary": _by_density(dimensions),
        "uniform-plateaus": plateaus(dimensions),
        "uniform-fractions": judged(fractions(features), apart),
        "uniform-fractions-by-seed": apart,
        "drawn-uniform-dimensions": dimensions,
        "drawn-uniform-features": features.select("member", "density", "norm", "dimensionality"),
        "drawn-uniform-nodes": nodes,
        "drawn-uniform-edges": edges,
    }


def plateaus(dimensions: pl.DataFrame) -> pl.DataFrame:
    """For how many octaves of 1 / (1 − S) the dimensions per feature stay near each plateau: a row a seed.

    Between densities they are interpolated, linearly in the logarithm.
    """
    rows = []
    for (member, seed), part in dimensions.group_by("member", "seed", maintain_order=True):
        part = part.sort("rarity")
        octaves = np.log2(part["rarity"].to_numpy())
        fine = np.linspace(octaves[0], octaves[-1], 4001)
        found = np.interp(fine, octaves, part["dims"].to_numpy())
        widths = [(np.abs(found - each) <= REACH).mean() * (fine[-1] - fine[0]) for each in PLATEAUS.values()]
        rows.append((member, seed, *widths))
    return pl.DataFrame(rows, schema=["member", "seed", *PLATEAUS], orient="row")


def judged(pooled: pl.DataFrame, apart: pl.DataFrame) -> pl.DataFrame:
    """The fractions of all seeds together, with an interval of seen over smooth, and what it says: a row a fraction.

    Features of one figure come together, so the noise of a count is that of figures, or what the seeds show where it
    is more: an exact Poisson interval in units of as many features as a figure has, times the seeds' dispersion.

    Source: McCullagh and Nelder (1989), "Generalized Linear Models", on over-dispersion.
    """
    sizes = {str(fraction): size for fraction, (_, size) in FIGURES.items()}
    rows = []
    for row in pooled.iter_rows(named=True):
        counts = apart.filter(pl.col("fraction") == row["fraction"])["count"].to_numpy()
        spread = dispersion(counts / sizes[row["fraction"]])
        unit = sizes[row["fraction"]] * spread
        low, high = (unit * bound for bound in poisson_bounds(row["count"] / unit))
        ratios = [bound / row["smooth"] if row["smooth"] > 0 else None for bound in (row["count"], low, high)]
        rows.append((low, high, *ratios, spread, len(counts), _word(low, high, row["smooth"])))
    names = ["low", "high", "ratio", "ratio_low", "ratio_high", "dispersion", "n", "plateau"]
    found = pl.DataFrame(rows, schema=names, orient="row")
    return pooled.drop("low", "high", "plateau", "features").hstack(found)


def dispersion(counts: Float[np.ndarray, "E"]) -> float:
    """How many times a Poisson count's variance some counts of one mean have, and at least 1."""
    if len(counts) < 2 or not counts.mean() > 0:
        return 1.0
    return max(1.0, float(counts.var(ddof=1) / counts.mean()))


def graphs(ensemble: Ensemble, geometry: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The features that one seed's networks represent at a few densities, and those that are joined.

    Args:
        ensemble: The networks.
        geometry: What `feature_geometry` has of them.
    """
    densities = np.array([dict(member.dials)["task.density"] for member in ensemble.members])
    chosen = {int(np.abs(np.log(densities / wanted)).argmin()) for wanted in SHOWN}
    directions = feature_directions(ensemble)
    parts = geometry.partition_by("member", as_dict=True)
    nodes, edges = [], []
    for row in sorted(chosen):
        there = parts[(row,)].filter(pl.col("norm") >= REPRESENTED)
        nodes.append(there.select("feature", "dimensionality", pl.lit(densities[row]).alias("density")))
        edges.append(_joined(directions[row], there["feature"].to_numpy(), densities[row]))
    return pl.concat(nodes), pl.concat(edges)


def _word(low: float, high: float, smooth: float) -> str:
    """What a claim of the same interval comes to, and whether there was anything to see."""
    if low > smooth:
        return "yes"
    if high <= smooth:
        return "no"
    return "undecided" if smooth >= FEW else "no evidence"


def _by_seed(geometry: pl.DataFrame) -> pl.DataFrame:
    """With the place of the seed as the member, since a seed's networks of all densities are looked at together."""
    seeds = geometry["seed"].unique(maintain_order=True).to_list()
    place = pl.col("seed").replace_strict({seed: place for place, seed in enumerate(seeds)}, return_dtype=pl.Int64)
    return geometry.with_columns(place.alias("member")).rename({"task.density": "density"})


def _dimensions(features: pl.DataFrame, hidden: int) -> pl.DataFrame:
    return features.group_by("member", "seed", "density", maintain_order=True).agg(
        (1 / pl.col("density").first()).alias("rarity"),
        (hidden / (pl.col("norm") ** 2).sum()).alias("dims"),
        (pl.col("dimensionality").sum() / hidden).alias("packed"),
        (pl.col("norm") >= REPRESENTED).sum().alias("represented"),
    )


def _by_density(dimensions: pl.DataFrame) -> pl.DataFrame:
    """A row a density: over seeds, the mean of everything, and the range of dimensions per feature."""
    return dimensions.group_by("density", "rarity", maintain_order=True).agg(
        pl.len().alias("networks"),
        pl.col("dims").mean(),
        pl.col("dims").min().alias("dims_least"),
        pl.col("dims").max().alias("dims_most"),
        pl.col("packed", "represented").mean(),
    )


def _joined(directions: Float[np.ndarray, "N D"], there: np.ndarray, density: float) -> pl.DataFrame:
    products = directions[there] @ directions[there].T
    left, right = np.nonzero(np.triu(np.abs(products) >= EDGE, 1))
    return pl.DataFrame(
        {
            "density": np.full(len(left), density),
            "left": there[left],
            "right": there[right],
            "product": products[left, right].astype(np.float64),
        }
    )

"""What the study `top-filter` measures: how much of the features comes back, and how neurons stand to features."""

from __future__ import annotations

from collections.abc import Mapping
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.studies._top_filter_runs import ALIGNED_AT, ANNEALED, DENSITY, FEATURES, LINEAR, MORE, PATIENT
from tropism.subjects.superposition.measures import responses
from tropism.subjects.superposition.measures.examples import held_out
from tropism.subjects.superposition.measures.neurons import scores

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

EXAMPLES = 20_480
"""Held-out examples that R² is taken on."""
CLOSED = 0.02
"""A filter costs nothing, as far as the critical width goes, where its gap is below this."""
AMPLITUDE = 0.7
"""How strongly a feature is shown alone when neurons are asked what they stand for."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Networks one by one, the best of the seeds, critical widths, the cap, and the controls."""
    import polars as pl

    filters = [name for name in ensembles if name.startswith(("ReLU", "top")) and name != PATIENT and MORE not in name]
    networks = with_gaps(pl.concat([_networks(name, ensembles[name]) for name in filters]))
    found = {
        "networks": networks,
        "best": best(networks),
        "critical": critical(networks),
        "cap": _caps(ensembles["ReLU"], [name for name in filters if name != "ReLU"]),
    }
    if LINEAR in ensembles:
        found["linear"] = _linear(ensembles[LINEAR])
    usual = networks.filter(pl.col("start") == "random")
    for name, table in ((ANNEALED, "narrowed"), (PATIENT, "patience")):
        if name in ensembles:
            found[table] = _beside_usual(ensembles[name], usual)
    if any(MORE in name for name in ensembles):
        found["alignment"] = _alignment(networks, ensembles)
    return found


class Fit(NamedTuple):
    """How well features come back: R² = 1 − squared error / variance, over all of them, and of each."""

    pooled: Float[np.ndarray, "E"]
    each: Float[np.ndarray, "E N"]


def held_out_fit(ensemble: Ensemble) -> Fit:
    """How well features come back, on each member's own held-out examples."""
    wrong, spread = np.empty((2, len(ensemble), FEATURES))
    seeds = [member.seed for member in ensemble.members]
    for seed in dict.fromkeys(seeds):  # members of one seed see the same examples
        rows = [row for row, own in enumerate(seeds) if own == seed]
        shown, off, sums, squares = ensemble.select(rows), 0.0, 0.0, 0.0
        for (inputs, targets, *_), _ in held_out(ensemble, rows[0], examples=EXAMPLES):
            wanted = np.asarray(targets, float)
            off = off + np.square(shown(inputs) - wanted).sum(axis=1)
            sums, squares = sums + wanted.sum(axis=0), squares + np.square(wanted).sum(axis=0)
        wrong[rows], spread[rows] = off, squares - np.square(sums) / EXAMPLES
    return Fit(1 - wrong.sum(axis=1) / spread.sum(axis=1), 1 - wrong / spread)


def cap_r2(kept: int, features: int = FEATURES, density: float = DENSITY) -> float:
    """R² of a network that gives the `kept` largest features back as they are, and zeros for the others.

    Of c that are on, uniform in [0, 1], the j-th smallest has a mean square of j(j + 1) / ((c + 1)(c + 2)).

    Source: order statistics of uniform numbers.
    """
    lost = 0.0
    for on in range(kept + 1, features + 1):
        left = on - kept
        smallest = left * (left + 1) * (left + 2) / (3 * (on + 1) * (on + 2))
        lost += comb(features, on) * density**on * (1 - density) ** (features - on) * smallest
    return 1 - lost / (features * (density / 3 - density**2 / 4))


def alignment(changes: Float[np.ndarray, "E K N"]) -> Float[np.ndarray, "E"]:
    """How much of what a feature does to the hidden layer it does to one neuron, its mean over features.

    max_j |Δh_j| / |Δh|: 1 where each feature moves one neuron, 1/√K where it moves all K alike; 0 counts for a feature
    that moves none. NaN for one that diverged.
    """
    lengths = np.linalg.norm(changes, axis=1)
    most = np.abs(changes).max(axis=1)
    share = np.divide(most, lengths, out=np.where(np.isfinite(lengths), 0.0, np.nan), where=lengths > 0)
    return share.mean(axis=1)


def monosemantic_share(changes: Float[np.ndarray, "E K N"]) -> Float[np.ndarray, "E"]:
    """The largest of a neuron's answers to the features over the sum of all, its mean over neurons that answer.

    1 where every neuron answers to one feature; 1/N where all N move it alike. NaN where none answers.
    """
    found = []
    for own in changes:
        answers = np.abs(own).sum(axis=1) > 0
        found.append(float(scores(own)[answers].mean()) if answers.any() and np.isfinite(own).all() else np.nan)
    return np.array(found)


def with_gaps(networks: polars.DataFrame) -> polars.DataFrame:
    """The same table with what the filter costs, beside the network without one of the same start, width and seed."""
    import polars as pl

    same = ["start", "width", "member"]
    without = networks.filter(pl.col("filter") == "ReLU").select(*same, pl.col("r2").alias("r2_relu"))
    joined = networks.join(without, on=same, maintain_order="left")
    return joined.with_columns(gap=pl.col("r2_relu") - pl.col("r2"), beside_cap=pl.col("r2") - pl.col("cap")).drop(
        "r2_relu"
    )


def best(networks: polars.DataFrame) -> polars.DataFrame:
    """The best of the seeds of each filter, start and width; both sides of its gap are the best of as many."""
    import polars as pl

    same = ["filter", "start", "width"]
    found = networks.group_by(same, maintain_order=True).agg(
        pl.col("r2").max(), pl.col("cap").first(), pl.len().alias("seeds")
    )
    without = found.filter(pl.col("filter") == "ReLU").select("start", "width", pl.col("r2").alias("relu"))
    joined = found.join(without, on=["start", "width"], maintain_order="left")
    return joined.with_columns(gap=pl.col("relu") - pl.col("r2")).drop("relu")


def critical(networks: polars.DataFrame) -> polars.DataFrame:
    """For each filter, start and seed the smallest of the widths at which the gap is closed, NaN if it is at none."""
    import polars as pl

    filtered = networks.filter(pl.col("filter") != "ReLU")
    closed = pl.col("width").filter(pl.col("gap") < CLOSED)
    found = filtered.group_by("filter", "start", "member", "seed", maintain_order=True).agg(
        closed.min().cast(pl.Float64).fill_null(np.nan).alias("critical"),
        (pl.col("gap") < CLOSED).any().alias("closes"),
    )
    return found.with_columns(at_features=pl.col("critical") == FEATURES)


def _networks(name: str, ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    fit, changes = held_out_fit(ensemble), _changes(ensemble)
    fresh = _changes(ensemble.at(0))
    kept = getattr(ensemble.network, "kept", None)
    found = _who(ensemble).with_columns(
        pl.lit(name).alias("filter"),
        pl.Series("r2", fit.pooled),
        pl.lit(1.0 if kept is None else cap_r2(kept)).alias("cap"),
        pl.Series("solved", (fit.each > 0.5).sum(axis=1)),
        pl.Series("alignment", alignment(changes)),
        pl.Series("mono", monosemantic_share(changes)),
        pl.Series("answering", (np.abs(changes).sum(axis=2) > 0).sum(axis=1)),
        pl.Series("alignment_fresh", alignment(fresh)),
        pl.Series("mono_fresh", monosemantic_share(fresh)),
    )
    same, chance = ["width", "member"], ["alignment_fresh", "mono_fresh"]
    random = found.filter(pl.col("start") == "random").select(*same, *chance)
    told = found.drop(chance).join(random, on=same, maintain_order="left")
    first = ["filter", "start", "width", "member", "seed"]
    return told.select(*first, *[each for each in told.columns if each not in first])


def _alignment(networks: polars.DataFrame, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """How features lie on neurons at one width from a random start, of the usual seeds and then of more."""
    import polars as pl

    usual = networks.filter(pl.col("start") == "random", pl.col("width") == ALIGNED_AT)
    parts, seeds = [], usual["seed"].n_unique()
    for name in ("ReLU", "top 4"):
        further = _networks(name, ensembles[f"{name}, {MORE}"]).with_columns(pl.col("member") + seeds)
        columns = ["filter", "member", "seed", "alignment", "alignment_fresh"]
        parts += [usual.filter(pl.col("filter") == name).select(columns), further.select(columns)]
    return pl.concat(parts)


def _who(ensemble: Ensemble) -> polars.DataFrame:
    """Each network's start, width, and place among the seeds; from its dials, or where it has none from its weights."""
    import polars as pl

    hidden = int(getattr(ensemble.network, "hidden", 0))
    there = (ensemble.params["hidden.weight"] != 0).any(axis=2).sum(axis=1)
    dials = [dict(member.dials) for member in ensemble.members]
    seeds = [str(member.seed) for member in ensemble.members]
    places = {seed: place for place, seed in enumerate(dict.fromkeys(seeds))}
    widths = [int(hidden - own["network.idle"]) if own else int(count) for own, count in zip(dials, there, strict=True)]
    starts = ["aligned" if own.get("network.aligned", 0.0) > 0 else "random" for own in dials]
    return pl.DataFrame({"start": starts, "width": widths, "member": [places[seed] for seed in seeds], "seed": seeds})


def _changes(ensemble: Ensemble) -> Float[np.ndarray, "E K N"]:
    """What each feature alone adds to each neuron."""
    nothing = ensemble.listen(np.zeros((1, FEATURES), np.float32), ("hidden",))[1]["hidden"]
    return responses(ensemble, amplitude=AMPLITUDE) - nothing.swapaxes(1, 2)


def _caps(ensemble: Ensemble, filters: list[str]) -> polars.DataFrame:
    """The cap in closed form and on the first seed's held-out examples."""
    import polars as pl

    drawn = np.concatenate([np.asarray(batch.targets, float) for batch, _ in held_out(ensemble, 0, examples=EXAMPLES)])
    rows, variance = [], drawn.var(axis=0).sum()
    for name in filters:
        kept = int(name.removeprefix("top "))
        lost = np.square(np.sort(drawn, axis=1)[:, :-kept]).sum(axis=1).mean()
        rows.append((name, cap_r2(kept), 1 - lost / variance, float(((drawn > 0).sum(axis=1) > kept).mean())))
    return pl.DataFrame(rows, schema=["filter", "cap", "cap_drawn", "more_on"], orient="row")


def _linear(ensemble: Ensemble) -> polars.DataFrame:
    import polars as pl

    found = _who(ensemble).drop("start").with_columns(pl.Series("r2", held_out_fit(ensemble).pooled))
    return found.with_columns(pca=pl.col("width") / FEATURES).with_columns(beside_pca=pl.col("r2") - pl.col("pca"))


def _beside_usual(ensemble: Ensemble, usual: polars.DataFrame) -> polars.DataFrame:
    """Networks with four neurons kept that were trained another way, beside those of the same width and seed."""
    import polars as pl

    found = _who(ensemble).drop("start").with_columns(pl.Series("r2", held_out_fit(ensemble).pooled))
    for name, column in (("ReLU", "r2_relu"), ("top 4", "r2_usual")):
        one = usual.filter(pl.col("filter") == name).select("width", "member", pl.col("r2").alias(column))
        found = found.join(one, on=["width", "member"], maintain_order="left")
    gaps = found.with_columns(gap=pl.col("r2_relu") - pl.col("r2"), gain=pl.col("r2") - pl.col("r2_usual"))
    return gaps.drop("r2_relu")

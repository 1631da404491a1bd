"""What the study `hybrid` measures: what each block holds, and which δ a rule would choose."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.dictionaries import OMP, Dictionary, PrincipalComponents
from tropism.measures import (
    chance,
    code_scores,
    cosines,
    explained_variance,
    firing_rates,
    recovery,
    subspace_overlap,
)
from tropism.studies._hybrid_runs import ACTIVE, DATA, WEIGHT, Arm
from tropism.subjects.features.scores import Learned, coded_f1, learned
from tropism.subjects.features.truth import Sample, sample_of, truth_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

EXAMPLES = 10_000
"""Fresh examples on which networks are judged."""
CODED = 4_000
"""Those of them on which it is asked which features are on."""
OFTEN = 0.3
"""A sparse latent that is on more often than this counts as dense."""
LEAST = 1e-3
"""One that is on less often is left out of the comparison with the truth."""
DRAWS = 3
"""Draws of random directions."""


class Given(NamedTuple):
    """Data of one member, and the truth about them.

    Attributes:
        seen: Fresh examples.
        sparse: Directions of the sparse features.
        dense: Those of the dense ones, perhaps none.
        rare: Which features are sparse.
        components: Principal components of other examples, the largest first.
        oracle: F1 of what matching pursuit finds with the sparse features' own directions.
    """

    seen: Sample
    sparse: Float[np.ndarray, "G d"]
    dense: Float[np.ndarray, "r d"]
    rare: np.ndarray
    components: Float[np.ndarray, "d d"]
    oracle: float


def tables(ensembles: Mapping[str, Ensemble], arms: Sequence[Arm]) -> dict[str, polars.DataFrame]:
    """Networks, what rules choose among them, and for which seeds they do so rightly."""
    import polars as pl

    given: dict[tuple[str, str], Given] = {}
    places = list(dict.fromkeys(str(member.seed) for arm in arms for member in ensembles[arm.name].members))
    rows = [
        _network(arm, ensembles[arm.name], row, given, places)
        for arm in arms
        for row in range(len(ensembles[arm.name]))
    ]
    networks = pl.DataFrame(rows)
    chosen = rule(networks)
    return {"networks": networks, "rule": chosen, "seeds": seeds(chosen)}


def rule(networks: polars.DataFrame) -> polars.DataFrame:
    """Which δ each criterion chooses for each network's data, one row for all of its δ."""
    import polars as pl

    told = networks.filter(begun="random").sort("delta")
    rows = []
    for (data, code, weight, seed), part in told.group_by("data", "code", "weight", "seed", maintain_order=True):
        deltas, dense = part["delta"].to_numpy(), part["r"][0]
        first = {often: _first(deltas, part["most"].to_numpy() <= often) for often in (0.2, OFTEN, 0.4)}
        by = {f"by_{name}": float(deltas[_largest(part[name])]) for name in ("explained", "matched", "beside", "f1")}
        named = {"member": len(rows), "seed": seed, "data": data, "code": code, "price": priced(weight)}
        chosen = {"chosen": first[OFTEN], "right": first[OFTEN] == dense, "off": first[OFTEN] - dense}
        rows.append(
            named | {"weight": weight, "r": dense} | chosen | {"chosen_20": first[0.2], "chosen_40": first[0.4]} | by
        )
    return pl.DataFrame(rows)


def seeds(chosen: polars.DataFrame) -> polars.DataFrame:
    """For how much of the data with dense directions the rule is right, a row a seed, at the default price.

    Networks of one seed have luck in common, whatever their data.
    """
    import polars as pl

    own = chosen.filter((pl.col("r") > 0) & (pl.col("code") == "L1") & (pl.col("weight") == WEIGHT))
    counted = own.group_by("seed", maintain_order=True).agg(data=pl.len(), right=pl.col("right").mean())
    return counted.with_row_index("member")


def priced(weight: float) -> str:
    """A price in words, by which tables are parted."""
    return f"price {weight:g}"


def _first(deltas: np.ndarray, good: np.ndarray) -> float:
    return float(deltas[good.argmax()]) if good.any() else math.nan


def _largest(values: polars.Series) -> int:
    return int(np.nan_to_num(values.to_numpy(), nan=-1.0).argmax())


def _network(
    arm: Arm, ensemble: Ensemble, row: int, known: dict[tuple[str, str], Given], places: list[str]
) -> dict[str, Any]:
    member = ensemble.members[row]
    place = (arm.data, str(member.seed))
    if place not in known:
        known[place] = _given(ensemble, row)
    data, delta = known[place], arm.delta_of(row, len(ensemble))
    one = kept(learned(ensemble, row, data.seen.x), delta, arm.places)
    weight = float(dict(member.dials).get("code_norm.weight", 0.0))
    named = {"data": arm.data, "r": DATA[arm.data][0], "code": arm.code, "begun": arm.begun}
    named |= {"free": f"δ = {delta}", "price": priced(weight), "delta": delta, "weight": weight}
    told = {"member": places.index(str(member.seed)), "seed": str(member.seed)}
    return named | told | _sparse(delta, one, data) | _dense(delta, one, data)


def kept(one: Learned, delta: int, places: int) -> Learned:
    """A dictionary without the dense places that are silent."""
    chosen = np.delete(np.arange(len(one.live)), np.arange(delta, places))
    whole = one.dictionary
    rows = Dictionary.of(whole.atoms[chosen], offset=whole.offset, signed=whole.signed)
    return Learned(rows, one.encoders[chosen], one.codes[:, chosen], one.rebuilt, one.live[chosen])


def _given(ensemble: Ensemble, row: int) -> Given:
    truth = truth_of(ensemble)
    rare = truth.frequency[row] < 1
    rows = truth.rows[row].astype(float)
    fit = sample_of(ensemble, row, EXAMPLES, purpose="fit").x
    components = PrincipalComponents(num_atoms=rows.shape[1]).fit(fit, seed=0).atoms
    seen = sample_of(ensemble, row, EXAMPLES)
    return Given(seen, rows[rare], rows[~rare], rare, components, oracle(seen, rows, rare))


def oracle(seen: Sample, rows: Float[np.ndarray, "G d"], rare: Bool[np.ndarray, "G"]) -> float:
    """F1 of what pursuit finds with the sparse features' own directions, the dense ones' span taken off everything.

    It is told how many are on, as TopK is; no price is.

    Args:
        seen: Examples, without an offset.
        rows: The directions of all features.
        rare: Which of them are sparse.
    """
    outside = _outside(rows[~rare], rows.shape[1])
    true = rows[rare] @ outside.T
    few = Sample(seen.x[:CODED] @ outside.T, seen.z[:CODED, rare], seen.on[:CODED, rare])
    return coded_f1(Dictionary.of(true, signed=True), true, few, OMP(active=ACTIVE))[0]


def _sparse(delta: int, one: Learned, data: Given) -> dict[str, float]:
    """How sparse the sparse part is, and how near the truth; once more with the dense block's span taken off both."""
    codes, atoms = one.codes[:, delta:], one.dictionary.atoms[delta:]
    rates = firing_rates(codes)
    live = atoms[rates > LEAST] if (rates > LEAST).any() else atoms
    outside = _outside(one.dictionary.atoms[:delta], atoms.shape[1])
    found = recovery(live, data.sparse, signed=True)
    beside = recovery(live @ outside.T, data.sparse @ outside.T, signed=True)
    few, near = codes[:CODED], cosines(atoms, data.sparse, signed=True)
    on = data.seen.z[:CODED][:, data.rare]
    shuffled = np.random.default_rng(0).permutation(len(few))
    return {
        "explained": float(explained_variance(data.seen.x, one.rebuilt)),
        "l0": float(rates.sum()),
        "live": float((rates > LEAST).sum()),
        "dense_latents": float((rates > OFTEN).sum()),
        "most": float(rates.max()),
        "matched": found.matched,
        "matched_chance": _luck(len(live), len(data.sparse), atoms.shape[1]),
        "ceiling": float(np.linalg.norm(data.sparse @ outside.T, axis=1).mean()),
        "beside": beside.matched,
        "beside_chance": _luck(len(live), len(data.sparse), len(outside)),
        "recall": found.recall,
        "recall_beside": beside.recall,
        "f1": code_scores(few, on, near).live,
        "f1_chance": code_scores(few[shuffled], on, near).live,
        "f1_oracle": data.oracle,
    }


def _dense(count: int, one: Learned, data: Given) -> dict[str, float]:
    """What the dense block holds: of the true one, of the variance, and of what is sparse."""
    x = data.seen.x
    block, whole = one.dictionary.atoms[:count], explained_variance(x, one.rebuilt)
    free = one.codes[:, :count] @ block
    sparse = one.codes[:, count:] @ one.dictionary.atoms[count:]
    lost = {
        "lost_dense": float(whole - explained_variance(x, one.rebuilt - free)),
        "lost_sparse": float(whole - explained_variance(x, one.rebuilt - sparse)),
    }
    if not count:
        empty = ("overlap", "overlap_pca", "overlap_chance", "leak", "leak_pca", "leak_chance")
        return lost | dict.fromkeys(empty, math.nan)
    random, width = np.random.default_rng(count), x.shape[1]
    signal = data.seen.z[:, data.rare] @ data.sparse
    by_luck = [_leak(signal, x @ random.normal(size=(width, count))) for _ in range(DRAWS)]
    there = len(data.dense)
    return lost | {
        "overlap": subspace_overlap(block, data.dense) if there else math.nan,
        "overlap_pca": subspace_overlap(data.components[:count], data.dense) if there else math.nan,
        "overlap_chance": max(count, there) / width if there else math.nan,
        "leak": _leak(signal, one.codes[:, :count]),
        "leak_pca": _leak(signal, x @ data.components[:count].T),
        "leak_chance": float(np.mean(by_luck)),
    }


def _outside(block: Float[np.ndarray, "K d"], width: int) -> Float[np.ndarray, "M d"]:
    """A basis of all that is at right angles to some directions."""
    return np.linalg.svd(block, full_matrices=True)[2][len(block) :] if len(block) else np.eye(width)


def _leak(signal: Float[np.ndarray, "N d"], scores: Float[np.ndarray, "N K"]) -> float:
    """The share of a signal's variance that a linear map of some scores has."""
    known = np.column_stack([scores, np.ones(len(scores))])
    return float(explained_variance(signal, known @ np.linalg.lstsq(known, signal, rcond=None)[0]))


def _luck(live: int, true: int, width: int) -> float:
    """The matched cosine of so many random directions with so many others, to the nearest eight of them."""
    return _of_random(max(8, 8 * round(live / 8)), true, width)


@functools.lru_cache(maxsize=256)
def _of_random(live: int, true: int, width: int) -> float:
    rows = np.random.default_rng((true, width)).normal(size=(true, width))
    return chance(rows, live, signed=True, draws=10)["matched"].mean

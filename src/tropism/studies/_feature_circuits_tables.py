"""What the study `feature-circuits` measures: how sparse weights are, and which edges are wires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.dictionaries import KSVD, OMP, Dictionary, IndependentComponents, Method, PrincipalComponents
from tropism.measures import matching, recovery
from tropism.studies._feature_circuits_edges import RANKINGS, Heard, edges_for, gini, hoyer, left, scores, strongest
from tropism.studies._feature_circuits_nets import (
    ACTIVE,
    WIDTH,
    WORLDS,
    Examples,
    Layer,
    Scale,
    elsewhere,
    examples_of,
    layer_of,
    through,
    wired,
)

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

WIRES = 2
"""Wires of each feature, as many as edges are looked for."""
KEPT = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Edges that are kept, per feature."""
RAREST = 1 / 8
"""How often the rarest feature comes on, as a share of the most frequent one, where the distribution is shifted."""


class Pair(NamedTuple):
    """Directions before and after the layer."""

    before: Float[np.ndarray, "D d"]
    after: Float[np.ndarray, "D d"]


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """Sparsity by basis, wires found by ranking, information left over, gates, and what is found again."""
    import polars as pl

    rows: dict[str, list[dict[str, object]]] = {name: [] for name in ("sparsity", "edges", "left", "gates", "again")}
    for member, seed in enumerate(seeds):
        for world, features in WORLDS.items():
            about = {"member": member, "seed": str(seed), "world": world}
            for name, found in _of_one(features, seed, scale).items():
                rows[name].extend(about | row for row in found)
    return {name: pl.DataFrame(each) for name, each in rows.items()}


def _of_one(features: int, seed: Seed, scale: Scale) -> Mapping[str, list[dict[str, object]]]:
    """All rows of a seed's layer."""
    layer = layer_of(features, seed)
    bases = _bases(layer, seed, scale)
    fitted, scored = (examples_of(layer, scale.examples, _random(seed, word)) for word in ("judged", "scored"))
    both = {name: _coded(layer, bases[name], name, fitted, scored) for name in ("true features", "dictionary")}
    alien = tuple(each._replace(weights=_alien(layer, seed)) for each in both["true features"])
    lot = _random(seed, "edges")
    return {
        "sparsity": [{"basis": name} | _sparsity(layer, pair) for name, pair in bases.items()],
        "edges": [
            *(row for name, each in both.items() for row in _found(layer, bases[name], name, each, lot)),
            *_found(layer, bases["true features"], "another's weights", alien, lot),
        ],
        "left": [row for name, each in both.items() for row in _left(name, each, lot)],
        "gates": list(_gates(layer, both["true features"], scored, lot)),
        "again": list(_again(layer, bases["dictionary"], seed, scale)),
    }


def _bases(layer: Layer, seed: Seed, scale: Scale) -> Mapping[str, Pair]:
    """Directions by everybody who looks for them, in examples where both layers' features come and go by themselves."""
    count, random = len(layer.before), _random(seed, "shown")
    driven = examples_of(layer, scale.shown, random)
    free = elsewhere(layer, scale.shown, random)
    ways: Mapping[str, Method] = {"ICA": IndependentComponents(WIDTH, rounds=200), "PCA": PrincipalComponents(WIDTH)}
    narrow = {name: _fitted(way, driven.x, free, seed) for name, way in ways.items()}
    before, after = (_learned(x, count, seed, scale) for x in (driven.x, free))
    return {
        "true features": Pair(layer.before, layer.after),
        "dictionary": Pair(before, after),
        "dictionary, driven": Pair(before, _learned(driven.y, count, seed, scale)),
        **narrow,
        "PCA, driven": _fitted(ways["PCA"], driven.x, driven.y, seed),
        "neurons": Pair(np.eye(WIDTH), np.eye(WIDTH)),
        "by lot": Pair(*(_by_lot(count, _random(seed, f"lot {each}")) for each in ("before", "after"))),
    }


def _fitted(way: Method, x: Float[np.ndarray, "N d"], y: Float[np.ndarray, "N d"], seed: Seed) -> Pair:
    return Pair(way.fit(x, seed=seed.init).atoms, way.fit(y, seed=seed.init).atoms)


def _learned(x: Float[np.ndarray, "N d"], count: int, seed: Seed, scale: Scale) -> Float[np.ndarray, "D d"]:
    """Of several starts the dictionary that leaves least of its examples."""
    way = KSVD(count, active=ACTIVE, rounds=scale.rounds)
    found: list[Dictionary] = [way.fit(x, seed=1000 * seed.init + start) for start in range(scale.starts)]
    return min(found, key=lambda each: float(each.errors[-1])).atoms


def _by_lot(count: int, random: np.random.Generator) -> Float[np.ndarray, "D d"]:
    """Directions that know nothing, as many and as they lie."""
    rows = random.normal(size=(count, WIDTH))
    return np.linalg.qr(rows)[0] if count <= WIDTH else rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _sparsity(layer: Layer, pair: Pair) -> dict[str, object]:
    weights = virtual(layer, pair)
    near = [recovery(found, true) for found, true in zip(pair, (layer.before, layer.after), strict=True)]
    return {
        "hoyer": hoyer(weights),
        "per_feature": edges_for(weights) / len(weights),
        "gini": gini(weights),
        "matched_before": near[0].matched,
        "matched_after": near[1].matched,
        "recall_after": near[1].recall,
    }


def virtual(layer: Layer, pair: Pair) -> Float[np.ndarray, "D D"]:
    """Weights from directions before the layer to those after it, each of which reads what lies along itself.

    Reading by a pseudoinverse instead blows up where a learned dictionary has one direction twice and lacks another.
    """
    return pair.before @ layer.weights @ pair.after.T


def _alien(layer: Layer, seed: Seed) -> Float[np.ndarray, "G G"]:
    """Weights of a layer with other wires between the same directions; the examples know nothing of it."""
    wiring = wired(len(layer.before), _random(seed, "another"))[0]
    weights = np.linalg.pinv(layer.before) @ wiring @ layer.after
    return virtual(layer._replace(weights=weights), Pair(layer.before, layer.after))


def _coded(layer: Layer, pair: Pair, name: str, *examples: Examples) -> tuple[Heard, ...]:
    """Amounts of directions in examples: known for true features, by pursuit for those that were learned."""
    weights = virtual(layer, pair)
    if name == "true features":
        return tuple(Heard(weights, each.codes, each.heard) for each in examples)
    before, after = OMP(ACTIVE), OMP(WIRES * ACTIVE)
    return tuple(
        Heard(weights, before.coded(pair.before, each.x), after.coded(pair.after, each.y)) for each in examples
    )


def _wires(layer: Layer, pair: Pair) -> Bool[np.ndarray, "D D"]:
    """Which edges between learned directions join those whose true partners are joined."""
    found = np.zeros((len(pair.before), len(pair.after)), bool)
    rows, columns = matching(pair.before, layer.before), matching(pair.after, layer.after)
    found[np.ix_(rows.learned, columns.learned)] = layer.edges[np.ix_(rows.true, columns.true)]
    return found


def _found(
    layer: Layer, pair: Pair, basis: str, both: Sequence[Heard], lot: np.random.Generator
) -> Iterable[dict[str, object]]:
    """How many of the strongest edges are wires; as many are looked for as there are, so misses are as many."""
    wires = _wires(layer, pair)
    for ranking in RANKINGS:
        strength = scores(both[0], ranking, lot)
        chosen = strongest(strength, WIRES)
        yield {
            "basis": basis,
            "ranking": ranking,
            "precision": float((chosen & wires).sum() / chosen.sum()),
            "area": _area(strength, wires),
            "hoyer": hoyer(np.maximum(strength, 0)),
            "chance": float(wires.mean()),
        }


def _area(strength: Float[np.ndarray, "D D"], wires: Bool[np.ndarray, "D D"]) -> float:
    """How often a wire is ranked above an edge that is none; half by lot."""
    from scipy.stats import rankdata

    ranks, count = rankdata(strength).reshape(strength.shape), int(wires.sum())
    return float((ranks[wires].sum() - count * (count + 1) / 2) / (count * (wires.size - count)))


def _left(basis: str, both: Sequence[Heard], lot: np.random.Generator) -> Iterable[dict[str, object]]:
    """What kept edges leave of the next layer, on examples that nothing was fitted to."""
    for ranking in RANKINGS:
        strength = scores(both[0], ranking, lot)
        for kept in KEPT:
            share, _ = left(both[0], both[-1], strongest(strength, kept))
            yield {"basis": basis, "ranking": ranking, "kept": kept, "left": share}


def _gates(
    layer: Layer, both: Sequence[Heard], scored: Examples, lot: np.random.Generator
) -> Iterable[dict[str, object]]:
    """By gates: which wires are found, and what is left of their output where two edges a feature are kept."""
    made = through(layer.gates, scored.heard)
    for ranking in ("weight", "effect", "by lot"):
        chosen = strongest(scores(both[0], ranking, lot), WIRES)
        off = made - through(layer.gates, left(both[0], both[-1], chosen)[1])
        for gate in dict.fromkeys(layer.gates.tolist()):
            its = layer.gates == gate
            spread = ((made - made.mean(axis=0)) ** 2)[:, its].sum()
            yield {
                "gate": gate,
                "ranking": ranking,
                "recall": float(chosen[:, its][layer.edges[:, its]].mean()),
                "output": float((off[:, its] ** 2).sum() / spread),
            }


def _again(layer: Layer, first: Pair, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    """What comes back with other examples: the directions, and the edges between them."""
    random, count = _random(seed, "again"), len(layer.before)
    rare = random.permutation(np.geomspace(1.0, RAREST, count))
    ours = _judged(layer, first, examples_of(layer, scale.examples, random))
    for what, often in (("other half", None), ("shifted", rare)):
        shown = examples_of(layer, scale.shown, random, often=often)
        free = elsewhere(layer, scale.shown, random, often=often)
        other = Pair(*(_learned(x, count, seed, scale) for x in (shown.x, free)))
        theirs = _judged(layer, other, examples_of(layer, scale.examples, random, often=often))
        pairs = [matching(mine, its) for mine, its in zip(first, other, strict=True)]
        near = [float(each.cosine.mean()) for each in pairs]
        for ranking, chosen in ours.items():
            moved = theirs[ranking][np.ix_(pairs[0].true, pairs[1].true)]
            yield {
                "examples": what,
                "ranking": ranking,
                "cosine_before": near[0],
                "cosine_after": near[1],
                "edges_again": float((chosen & moved).sum() / chosen.sum()),
                "chance": WIRES / count,
                "cosine_chance": float(matching(first.before, _by_lot(count, random)).cosine.mean()),
            }


def _judged(layer: Layer, pair: Pair, examples: Examples) -> Mapping[str, Bool[np.ndarray, "D D"]]:
    heard = _coded(layer, pair, "dictionary", examples)[0]
    return {ranking: strongest(scores(heard, ranking, None), WIRES) for ranking in ("weight", "effect")}


def _random(seed: Seed, purpose: str) -> np.random.Generator:
    return np.random.default_rng((seed.data, *purpose.encode()))

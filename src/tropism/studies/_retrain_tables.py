"""What the study `retrain-layer` measures: the gate, components and latents side by side, and what truth they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.each import each, only
from tropism.measures import (
    effective_rank,
    linear_cka,
    linear_r2,
    neuron_matching,
    permuted,
    procrustes,
    pwcca,
    svcca,
)
from tropism.studies._retrain_bench import Bench, bench, latents
from tropism.studies._retrain_parts import (
    SHOWN,
    TOP,
    Layer,
    Parts,
    correlated,
    likenesses,
    matched_across,
    parts_of,
)
from tropism.studies._retrain_runs import FAMILIES, LUCKS, WAYS, Scale, Way, sweeps_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

Row = dict[str, Any]
PAIRS = {
    "retrained": ("base", "retrained"),
    "both retrained": ("retrained", "retrained again"),
    "new": ("base", "new"),
    "untrained": ("base", "untrained"),
}
"""Which networks are compared, by what tables call it."""
HALVES = "other examples"
"""A network compared with itself, where components are found on the other half of the examples."""
SAME = "same network"
"""Two dictionaries of one network: no other pair can be expected to be more alike."""
FOUND: tuple[Way, ...] = ("PCA", "SVD", "ICA")
"""Decompositions of activations, which examples decide."""
TABLES = ("networks", "components", "narrow", "dictionaries", "order", "bulk", "truth")
RECALLED = 0.9
"""A feature is found where something correlates with it by more than this."""


def tables(ensembles: Mapping[str, Ensemble], scale: Scale) -> dict[str, polars.DataFrame]:
    """Networks and the gate, components, narrow and overcomplete likeness, bulk numbers, and truth."""
    names = list(scale.chosen())
    given = [(only(ensembles, sweeps_of(name)), scale, name) for name in names]
    told = each(_asked, [(of, *one) for one in given for of in (_of_components, _of_all_else)])
    rows: dict[str, list[Row]] = {table: [] for table in TABLES}
    for place, model in enumerate(scale.chosen().values()):
        parts = told[2 * place] | told[2 * place + 1]
        parts["order"] = list(order_rows(parts["narrow"], parts["dictionaries"]))
        for table, found in parts.items():
            rows[table].extend({"model": model.words} | row for row in found)
    return {table: _framed(found) for table, found in rows.items() if found}


Tables = dict[str, list[Row]]


def _asked(of: Callable[..., Tables], ensembles: Mapping[str, Ensemble], scale: Scale, name: str) -> Tables:
    model = scale.chosen()[name]
    return of(ensembles, scale, name, bench(model, name, ensembles))


def _of_components(ensembles: Mapping[str, Ensemble], scale: Scale, name: str, held: Bench) -> Tables:
    """The rows that ask a model's networks for narrow decompositions, about half of the work."""
    return {"narrow": list(narrow_rows(held, scale.ways)), "components": list(component_rows(held))}


def _of_all_else(ensembles: Mapping[str, Ensemble], scale: Scale, name: str, held: Bench) -> Tables:
    learned = latents(held, ensembles[f"{name} dictionaries"])
    found = {
        "networks": list(network_rows(held)),
        "dictionaries": list(dictionary_rows(held, learned)),
        "bulk": list(bulk_rows(held)),
    }
    if name == "sparse":
        found["truth"] = list(truth_rows(held, learned))
    return found


def network_rows(held: Bench) -> Iterator[Row]:
    """What every network can do, whether it may be compared, and how many dimensions its layer fills."""
    for name, own in held.layers.items():
        quality = held.quality[name]
        strain = held.strain(name)
        ranks = [float(effective_rank(layer.held - layer.held.mean(axis=0))) for layer in own]
        for member, (seed, rank) in enumerate(zip(held.seeds, ranks, strict=True)):
            yield {"network": name, "member": member, "seed": seed, "quality": quality[member],
                   "strain": strain[member], "passed": bool(strain[member] <= 1), "rank": rank}  # fmt: skip


def component_rows(held: Bench) -> Iterator[Row]:
    """The first principal components one by one: the correlation with the other's of the same place."""
    parts = {name: [parts_of(layer, "PCA") for layer in own] for name, own in held.layers.items()}
    for pair, (one, other) in PAIRS.items():
        comparable = held.comparable(one, other)
        for member, (a, b) in enumerate(zip(parts[one], parts[other], strict=True)):
            found = correlated(a.rows["activation"], b.rows["activation"])
            for place in range(SHOWN):
                told = _if(comparable[member], {"own": found[place, place]})
                yield {"pair": pair, "member": member, "seed": held.seeds[member], "place": place + 1,
                       "share": a.variances[place], **told}  # fmt: skip


def narrow_rows(held: Bench, ways: Sequence[Way] = WAYS) -> Iterator[Row]:
    """Components by every way, pair and system: diagonal, matched and in blocks, and by chance."""
    for way in ways:
        parts = {name: [parts_of(layer, way) for layer in own] for name, own in held.layers.items()}
        pairs = {pair: (parts[one], parts[other]) for pair, (one, other) in PAIRS.items()}
        comparable = {pair: held.comparable(*names) for pair, names in PAIRS.items()}
        if way in FOUND:
            even, odd = ([parts_of(each, way) for each in _half(held, half)] for half in (0, 1))
            pairs[HALVES] = even, odd
            comparable[HALVES] = held.comparable("base")
        for pair, sides in pairs.items():
            for member, (one, other) in enumerate(zip(*sides, strict=True)):
                about = {"pair": pair, "member": member, "seed": held.seeds[member], "way": way}
                for system, (score, chance) in likenesses(one, other, TOP).items():
                    by_chance = {f"chance_{name}": number for name, number in chance._asdict().items()}
                    told = _if(comparable[pair][member], score._asdict() | by_chance)
                    yield about | {"system": system} | told


def dictionary_rows(held: Bench, learned: Mapping[str, Sequence[Sequence[Parts]]]) -> Iterator[Row]:
    """Latents by pair and system, matched one to one; of all dictionaries of the two networks, mean."""
    pairs = {SAME: ("base", "base"), **{pair: PAIRS[pair] for pair in ("retrained", "new", "untrained")}}
    for pair, (one, other) in pairs.items():
        comparable = held.comparable(one, other)
        for member, seed in enumerate(held.seeds):
            a, b = learned[one][member], learned[other][member]
            lucks = [(0, 1)] if pair == SAME else [(luck, luck) for luck in range(LUCKS)]
            found = [likenesses(a[mine], b[theirs]) for mine, theirs in lucks]
            live = float(np.mean([len(each.rows["raw"]) for each in b]))
            for system in found[0]:
                score, chance = (np.mean([each[system][side].matched for each in found]) for side in (0, 1))
                told = _if(comparable[member], {"matched": float(score), "chance_matched": float(chance)})
                yield {"pair": pair, "member": member, "seed": seed, "system": system, "live": live, **told}


def order_rows(narrow: Sequence[Row], overcomplete: Sequence[Row]) -> Iterator[Row]:
    """After the layer was trained again: principal components beside latents, both matched by activation.

    `..._share` is where each stands between an untrained network and the ceiling, the same network once more.
    """
    ends: dict[str, dict[str, dict[int, float]]] = {}
    for name, rows, ceiling, where in (
        ("narrow", narrow, HALVES, {"way": "PCA"}),
        ("overcomplete", overcomplete, SAME, {}),
    ):
        for at, pair in (("low", "untrained"), ("own", "retrained"), ("high", ceiling)):
            wanted = {"pair": pair, "system": "activation", **where}
            kept = {row["member"]: row["matched"] for row in rows if wanted.items() <= row.items()}
            ends.setdefault(name, {})[at] = kept
    for member, seed in {row["member"]: row["seed"] for row in narrow}.items():
        told = {"member": member, "seed": seed}
        for name, scores in ends.items():
            low, own, high = (scores[at][member] for at in ("low", "own", "high"))
            told |= {name: own, f"{name}_untrained": low, f"{name}_ceiling": high,
                     f"{name}_share": (own - low) / (high - low)}  # fmt: skip
        yield told


def bulk_rows(held: Bench) -> Iterator[Row]:
    """How alike the layer's values are as a whole, and how alike neurons."""
    for pair, (one, other) in PAIRS.items():
        comparable = held.comparable(one, other)
        for member, (a, b) in enumerate(zip(held.layers[one], held.layers[other], strict=True)):
            yield {"pair": pair, "member": member, "seed": held.seeds[member],
                   **_if(comparable[member], _bulk(a.held, b.held))}  # fmt: skip


def truth_rows(held: Bench, learned: Mapping[str, Sequence[Sequence[Parts]]]) -> Iterator[Row]:
    """How many true features correlate with a component, or a latent, of their own."""
    for name in FAMILIES:
        comparable = held.comparable(name)
        for member, (layer, dictionaries) in enumerate(zip(held.layers[name], learned[name], strict=True)):
            ways = {way: [parts_of(layer, way, held.model.width)] for way in FOUND}
            for way, parts in (*ways.items(), ("dictionary", dictionaries)):
                found = np.mean([_true(held.right, each.rows["activation"]) for each in parts], axis=0)
                chance = np.mean([_true(held.right[::-1], each.rows["activation"]) for each in parts], axis=0)
                told = {
                    "matched": found[0],
                    "recall": found[1],
                    "chance_matched": chance[0],
                    "chance_recall": chance[1],
                }
                yield {"network": name, "member": member, "seed": held.seeds[member], "way": way,
                       **_if(comparable[member], told)}  # fmt: skip


def _half(held: Bench, half: int) -> list[Layer]:
    return [layer._replace(shown=layer.shown[half::2]) for layer in held.layers["base"]]


def _if(comparable: bool, scores: Mapping[str, float]) -> dict[str, float]:
    """The scores, or nothing of networks that cannot be compared."""
    return {name: float(number) if comparable else float("nan") for name, number in scores.items()}


def _bulk(one: np.ndarray, other: np.ndarray) -> Row:
    fits = linear_r2(one, other)
    return {
        "cka": linear_cka(one, other),
        "chance_cka": permuted(linear_cka, one, other, draws=2).mean,
        "svcca": float(svcca(one, other).mean()),
        "pwcca": pwcca(one, other, variance=0.99),
        "explained": fits.forward,
        "procrustes": procrustes(one, other, scaled=True).score,
        "neurons": neuron_matching(one, other),
        "chance_neurons": permuted(neuron_matching, one, other, draws=2).mean,
    }


def _true(features: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """The mean correlation of features with their partners, and the share above the threshold; 0 without a partner."""
    followed = matched_across(features.T, found)
    return float(followed.mean()), float((followed > RECALLED).mean())


def _framed(rows: Sequence[Row]) -> polars.DataFrame:
    import polars as pl

    return pl.DataFrame(list(rows), infer_schema_length=None)

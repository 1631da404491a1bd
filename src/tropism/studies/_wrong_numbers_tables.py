"""What the study `wrong-numbers` measures of each dictionary, with the truth and without."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.core.each import each, only
from tropism.dictionaries import OMP
from tropism.measures import (
    chance,
    code_scores,
    consistency,
    cosines,
    decoder_overlap,
    description_length,
    explained_variance,
    nth_projection,
    recovery,
)
from tropism.studies._wrong_numbers_choices import choices
from tropism.studies._wrong_numbers_runs import ACTIVE, ARMS, DATA, NARROW, WEIGHT, WIDE, Arm
from tropism.subjects.features.scores import Learned, coded_f1, learned
from tropism.subjects.features.truth import Sample, sample, truth

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.core.member import Member

EXAMPLES = 10_000
"""Fresh examples on which dictionaries are judged, over which a description shares out the directions, too."""
CODED, PROJECTED = 4_000, 2_000
"""Those of them on which it is asked which features are on, and those that are projected."""
ABOVE = ACTIVE + 1.0
"""n of the nth projection: a little above the number of features that are on."""


class Asked(NamedTuple):
    """What dictionaries of a world are judged on.

    Attributes:
        seen: Fresh examples.
        true: The features' directions.
        oracle: How well codes tell which features are on that matching pursuit finds with those.
    """

    seen: Sample
    true: Float[np.ndarray, "G d"]
    oracle: float


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Dictionaries by what is varied, once for each comparison; and what is chosen without the truth."""
    import polars as pl

    rows = [row for part in each(_arm, ((name, only(ensembles, [name])) for name in ensembles)) for row in part]
    varied = pl.DataFrame([told | row for row in rows for told in _places(row)])
    return {"varied": varied, "choices": choices(varied)}


def _arm(name: str, ensembles: Mapping[str, Ensemble]) -> list[dict[str, Any]]:
    return list(_networks(ARMS[name], ensembles[name]))


def _networks(arm: Arm, ensemble: Ensemble) -> Iterator[dict[str, Any]]:
    """A row for each dictionary that is not only there to agree with another."""
    steps = ensemble.experiment.length * ensemble.experiment.batch_size
    seen = [_seen(arm, member) for member in ensemble.members]
    found = [learned(ensemble, row, asked.seen.x) for row, asked in enumerate(seen)]
    firsts = [row for row, member in enumerate(ensemble.members) if member.seed.init == member.seed.data]
    firsts = [row for row in firsts if not _is_partner(ensemble.members[row])]
    worlds = list(dict.fromkeys(str(ensemble.members[row].seed) for row in firsts))
    for row in firsts:
        member, dials = ensemble.members[row], dict(ensemble.members[row].dials)
        yield {
            "data": arm.data,
            "method": arm.method,
            "latents": arm.latents,
            "k": arm.k if arm.method == "TopK" else 0,
            "price": float(dials.get("code_norm.weight", WEIGHT)) if arm.method == "L1" else 0.0,
            "noise": float(dials.get("task.noise", 0.0)),
            "offset": float(dials.get("task.offset", 0.0)),
            "samples": arm.samples or steps,
            "fresh": arm.samples is None,
            "member": worlds.index(str(member.seed)),
            "seed": str(member.seed),
            **_with_truth(found[row], seen[row]),
            **_without(found[row], seen[row].seen),
            **_agreement(found[row], _partner(ensemble, row, found)),
        }


def _is_partner(member: Member) -> bool:
    return member.seed.world != member.seed.init


def _partner(ensemble: Ensemble, row: int, found: list[Learned]) -> Learned | None:
    """The second dictionary of the same world and dials, where there is one."""
    own = ensemble.members[row]
    for place, other in enumerate(ensemble.members):
        if _is_partner(other) and other.seed.world == own.seed.world and other.dials == own.dials:
            return found[place]
    return None


def _seen(arm: Arm, member: Member) -> Asked:
    """What a member's world has."""
    dials = tuple(dial for dial in member.dials if dial[0].startswith("task."))
    return _drawn(arm.data, 0 if arm.samples else member.seed.world, dials)


@functools.lru_cache(maxsize=128)
def _drawn(data: str, world: int, dials: tuple[tuple[str, float], ...]) -> Asked:
    from tropism.core.member import Member, Seed

    task, member = DATA[data](), Member(Seed.of(world), dials)
    seen, told = sample(task, member, EXAMPLES), truth(task, [member])
    whole, true = told.dictionary(0), told.rows[0].astype(float)
    return Asked(seen, true, coded_f1(whole, true, _few(seen), OMP(active=ACTIVE))[0])


def _few(seen: Sample) -> Sample:
    return Sample(*(array[:CODED] for array in seen))


def _with_truth(one: Learned, asked: Asked) -> dict[str, float]:
    seen, true = _few(asked.seen), asked.true
    pruned = one.pruned().atoms
    found, whole = recovery(pruned, true, signed=True), recovery(one.dictionary.atoms, true, signed=True)
    luck = _luck(true.shape, len(pruned), true.tobytes())
    codes, near = one.codes[:CODED], cosines(one.dictionary.atoms, true, signed=True)
    told, others = code_scores(codes, seen.z, near), np.random.default_rng(0).permutation(len(codes))
    by_chance = code_scores(codes[others], seen.z, near)
    return {
        "matched": found.matched,
        "matched_chance": luck["matched"],
        "matched_all": whole.matched,
        "to_learned": found.to_learned,
        "to_learned_chance": luck["to_learned"],
        "to_true": found.to_true,
        "to_true_all": whole.to_true,
        "to_true_chance": luck["to_true"],
        "recall": found.recall,
        "recall_chance": luck["recall"],
        "f1_live": told.live,
        "f1_live_chance": by_chance.live,
        "f1_all": told.latents,
        "f1_all_chance": by_chance.latents,
        "f1_oracle": asked.oracle,
    }


def _without(one: Learned, seen: Sample) -> dict[str, float]:
    """What can be said without the truth; of live latents alone, since dead ones point where they began."""
    pruned = one.pruned()
    live, active = float(one.live.sum()), float((np.abs(one.codes[:, one.live]) > 1e-8).sum(axis=1).mean())
    explained = float(explained_variance(seen.x, one.rebuilt))
    told = description_length(explained, active, live, width=seen.x.shape[1], examples=EXAMPLES)
    few = seen.x[:PROJECTED].astype(float)
    reach = len(pruned.atoms) > ABOVE
    return {
        "live": live,
        "l0": active,
        "explained": explained,
        "overlap": decoder_overlap(pruned.atoms),
        "projection": nth_projection(few, pruned.atoms, ABOVE, bias=pruned.offset) if reach else math.nan,
        "length": float(told.total),
    }


def _agreement(one: Learned, other: Learned | None) -> dict[str, float]:
    if other is None:
        return dict.fromkeys(("agreement", "agreement_all", "agreement_chance"), math.nan)
    found = consistency(one.dictionary.atoms, other.dictionary.atoms, live=(one.live, other.live))
    size, width = int(other.live.sum()), one.dictionary.atoms.shape[1]
    luck = _of_random(_eighth(int(one.live.sum())), _eighth(size), width)
    return {"agreement": found.live, "agreement_all": found.whole, "agreement_chance": luck}


def _places(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """In which comparisons a dictionary stands, and where."""
    default = (row["k"], row["price"]) in ((ACTIVE, 0.0), (0, WEIGHT))
    plain = row["fresh"] and not row["noise"] and not row["offset"]
    wide = row["latents"] == WIDE and default
    if plain and default and row["data"] in ("STB-32", "CORR"):
        yield _place("latents", row["latents"])
    if plain and row["latents"] == NARROW and row["method"] == "TopK":
        yield _place("k", row["k"])
    if plain and row["latents"] == NARROW and row["method"] == "L1":
        yield _place("price", row["price"])
    if wide and plain:
        yield {"varied": "data", "at": math.nan, "setting": "as named"}
    if wide and row["fresh"] and row["data"] == "STB-32":
        for name, other in (("noise", "offset"), ("offset", "noise")):
            if not row[other]:
                yield _place(name, row[name])
    if wide and row["method"] == "TopK" and row["data"] == "STB-32" and not (row["noise"] or row["offset"]):
        yield _place("samples", row["samples"])


def _place(varied: str, at: float) -> dict[str, Any]:
    return {"varied": varied, "at": float(at), "setting": f"{at:g}" if at < 1e4 else f"{at:.0f}"}


def _eighth(count: int) -> int:
    """To the nearest eight, so that what was drawn serves again; chance hardly differs."""
    return max(8, 8 * round(count / 8))


def _luck(shape: tuple[int, int], live: int, rows: bytes) -> dict[str, float]:
    return _against(shape, _eighth(live), rows)


@functools.lru_cache(maxsize=512)
def _against(shape: tuple[int, int], live: int, rows: bytes) -> dict[str, float]:
    found = chance(np.frombuffer(rows).reshape(shape), live, signed=True, draws=10)
    return {name: score.mean for name, score in found.items()}


@functools.lru_cache(maxsize=512)
def _of_random(live: int, other: int, width: int) -> float:
    rows = np.random.default_rng((other, width)).normal(size=(other, width))
    return chance(rows, live, signed=True, draws=10)["matched"].mean

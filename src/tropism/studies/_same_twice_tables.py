"""What the study `same-dictionary-twice` measures: how alike dictionaries are, and whether what is stable is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import DoesNotFit
from tropism.measures.chance import chance
from tropism.measures.matching import recovery, shared_fraction
from tropism.measures.reconstruction import explained_variance
from tropism.studies._same_twice_pairs import (
    Agreed,
    Alike,
    agreed,
    alike,
    matched_codes,
    mean_alone,
    mean_of_pairs,
    precisions,
)
from tropism.studies._same_twice_runs import SHARED, grouped
from tropism.subjects.features.scores import Learned, learned, scores_of
from tropism.subjects.features.truth import sample_of, truth_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED = 8000
"""Examples that all dictionaries are asked, none of them trained on."""
LATENTS: Mapping[str, bool] = {"all": False, "live": True}

Groups = Mapping[str, Sequence[Learned]]


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """How stable kinds are, contrasts of them, each dictionary beside the truth, and what is stable and true."""
    import polars as pl

    found: dict[tuple[str, str, str], Alike] = {}
    stability, pairs, dictionaries, consensus = [], [], [], []
    for kind, ensemble in ensembles.items():
        x, true = sample_of(ensemble, 0, ASKED).x, truth_of(ensemble).rows[0].astype(float)
        trained, fresh = _groups(ensemble, x), _groups(ensemble.at(0), x)
        for shared, group in trained.items():
            for latents, live in LATENTS.items():
                here = found[kind, shared, latents] = alike(group, live=live)
                about = {"kind": kind, "shared": shared, "latents": latents}
                stability.append(about | _stability(here, group, fresh[shared], live=live))
                pairs += _pairs(about, here)
        if "nothing" in trained:
            dictionaries += _dictionaries(kind, trained["nothing"], (x, true), found)
            consensus.append({"kind": kind} | _consensus(agreed(trained["nothing"], true), len(true)))
    return {
        "stability": pl.DataFrame(stability),
        "contrasts": pl.DataFrame(_contrasts(found)),
        "dictionaries": pl.DataFrame(dictionaries),
        "consensus": pl.DataFrame(consensus),
        "drawn-pairs": pl.DataFrame(pairs),
    }


def _groups(ensemble: Ensemble, x: Float[np.ndarray, "N d"]) -> dict[str, list[Learned]]:
    """What each dictionary says of the same examples, by what those of a group share.

    Raises:
        DoesNotFit: No two dictionaries of one truth.
    """
    rows = grouped(ensemble.members)
    if not rows:
        raise DoesNotFit("same-dictionary-twice compares dictionaries of one truth: give it --world 42.")
    heard = {row: learned(ensemble, row, x) for row in sorted({each for group in rows.values() for each in group})}
    return {name: [heard[row] for row in rows[name]] for name in SHARED if name in rows}


def _stability(here: Alike, group: Sequence[Learned], fresh: Sequence[Learned], *, live: bool) -> dict[str, float]:
    """The mean over pairs of each measure, its interval, its chance and what untrained dictionaries have."""
    before, luck = alike(fresh, live=live), _luck(group, live=live)
    told: dict[str, float] = {"n": len(group)}
    for name, table in zip(Alike._fields, here, strict=True):
        estimate, low, high = mean_of_pairs([table])[0]
        told |= {name: estimate, f"{name}_low": low, f"{name}_high": high}
        told[f"{name}_chance"] = luck[name]
        told[f"{name}_untrained"] = mean_alone(getattr(before, name))
    return told


def _luck(group: Sequence[Learned], *, live: bool) -> dict[str, float]:
    """What random directions have in common with the first dictionary, and codes with those of other examples."""
    rows = [each.pruned().atoms if live else each.dictionary.atoms for each in group[:2]]
    random = np.random.default_rng(len(rows[0]))
    tied = [(each, each) for each in (random.normal(size=rows[1].shape) for _ in range(10))]
    codes = [each.codes[:, each.live] if live else each.codes for each in group[:2]]
    return {
        "directions": chance(rows[0], len(rows[1]), signed=True, draws=20)["matched"].mean,
        "partners": float(np.mean([shared_fraction((rows[0], rows[0]), each) for each in tied])),
        "codes": matched_codes(codes[0], random.permutation(codes[1])),
    }


def _pairs(about: Mapping[str, str], here: Alike) -> list[dict[str, object]]:
    ones, others = np.triu_indices(len(here.directions), 1)
    rows: list[dict[str, object]] = []
    for one, other in zip(ones, others, strict=True):
        told = {name: float(table[one, other]) for name, table in zip(Alike._fields, here, strict=True)}
        rows.append({**about, "one": int(one), "other": int(other), **told})
    return rows


CONTRASTS: Mapping[str, tuple[str, tuple[str, str, str], tuple[str, str, str]]] = {
    "TopK 128: live − all": (
        "directions", ("TopK, 128 latents", "nothing", "live"), ("TopK, 128 latents", "nothing", "all"),
    ),
    "TopK 64: live − all": (
        "directions", ("TopK, 64 latents", "nothing", "live"), ("TopK, 64 latents", "nothing", "all"),
    ),
    "L1 − TopK, 64, all": (
        "directions", ("L1, 64 latents", "nothing", "all"), ("TopK, 64 latents", "nothing", "all"),
    ),
    "TopK 64, all: same start − nothing shared": (
        "directions", ("TopK, 64 latents", "start", "all"), ("TopK, 64 latents", "nothing", "all"),
    ),
    "TopK 64, all: same examples − nothing shared": (
        "directions", ("TopK, 64 latents", "examples", "all"), ("TopK, 64 latents", "nothing", "all"),
    ),
    "TopK 128, all: same start − nothing shared": (
        "directions", ("TopK, 128 latents", "start", "all"), ("TopK, 128 latents", "nothing", "all"),
    ),
    "L1, all: same start − nothing shared": (
        "directions", ("L1, 64 latents", "start", "all"), ("L1, 64 latents", "nothing", "all"),
    ),
    "TopK, live: 128 − 64": (
        "directions", ("TopK, 128 latents", "nothing", "live"), ("TopK, 64 latents", "nothing", "live"),
    ),
}  # fmt: skip
"""What is compared with what: a measure, of a kind, what pairs share, and which latents."""


def _contrasts(found: Mapping[tuple[str, str, str], Alike]) -> list[dict[str, object]]:
    """Differences of means over pairs; the dictionaries of both sides are drawn together, in their order."""
    rows = []
    for name, (measure, ours, theirs) in CONTRASTS.items():
        if ours in found and theirs in found:
            sides = [getattr(found[each], measure) for each in (theirs, ours)]
            estimate, low, high = mean_of_pairs(sides)[2]
            told = {"difference": estimate, "difference_low": low, "difference_high": high}
            rows.append({"contrast": name, **told, "n": len(sides[0])})
    return rows


def _dictionaries(
    kind: str,
    group: Sequence[Learned],
    asked: tuple[Float[np.ndarray, "N d"], Float[np.ndarray, "G d"]],
    found: Mapping[tuple[str, str, str], Alike],
) -> list[dict[str, object]]:
    """Each dictionary beside the truth, and beside the others."""
    rows, (x, true) = [], asked
    for member, one in enumerate(group):
        told = scores_of(one.pruned(), true)
        whole = recovery(one.dictionary.atoms, true, signed=True).matched
        random = chance(true, len(one.dictionary.atoms), signed=True, draws=20)["matched"].mean
        with_others = {
            f"consistency_{latents}": float(np.nanmean(found[kind, "nothing", latents].directions[member]))
            for latents in LATENTS
        }
        wanted = {name: told[name] for name in ("matched", "matched_chance", "recall", "precision")}
        rows.append(
            {"kind": kind, "member": member, **wanted, "matched_all": whole, "matched_all_chance": random}
            | {"live": int(one.live.sum()), "explained": float(explained_variance(x, one.rebuilt)), **with_others}
        )
    return rows


def _consensus(found: Sequence[Agreed], features: int) -> dict[str, float]:
    """How many of a dictionary's live latents are stable, and how many of these, and of the others, are true."""
    told = [(each.stable(own), each.true) for own, each in enumerate(found)]
    counts = {
        "stable_true": float(np.mean([(stable & right).sum() for stable, right in told])),
        "stable_false": float(np.mean([(stable & ~right).sum() for stable, right in told])),
        "unstable_true": float(np.mean([(~stable & right).sum() for stable, right in told])),
        "unstable_false": float(np.mean([(~stable & ~right).sum() for stable, right in told])),
    }
    shares: dict[str, float] = {}
    for name, each in zip(("precision", "precision_others", "gain"), precisions(found), strict=True):
        shares |= {name: each.estimate, f"{name}_low": each.low, f"{name}_high": each.high}
    among = float(np.mean([right.mean() for _, right in told]))
    return {"n": len(found)} | counts | shares | {"precision_any": among, "recall": counts["stable_true"] / features}

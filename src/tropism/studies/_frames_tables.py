"""What the study `frames` measures: what learned frames look like beside others, and what they are good for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import dimensionality, effective_rank, norms, overlap_components
from tropism.studies._frames_decoding import decoding, rivals
from tropism.studies._frames_kinds import (
    DESCRIPTORS,
    KINDS,
    THRESHOLDS,
    Bank,
    bank,
    described,
    jittered,
    references,
)
from tropism.studies._frames_room import rooms
from tropism.studies._frames_runs import ALONE, APART, DIMS, FEW, GROUPS, MANY, OFTEN
from tropism.subjects.superposition.measures.geometry import REPRESENTED, feature_directions

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

DRAWS = 8
"""Reference frames of a kind that the nearest is looked for among, and as many others to see whether it is found."""
LEASTS = (0.3, 0.5, 0.7)
"""Lengths from which a feature may count as represented."""
JITTERS = (0.0, 0.05, 0.1, 0.2)
CUT = 0.1
"""The cosine from which two directions hang together where one has to be chosen."""
DECODED = 0.01
"""The density whose learned frames are decoded with."""


def tables(ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
    """Frames one by one, references beside them, thresholds, sets, decoding, and the second stage."""
    import polars as pl

    learned = [name for name in (OFTEN, ALONE, APART, *GROUPS) if name in ensembles]
    directions = {name: feature_directions(ensembles[name]).astype(float) for name in learned}
    frames = [_frames(ALONE if name == OFTEN else name, ensembles[name], directions[name]) for name in learned]

    def alone(told: Callable[[Ensemble, np.ndarray], polars.DataFrame]) -> polars.DataFrame:
        return pl.concat([told(ensembles[name], directions[name]) for name in (OFTEN, ALONE) if name in ensembles])

    found = {
        "frames": pl.concat(frames),
        "references": _references(),
        "check": _check(),
        "thresholds": alone(_thresholds),
        "lengths": alone(_lengths),
        "decoding-found": _decoding(ensembles[ALONE], directions[ALONE]),
        "drawn-dimensionality": alone(_dimensionality),
    }
    if APART in ensembles:
        found["groups-overlaps"] = _groups(ensembles, directions)
    if firsts := sorted({int(name.split()[0]) for name in ensembles if " then " in name}):
        found["room-shares"] = rooms(ensembles, tuple(firsts))
    return found


def nearby(count: int) -> Bank:
    """The reference frames that the nearest is looked for among, of so many directions."""
    return bank(count, DIMS, DRAWS)


def kept(directions: Float[np.ndarray, "N D"], least: float = REPRESENTED) -> Float[np.ndarray, "K D"]:
    """The directions that are long enough, at length one."""
    lengths = norms(directions)
    return directions[lengths >= least] / lengths[lengths >= least, None]


def looks_of(frame: Float[np.ndarray, "N D"]) -> dict[str, float]:
    """What a frame looks like in a few numbers."""
    told = dict(zip(DESCRIPTORS, described(frame).tolist(), strict=True))
    parts = overlap_components(frame, threshold=CUT)
    return {name: told[name] for name in ("most", "mean", "orthogonal", "rms_over_welch")} | {
        "capacity": float(dimensionality(frame).sum()),
        "empty": 1 - float(effective_rank(frame)) / frame.shape[1],
        "components": len(parts),
        "largest_rank": max(part.rank for part in parts),
        "half": float((np.abs(dimensionality(frame) - 0.5) < 0.02).mean()),
    }


def set_overlaps(directions: Float[np.ndarray, "N D"], size: int) -> dict[str, float]:
    """Cosines of features of one set and of different ones: mean sizes, and the mean with its sign within sets."""
    long = np.flatnonzero(norms(directions) >= REPRESENTED)
    units = kept(directions)
    between, sets = units @ units.T, long // size
    same, other = sets[:, None] == sets, ~np.eye(len(units), dtype=bool)
    inside, outside = between[same & other], between[~same]
    return {"within": np.abs(inside).mean(), "within_signed": inside.mean(), "between": np.abs(outside).mean()}


def _who(ensemble: Ensemble) -> polars.DataFrame:
    """Each network's density and place among the seeds."""
    import polars as pl

    seeds = [str(member.seed) for member in ensemble.members]
    places = {seed: place for place, seed in enumerate(dict.fromkeys(seeds))}
    density = [dict(member.dials).get("task.density", ensemble.experiment.task.density) for member in ensemble.members]  # type: ignore[attr-defined]
    return pl.DataFrame({"density": density, "member": [places[seed] for seed in seeds], "seed": seeds})


def _frames(name: str, ensemble: Ensemble, directions: Float[np.ndarray, "E N D"]) -> polars.DataFrame:
    import polars as pl

    rows = []
    for own in directions:
        frame = kept(own)
        apart = nearby(len(frame)).distances(frame)
        nearest = min(apart, key=lambda kind: apart[kind])
        told = {"kept": len(frame), **looks_of(frame), "nearest": nearest}
        rows.append(told | {f"to_{kind}": apart[kind] for kind in KINDS} | {f"is_{kind}": nearest == kind for kind in
                    ("tegum", "homogeneous", "bases")})  # fmt: skip
    who = _who(ensemble).with_columns(of=pl.lit(name), features=pl.lit(directions.shape[1]))
    return pl.concat([who.select("of", "features", "density", "member", "seed"), pl.DataFrame(rows)], how="horizontal")


def _references() -> polars.DataFrame:
    """Frames of every kind that the nearest is not looked for among."""
    import polars as pl

    rows = [
        {"kind": kind, "count": count, "member": member, **looks_of(frame)}
        for count in (FEW, MANY)
        for kind in KINDS
        for member, frame in enumerate(references(kind, count, DIMS, DRAWS, seed=1))
    ]
    return pl.DataFrame(rows)


def _check() -> polars.DataFrame:
    """Whether other frames of a kind, moved a little, are found to be of it."""
    import polars as pl

    rows, luck = [], np.random.default_rng(5)
    for count in (FEW, MANY):
        for jitter in JITTERS:
            for kind in KINDS:
                for frame in references(kind, count, DIMS, DRAWS, seed=1):
                    nearest = nearby(count).nearest(jittered(frame, jitter, luck))
                    rows.append((count, jitter, kind, nearest, nearest == kind))
    found = pl.DataFrame(rows, schema=["count", "jitter", "kind", "nearest", "right"], orient="row")
    places = pl.int_range(pl.len()).over("count", "jitter").alias("member")
    return found.with_columns(places).select("count", "jitter", "kind", "member", "nearest", "right")


def _thresholds(ensemble: Ensemble, directions: Float[np.ndarray, "E N D"]) -> polars.DataFrame:
    """How many components, and of which rank, by what counts as hanging together."""
    import polars as pl

    rows = []
    for who, own in zip(_who(ensemble).iter_rows(named=True), directions, strict=True):
        for threshold in THRESHOLDS:
            parts = overlap_components(kept(own), threshold=threshold)
            told = {"components": len(parts), "largest": len(parts[0].members), "largest_rank": parts[0].rank}
            rows.append(who | {"threshold": threshold} | told)
    return pl.DataFrame(rows)


def _lengths(ensemble: Ensemble, directions: Float[np.ndarray, "E N D"]) -> polars.DataFrame:
    """How many features are kept, and which kind is nearest, by how long a direction has to be."""
    import polars as pl

    rows = []
    for who, own in zip(_who(ensemble).iter_rows(named=True), directions, strict=True):
        for least in LEASTS:
            frame = kept(own, least)
            rows.append(who | {"least": least, "kept": len(frame), "nearest": nearby(len(frame)).nearest(frame)})
    return pl.DataFrame(rows)


def _decoding(ensemble: Ensemble, directions: Float[np.ndarray, "E N D"]) -> polars.DataFrame:
    """Learned frames that kept all features, beside others of as many directions."""
    who = _who(ensemble)
    chosen = [
        kept(own) for own, density in zip(directions, who["density"], strict=True) if np.isclose(density, DECODED)
    ]
    whole = [frame for frame in chosen if len(frame) == MANY]
    frames = rivals(MANY, DIMS, who["member"].n_unique())
    return decoding(frames | ({"learned": whole} if whole else {}))


def _dimensionality(ensemble: Ensemble, directions: Float[np.ndarray, "E N D"]) -> polars.DataFrame:
    import polars as pl

    rows = [
        (who["density"], who["member"], place, float(share))
        for who, own in zip(_who(ensemble).iter_rows(named=True), directions, strict=True)
        for place, share in enumerate(dimensionality(kept(own)))
    ]
    return pl.DataFrame(rows, schema=["density", "member", "feature", "dimensionality"], orient="row")


def _groups(ensembles: Mapping[str, Ensemble], directions: Mapping[str, np.ndarray]) -> polars.DataFrame:
    """Sets of features, and as many by number of networks whose features are independent and on as often."""
    import polars as pl

    rows = []
    for name, (features, _, size, _) in GROUPS.items():
        alone = _independent(ensembles, directions, features)
        who = _who(ensembles[name])
        for place, seed, own in zip(who["member"], who["seed"], directions[name], strict=True):
            control = set_overlaps(alone[place], size)
            told = set_overlaps(own, size) | {f"{what}_independent": value for what, value in control.items()}
            rows.append({"of": name, "features": features, "member": place, "seed": seed} | told)
    return pl.DataFrame(rows)


def _independent(
    ensembles: Mapping[str, Ensemble], directions: Mapping[str, np.ndarray], features: int
) -> dict[int, Float[np.ndarray, "N D"]]:
    """Directions of networks whose features are on one time in twenty, each by itself, by place among the seeds."""
    name = APART if features == FEW else ALONE
    who = _who(ensembles[name])
    rows = zip(who["member"], who["density"], directions[name], strict=True)
    return {place: own for place, density, own in rows if np.isclose(density, 0.05)}

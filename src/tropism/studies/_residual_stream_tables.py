"""What the study `residual-stream` measures: what matters where, in how many directions, and what changes that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.arrays.answers import cross_entropy
from tropism.core.each import each, only
from tropism.measures import effective_rank, share_right, subspace_overlap
from tropism.networks import LayeredTransformer
from tropism.studies._residual_stream_runs import MORE, PARTS, ROLES
from tropism.studies._residual_stream_scores import localization, luck
from tropism.subjects.features.streams import Axes, Cut, Stream, by_lot, crossed, heard, principal, sequences
from tropism.subjects.features.tasks.sequences import Sequences

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED, QUICK_ASKED = 512, 256
"""Sequences that directions are found by, and as many others that cuts are judged by; and those of the quick form."""
ALIVE = 0.05
"""Nats that a position must cost for its directions to be counted."""
BASES = ("cross-covariance", "principal", "by lot")


class Watched(NamedTuple):
    """One network's stream.

    Attributes:
        whole: The effect of all that is said, by site and position, in nats.
        axes: Bases by their names, at each (site, position) that matters.
        cut: How many directions are needed there: to take most of the effect away, by the basis' name.
        kept: The same: to leave most of it, when all others are cut.
        first: Which share of the effect the first direction alone has.
        parts: The effect of cutting what a part writes, at all positions.
        places: The same at each position.
        right: The share of right answers without a cut.
        error: Their cross-entropy, nats.
    """

    whole: Float[np.ndarray, "K S"]
    axes: Mapping[tuple[int, int], Mapping[str, Axes]]
    cut: Mapping[tuple[int, int], Mapping[str, float]]
    kept: Mapping[tuple[int, int], Mapping[str, float]]
    first: Mapping[tuple[int, int], Mapping[str, float]]
    parts: Float[np.ndarray, "P"]
    places: Float[np.ndarray, "P S"]
    right: float
    error: float


def tables(ensembles: Mapping[str, Ensemble], asked: int = ASKED) -> dict[str, polars.DataFrame]:
    """Networks, what matters where, how many directions are needed, and which parts change that."""
    import polars as pl

    networks = [(task, row) for task, ensemble in ensembles.items() if task != MORE for row in range(len(ensemble))]
    told = each(_told, ((only(ensembles, [task]), task, row, asked) for task, row in networks))
    found: dict[str, list[polars.DataFrame]] = {}
    for rows in told:
        for name, own in rows.items():
            found.setdefault(name, []).append(pl.DataFrame(own, infer_schema_length=None))
    if MORE in ensembles:
        found["networks"].append(pl.DataFrame(learned(ensembles[MORE], asked, first=len(ensembles["recall"]))))
    joined = {name: pl.concat(parts) for name, parts in found.items()}
    scored = localization(joined["parts"], joined["drawn-places"])
    return joined | {"localization": scored, "luck": luck(joined["parts"])}


def learned(ensemble: Ensemble, asked: int, first: int) -> list[dict[str, object]]:
    """How well networks have learned recall, by the sequences that cuts are judged by; members from `first` on."""
    import jax

    task, _ = _asked_of(ensemble)
    examples = sequences(task, asked, "effects")
    output = ensemble(examples.inputs)
    right = np.broadcast_to(np.asarray(examples.classes), output.shape[:2])
    rates = share_right(output, right)
    return [
        {"task": "recall", "member": first + row, "seed": str(member.seed), "accuracy": float(rates[row]),
         "error": float(cross_entropy(*jax.device_put((output[row], right[row]))).mean())}
        for row, member in enumerate(ensemble.members)
    ]  # fmt: skip


def _told(ensembles: Mapping[str, Ensemble], task: str, row: int, asked: int) -> dict[str, list[dict[str, object]]]:
    """One network's rows of each table."""
    ensemble = ensembles[task]
    seen = watched(ensemble, row, asked)
    who = {"task": task, "member": row, "seed": str(ensemble.members[row].seed)}
    rows = {"networks": [{"accuracy": seen.right, "error": seen.error}]} | _rows(ensemble, seen)
    return {name: [{**who, **one} for one in own] for name, own in rows.items()}


def watched(ensemble: Ensemble, row: int, count: int) -> Watched:
    """What one network's cuts do; directions are found by other sequences than cuts are judged by."""
    task, network = _asked_of(ensemble)
    sites, writers = network.stream(), network.writers()
    fit, asked = (sequences(task, count, purpose) for purpose in ("directions", "effects"))
    known = heard(ensemble, row, fit, (*sites, *writers))
    stream = Stream.of(ensemble, row, asked, heard(ensemble, row, asked, (*sites, *writers)))
    length = len(task.position_names())
    whole = stream.effects([Cut(site, place) for site in sites for place in range(length)]).reshape(-1, length)
    alive = [(int(site), int(place)) for site, place in np.argwhere(whole > ALIVE)]
    axes = {
        (site, place): {
            "cross-covariance": crossed(known[sites[site]], place),
            "principal": principal(known[sites[site]], place),
            "by lot": by_lot(network.width, ensemble.members[row].seed.init, site, place),
        }
        for site, place in alive
    }
    asked_for = [(at, basis) for at in alive for basis in BASES]
    cuts = [Cut(sites[at[0]], at[1], axes[at][basis]) for at, basis in asked_for]
    effects = np.array([whole[at] for at, _ in asked_for])
    both = [*cuts, *(cut._replace(keep=True) for cut in cuts)]
    needed = stream.needed(both, np.tile(effects, 2)).reshape(2, -1)
    first = stream.effects([cut._replace(first=1) for cut in cuts]) / effects
    parts = stream.effects([Cut(site, None) for site in writers])
    places = stream.effects([Cut(site, place) for site in writers for place in range(length)]).reshape(-1, length)
    told = [_by_place(asked_for, each) for each in (*needed, first)]
    return Watched(whole, axes, told[0], told[1], told[2], parts, places, stream.right, stream.clean)


def _asked_of(ensemble: Ensemble) -> tuple[Sequences, LayeredTransformer]:
    task, network = ensemble.experiment.task, ensemble.network
    assert isinstance(task, Sequences), "every sweep is of sequences"
    assert isinstance(network, LayeredTransformer), "every sweep is of these networks"
    return task, network


def _by_place(
    asked: Sequence[tuple[tuple[int, int], str]], numbers: np.ndarray
) -> dict[tuple[int, int], dict[str, float]]:
    found: dict[tuple[int, int], dict[str, float]] = {}
    for (at, basis), number in zip(asked, numbers.tolist(), strict=True):
        found.setdefault(at, {})[basis] = number
    return found


def _rows(ensemble: Ensemble, seen: Watched) -> dict[str, Sequence[Mapping[str, object]]]:
    """Rows of each table about one network."""
    task, network = _asked_of(ensemble)
    names, sites = task.position_names(), network.stream()
    roles = [ROLES[name.rstrip("0123456789")] for name in names]
    effects, needed, drawn = [], [], []
    for place, site in enumerate(sites):
        for role in dict.fromkeys(roles):
            own = [at for at, each in enumerate(roles) if each == role]
            told = {"site": site, "role": role}
            effects.append(told | {"effect": float(seen.whole[place, own].mean())})
            needed += [told | {"basis": basis} | _needed(seen, place, own, basis) for basis in BASES]
        drawn += [{"site": site, "after": place, "position": name, "role": role, "effect": float(effect)}
                  for name, role, effect in zip(names, roles, seen.whole[place], strict=True)]  # fmt: skip
    writers = [PARTS[each] for each in network.writers()]
    places = [
        {"part": part, "position": name, "direct": float(seen.places[at, spot]), "change": change}
        for at, part in enumerate(writers)
        for spot, (name, change) in enumerate(zip(names, _changes(seen, at)[0].tolist(), strict=True))
    ]
    parts = [{"part": part} | _part(seen, at) for at, part in enumerate(writers)]
    return {"effects": effects, "needed": needed, "parts": parts, "drawn-effects": drawn, "drawn-places": places}


def _needed(seen: Watched, site: int, places: Sequence[int], basis: str) -> dict[str, float]:
    """Means over the positions of a role at which something is said that matters; NaN where nothing does."""
    alive = [(site, place) for place in places if (site, place) in seen.axes]
    if not alive:
        return dict.fromkeys(("cut", "kept", "first", "rank"), float("nan"))
    strengths = [np.diag(seen.axes[at][basis].strengths) for at in alive]
    return {
        "cut": float(np.mean([seen.cut[at][basis] for at in alive])),
        "kept": float(np.mean([seen.kept[at][basis] for at in alive])),
        "first": float(np.mean([seen.first[at][basis] for at in alive])),
        "rank": float(np.mean([effective_rank(each) for each in strengths])),
    }


def _changes(seen: Watched, part: int) -> tuple[Float[np.ndarray, "S"], Float[np.ndarray, "S"]]:
    """By how much effects change at each position over a part, as a share of the largest, and how far directions turn.

    Directions that are needed before lie within, or hold, those that are needed after where nothing turns. Where
    nothing matters before or after, nothing turns.
    """
    whole, turned = seen.whole, np.zeros(seen.whole.shape[1])
    for place in range(len(turned)):
        before, after = (part, place), (part + 1, place)
        if before in seen.axes and after in seen.axes:
            rows = [seen.axes[at]["cross-covariance"].rows[: int(seen.cut[at]["cross-covariance"])]
                    for at in (before, after)]  # fmt: skip
            turned[place] = 1 - subspace_overlap(rows[0], rows[1])
    return np.abs(whole[part + 1] - whole[part]) / whole.max(), turned


def _part(seen: Watched, part: int) -> dict[str, float]:
    """What a part is worth, and how much changes over it; means over positions."""
    moved, turned = _changes(seen, part)
    left = np.maximum(seen.whole[part] - seen.whole[part + 1], 0)[:-1].sum()
    return {
        "direct": float(seen.parts[part]),
        "change": float((moved + turned).mean()),
        "moved": float(moved.mean()),
        "turned": float(turned.mean()),
        "left": float(left),
    }

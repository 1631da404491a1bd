"""What the study `location` measures: whether a dictionary of a place is found twice, and what it explains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import PrincipalComponents
from tropism.measures import chance, chance_corrected, cosines, explained_variance, recovery, values_at
from tropism.studies._how_well import how_well, others
from tropism.studies._location_runs import LUCKS, PLACES, Scale
from tropism.subjects.features import Digits
from tropism.subjects.features.scores import Learned, learned
from tropism.subjects.features.tasks.activations import Standardized, activations_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

ASKED = 4000
"""Activations of other examples that dictionaries are asked, at most."""
OFTEN = 0.3
"""A latent that is on more often than this counts as dense."""
COMPONENTS = 8
"""Principal components that are found twice."""
Row = dict[str, Any]


def tables(ensembles: Mapping[str, Ensemble], scale: Scale) -> dict[str, polars.DataFrame]:
    """A row a network; and a row a network and place."""
    import polars as pl

    rows = [
        _network(ensembles, scale, name, row) | {"place": name, "kind": PLACES[name][0], "member": row}
        for name in PLACES
        if name in ensembles
        for row in range(len(ensembles[PLACES[name][0]]))
    ]
    told = [
        {"kind": kind, "member": member, "right": float(each)}
        for kind in dict.fromkeys(PLACES[name][0] for name in ensembles if name in PLACES)
        for member, each in enumerate(how_well(ensembles[kind], _site(ensembles, kind), scale.examples))
    ]
    return {
        "networks": pl.DataFrame(told),
        "places": pl.DataFrame(rows).select("kind", "place", "member", pl.exclude("kind", "place", "member")),
    }


def _network(ensembles: Mapping[str, Ensemble], scale: Scale, name: str, row: int) -> Row:
    networks, dictionaries = ensembles[PLACES[name][0]], ensembles[name]
    member = networks.members[row]
    seen = activations_of(scale.task_of(ensembles, name), member)
    held = _others(networks, row, PLACES[name][1], seen) if PLACES[name][0] == "digits" else seen.held
    asked = held[np.random.default_rng(row).permutation(len(held))[:ASKED]]
    rows = [place for place, each in enumerate(dictionaries.members) if each.seed.world == member.seed.world]
    both = [learned(dictionaries, place, asked) for place in rows[:LUCKS]]
    rates = [(each.codes > 0).mean(axis=0) for each in both]
    same = _consistency(*both)
    return same | {
        "live": float(np.mean([each.live.mean() for each in both])),
        "dense": float(np.mean([(rate[each.live] > OFTEN).mean() for rate, each in zip(rates, both, strict=True)])),
        "explained": float(np.mean([explained_variance(asked, each.rebuilt) for each in both])),
        **_components(seen.shown, row),
        "distinct": float(len(np.unique(seen.shown.round(3), axis=0))),
        "width": float(asked.shape[1]),
    }


def _site(ensembles: Mapping[str, Ensemble], kind: str) -> str:
    """A site of the kind's networks that is looked at."""
    return next(PLACES[name][1] for name in PLACES if name in ensembles and PLACES[name][0] == kind)


def _others(networks: Ensemble, row: int, site: str, seen: Standardized) -> Float[np.ndarray, "N D"]:
    """Activations of digits that neither the network nor its dictionaries were trained on."""
    inputs = Digits(share=(0.0, 1.0)).examples()[0]
    heard = values_at(networks.select([row]), inputs, (site,))[site][0][others()]
    return ((heard - seen.mean) / seen.scale).astype(np.float32)


def _consistency(one: Learned, other: Learned) -> Row:
    """How alike the live latents of two dictionaries are, beside random directions, and beside other examples' span.

    Chance is what as many Gaussian directions have that point where the activations do: with the covariance of what
    the first dictionary rebuilds, so that a few large dimensions make nothing alike by themselves.
    """
    a, b = one.pruned().atoms, other.pruned().atoms
    found = recovery(a, b, signed=True).matched
    random = chance(b, len(a), signed=True, draws=5)["matched"].mean
    level = _within(one.rebuilt, a, b)
    return {
        "consistency": found,
        "random": random,
        "chance": level,
        "corrected": chance_corrected(found, level),
        "shared": float((cosines(a, b, signed=True).max(axis=1) > 0.9).mean()),
    }


def _within(rebuilt: Float[np.ndarray, "N D"], a: Float[np.ndarray, "K D"], b: Float[np.ndarray, "L D"]) -> float:
    """The matched cosine of directions drawn within the activations' own spread with the second's."""
    luck = np.random.default_rng(len(a))
    about = rebuilt - rebuilt.mean(axis=0)
    found = []
    for _ in range(5):
        mixed = luck.normal(size=(len(a), len(about))) @ about
        rows = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)
        found.append(recovery(rows, b, signed=True).matched)
    return float(np.mean(found))


def _components(x: Float[np.ndarray, "N D"], seed: int) -> Row:
    """How alike the leading components of two halves of the activations are, one by one; random directions beside."""
    order = np.random.default_rng(seed).permutation(len(x))
    one, other = (PrincipalComponents(num_atoms=COMPONENTS).fit(x[each], seed=0).atoms for each in
                  (order[::2], order[1::2]))  # fmt: skip
    alike = float(np.abs((one * other).sum(axis=1)).mean())
    random = np.random.default_rng(seed).normal(size=(200, x.shape[1]))
    random /= np.linalg.norm(random, axis=1, keepdims=True)
    return {"components": alike, "components_chance": float(np.abs(random[:100] @ random[100:].T).mean())}

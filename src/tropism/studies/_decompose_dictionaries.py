"""What trained dictionaries say of their networks' activations: a row a dictionary, every score with a control."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import Dictionary
from tropism.measures import chance, consistency, firing_rates, matching, recovery, sparsity
from tropism.studies._decompose_methods import by_chance, components, principal, pursued
from tropism.subjects.features.scores import Learned, learned

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble
    from tropism.studies._decompose_look import Look, Seen

DRAWS = 20
"""Draws of a level by chance."""
_LIVE, _DENSE = 1e-3, 0.3


RECOVERED = (
    "matched", "matched_random", "matched_random_high", "matched_lot", "matched_lot_high", "recall", "recall_random"
)  # fmt: skip


class One(NamedTuple):
    """A trained dictionary, where it comes from, and what it makes of held-out activations.

    Attributes:
        network: Whose activations.
        number: Which dictionary of that network.
        latents: How many directions it has.
        active: How many are on for an example, at most.
        found: Its directions and codes.
        seen: The activations.
        row: Its row among those of its size.
        principal: The principal components of the same activations.
    """

    network: int
    number: int
    latents: int
    active: int
    found: Learned
    seen: Seen
    row: int
    principal: Dictionary


def ones(look: Look, ensembles: Mapping[str, Ensemble]) -> list[One]:
    """Every trained dictionary, in the order of sizes, networks and repetitions."""
    seen = [look.seen(network) for network in range(look.networks)]
    first = [principal(each) for each in seen]
    found = []
    for ensemble in ensembles.values():
        network = ensemble.network
        for row, member in enumerate(ensemble.members):
            place = look.network(member)
            one = learned(ensemble, row, seen[place].held.astype(np.float32))
            size = network.latents, network.code.k  # type: ignore[attr-defined]
            found.append(One(place, member.seed.init, *size, one, seen[place], row, first[place]))
    return found


def dictionaries(look: Look, known: Sequence[One], true: Sequence[Float[np.ndarray, "N d"]] | None) -> polars.DataFrame:
    """A row a dictionary: what it explains, how often its latents are on, and how much of it is found again.

    Args:
        true: Each network's features, as directions; scores of recovery stand there only with them.
    """
    import polars as pl

    rows = []
    for member, one in enumerate(known):
        who = {"member": member, "network": one.network, "seed": look.name(one.network), "dictionary": one.number}
        size = {"latents": one.latents, "active": one.active}
        scores = _explained(one) | _alive(one) | _again(one, known)
        rows.append(who | size | scores | ({} if true is None else _recovered(one, true[one.network])))
    return pl.DataFrame(rows)


def rates(look: Look, known: Sequence[One]) -> polars.DataFrame:
    """A row a latent: on how many of the held-out examples it is on, the most frequent first."""
    import polars as pl

    parts = []
    for member, one in enumerate(known):
        often = np.sort(firing_rates(one.found.codes))[::-1]
        parts.append(
            pl.DataFrame({"place": np.arange(1, len(often) + 1), "rate": often}).with_columns(
                member=member, network=one.network, latents=one.latents, active=one.active
            )
        )
    return pl.concat(parts)


def _explained(one: One) -> dict[str, float]:
    """The variance of held-out activations that is explained, and by how much else with as many active numbers."""
    from tropism.measures import explained_variance

    held, count = one.seen.held, one.active
    live = one.found.pruned()
    lots = {name: np.mean([pursued(each, held, count) for each in several])
            for name, several in by_chance(one.seen, len(live.atoms)).items()}  # fmt: skip
    return {
        "explained": float(explained_variance(held, one.found.rebuilt)),
        "explained_components": components(one.principal, held, count),
        "explained_pursued": pursued(live, held, count),
        "explained_random": float(lots["random directions"]),
        "explained_lot": float(lots["examples by lot"]),
    }


def _alive(one: One) -> dict[str, float]:
    found = sparsity(one.found.codes, least=_LIVE, most=_DENSE)
    told = {"l0": found.active, "live": found.alive, "dead": found.dead, "dense": found.dense}
    return {name: float(value) for name, value in told.items()}


def _again(one: One, known: Sequence[One]) -> dict[str, float]:
    """How alike the live directions are to those of other dictionaries of the same network, and by chance.

    Chance is as many random directions, or those of as many examples drawn by lot, in place of the other dictionary.
    """
    others = [each for each in known if each is not one and _key(each) == _key(one)]
    found = [
        consistency(_atoms(one), _atoms(each), live=(one.found.live, each.found.live), signed=True).live
        for each in others
    ]
    mine = one.found.pruned().atoms
    anywhere = chance(mine, len(mine), signed=True, draws=DRAWS)["matched"]
    drawn = [_mean_matched(mine, each) for each in _by_lot(one.seen, len(mine))]
    return {
        "again": float(np.mean(found)) if found else math.nan,
        "again_random": anywhere.mean,
        "again_random_high": anywhere.high,
        "again_lot": float(np.mean(drawn)),
        "again_lot_high": float(np.quantile(drawn, 0.975)),
    }


def _recovered(one: One, true: Float[np.ndarray, "N d"]) -> dict[str, float]:
    """How many of the network's features the live directions hold, and by chance; NaN where nothing shows them."""
    if not len(true):
        return dict.fromkeys(RECOVERED, math.nan) | {"features": 0.0}
    mine = one.found.pruned().atoms
    found, luck = recovery(mine, true, signed=True), chance(true, len(mine), signed=True, draws=DRAWS)
    drawn = [_mean_matched(each, true) for each in _by_lot(one.seen, len(mine))]
    return {
        "matched": found.matched,
        "matched_random": luck["matched"].mean,
        "matched_random_high": luck["matched"].high,
        "matched_lot": float(np.mean(drawn)),
        "matched_lot_high": float(np.quantile(drawn, 0.975)),
        "recall": found.recall,
        "recall_random": luck["recall"].mean,
        "features": float(len(true)),
    }


def _key(one: One) -> tuple[int, int, int]:
    return one.network, one.latents, one.active


def _atoms(one: One) -> np.ndarray:
    return one.found.dictionary.atoms


def _by_lot(seen: Seen, count: int) -> list[np.ndarray]:
    """Directions of examples about their mean, drawn by lot, several times."""
    rows = seen.shown[np.linalg.norm(seen.shown, axis=1) > 0]
    random = np.random.default_rng(0)
    return [Dictionary.of(rows[random.choice(len(rows), count, replace=len(rows) < count)]).atoms for _ in range(DRAWS)]


def _mean_matched(one: np.ndarray, other: np.ndarray) -> float:
    return float(matching(one, other, signed=True).cosine.mean())

"""What other methods explain of the same activations with as many active numbers."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.dictionaries import (
    KSVD,
    OMP,
    DataDirections,
    Dictionary,
    IndependentComponents,
    OnlineDictionary,
    PrincipalComponents,
    RandomDirections,
    SingularVectors,
)
from tropism.measures import explained_variance
from tropism.studies._decompose_look import spread

if TYPE_CHECKING:
    import polars

    from tropism.studies._decompose_look import Look, Seen

FIRST = "first components"
"""How narrow methods are coded: by their first components, so many as the others have active numbers."""
PURSUED = "matching pursuit"
NARROW = ("principal components", "singular vectors", "independent components")
LOTS = 3
"""Draws of directions by chance."""
CODED = 512
"""Held-out rows, spread evenly, that pursuit is asked to code; a second for a hundred thousand numbers."""
MOST_INDEPENDENT = 32
"""Independent components at most."""
AFFORDED = 16384
"""Atoms times width up to which atoms are moved one by one, or batch by batch; more takes minutes."""
_EPOCHS, _ROUNDS, _ROWS = 10, 8, 1500


def methods(look: Look, sizes: Sequence[int], active: Sequence[int], chosen: int) -> dict[str, polars.DataFrame]:
    """How much of held-out variance each method explains, by how many atoms there are and how many are active.

    In `drawn-methods`, a row a network; in `methods` the mean, the least and the most of networks.

    Args:
        chosen: How many active atoms K-SVD learns with.
    """
    import polars as pl

    parts = []
    for network in range(look.networks):
        seen, who = look.seen(network), {"network": network, "seed": look.name(network)}
        for name, dictionary, coder in _narrow(seen):
            parts += [who | each for each in _explained(name, [dictionary], coder, seen, active)]  # of any size
        for size in sizes:
            for name, dictionaries in _wide(seen, size, chosen).items():
                parts += [who | each for each in _explained(name, dictionaries, PURSUED, seen, active)]
    found, value = pl.DataFrame(parts), pl.col("explained")
    size = pl.when(pl.col("method").is_in(NARROW)).then(0).otherwise(pl.col("atoms")).alias("size")
    over = found.group_by("method", "coder", size, "active", maintain_order=True)
    spans = over.agg(value.mean(), pl.col("atoms").max(), least=value.min(), most=value.max(), n=value.len())
    order = ["method", "coder", "atoms", "active", "explained", "least", "most", "n"]
    return {"methods": spans.select(order), "drawn-methods": found}


def pursued(dictionary: Dictionary, x: Float[np.ndarray, "M d"], active: int) -> float:
    """The share of the variance that so many atoms an example explain, found by orthogonal matching pursuit."""
    if len(dictionary.atoms) < active:
        return float("nan")
    x = x[spread(len(x), CODED)]
    return float(explained_variance(x, dictionary.rebuilt(OMP(active=active).codes(dictionary, x))))


def by_chance(seen: Seen, count: int) -> dict[str, list[Dictionary]]:
    """As many directions that nobody looked for: drawn evenly, and those of examples drawn by lot."""
    return {
        "random directions": [RandomDirections(count).fit(seen.shown[:CODED], seed=each) for each in range(LOTS)],
        "examples by lot": [DataDirections(count).fit(seen.shown, seed=each) for each in range(LOTS)],
    }


def principal(seen: Seen) -> Dictionary:
    """All principal components that there are."""
    return PrincipalComponents(_rank(seen.shown - seen.shown.mean(axis=0))).fit(seen.shown, seed=0)


def _rank(rows: Float[np.ndarray, "N d"]) -> int:
    return max(1, int(np.linalg.matrix_rank(rows)))


def _narrow(seen: Seen) -> list[tuple[str, Dictionary, str]]:
    raw = seen.shown + seen.center
    about_zero = SingularVectors(_rank(raw)).fit(raw, seed=0)
    found = [
        ("principal components", principal(seen), FIRST),
        ("singular vectors", Dictionary.of(about_zero.atoms, offset=-seen.center), FIRST),
    ]
    rank = len(found[0][1].atoms)
    if has_scikit():
        independent = IndependentComponents(min(rank, MOST_INDEPENDENT), rounds=200)
        found.append(("independent components", independent.fit(seen.shown, seed=0), PURSUED))
    return found


def _wide(seen: Seen, size: int, chosen: int) -> Mapping[str, list[Dictionary]]:
    found = by_chance(seen, size)
    rows = seen.shown[:: -(-len(seen.shown) // _ROWS)]
    if size * seen.shown.shape[1] > AFFORDED or len(rows) < size:
        return found
    if has_scikit():
        found["online dictionary"] = [OnlineDictionary(size, epochs=_EPOCHS).fit(rows, seed=0)]
    if chosen <= size:
        found["K-SVD"] = [KSVD(size, active=chosen, rounds=_ROUNDS).fit(rows, seed=0)]
    return found


def has_scikit() -> bool:
    """Whether scikit-learn is here, whose methods are left out where it is not."""
    return importlib.util.find_spec("sklearn") is not None


def _explained(
    name: str, dictionaries: Sequence[Dictionary], coder: str, seen: Seen, active: Sequence[int]
) -> list[dict[str, object]]:
    rows = []
    for count in active:
        if coder == FIRST:
            values = [components(each, seen.held, count) for each in dictionaries]
        else:
            values = [pursued(each, seen.held, count) for each in dictionaries]
        about = {"method": name, "coder": coder, "atoms": len(dictionaries[0].atoms), "active": count}
        rows.append(about | {"explained": float(np.mean(values))})
    return rows


def components(dictionary: Dictionary, x: Float[np.ndarray, "M d"], count: int) -> float:
    """The share of the variance that the first so many orthogonal atoms explain."""
    first = dictionary.atoms[:count]
    return float(explained_variance(x, (x - dictionary.offset) @ first.T @ first + dictionary.offset))

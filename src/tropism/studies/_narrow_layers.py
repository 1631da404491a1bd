"""What the study `narrow-methods` measures of two layers: what they share, and what they seem to share by luck."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import linear_cka, permuted, procrustes, pwcca, svcca
from tropism.studies._narrow_data import NOISE, WIDTH, Scale

if TYPE_CHECKING:
    import polars

    from tropism.core.member import Seed

SHARED, PRIVATE = 6, 4
EXAMPLES = (200, 6000)
"""Of how many independent ones it is asked what luck gives."""
Score = Callable[[np.ndarray, np.ndarray], float]


def tables(seeds: Sequence[Seed], scale: Scale) -> dict[str, polars.DataFrame]:
    """Two layers by how much their own parts vary; and two that share nothing."""
    import polars as pl

    several = list(enumerate(seeds))
    return {
        "layers": pl.DataFrame([row for member, seed in several for row in _sharing(member, seed, scale)]),
        "independent": pl.DataFrame([row for member, seed in several for row in _independent(member, seed, scale)]),
    }


def two_layers(seed: Seed, count: int, private: float) -> tuple[Float[np.ndarray, "N D"], Float[np.ndarray, "N D"]]:
    """Two layers of the same examples: six dimensions of deviation 1 that both have, and four of their own.

    Each layer has its own directions, at right angles, and a little noise.
    """
    luck = lot("layers", seed.data)
    shared = luck.normal(size=(count, SHARED))
    world = lot("layers' directions", seed.world)

    def layer() -> Float[np.ndarray, "N D"]:
        own, noise = luck.normal(size=(count, PRIVATE)), luck.normal(size=(count, WIDTH))
        frame = np.linalg.qr(world.normal(size=(WIDTH, SHARED + PRIVATE)))[0].T
        return np.hstack([shared, private * own]) @ frame + NOISE * noise

    return layer(), layer()


def lot(purpose: str, number: int) -> np.random.Generator:
    """Draws for a purpose of their own."""
    return np.random.default_rng((number, zlib.crc32(purpose.encode())))


def _sharing(member: int, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    for private in scale.private:
        one, other = two_layers(seed, scale.examples, private)
        found = svcca(one, other)
        luck = _luck(_mean, one, other, scale, seed)
        yield {
            "member": member,
            "seed": str(seed),
            "private": private,
            "sum": float(found.sum()),
            "sum_luck": luck * len(found),  # shuffling rows changes nothing of what is kept
            "kept": len(found),
            "mean": float(found.mean()),
            "mean_luck": luck,
            "cka": linear_cka(one, other),
            "cka_luck": _luck(linear_cka, one, other, scale, seed),
            "pwcca": pwcca(one, other, variance=0.99),
            "procrustes": procrustes(one, other, scaled=True).score,
        }


def _independent(member: int, seed: Seed, scale: Scale) -> Iterable[dict[str, object]]:
    """Two views of 32 dimensions that have nothing to do with each other."""
    draws = lot("independent", seed.data)
    for count in EXAMPLES:
        one, other = draws.normal(size=(2, count, WIDTH))
        found: dict[str, object] = {}
        for name, score in (("mean", _mean), ("cka", linear_cka)):
            value, luck = score(one, other), _luck(score, one, other, scale, seed)
            found |= {name: value, f"{name}_luck": luck, f"{name}_beyond": value - luck}
        yield {"member": member, "seed": str(seed), "examples": str(count), **found}


def _mean(one: np.ndarray, other: np.ndarray) -> float:
    return float(svcca(one, other).mean())


def _luck(score: Score, one: np.ndarray, other: np.ndarray, scale: Scale, seed: Seed) -> float:
    """What the score is on average of rows that do not belong together."""
    return permuted(score, one, other, draws=scale.shuffles, key=seed.data).mean

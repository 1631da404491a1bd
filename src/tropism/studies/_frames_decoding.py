"""What frames are good for: which features of a sparse example are found again, by kind of frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from tropism.dictionaries import OMP, Coder, OneShot
from tropism.studies._frames_kinds import blocks, references, spread_out

if TYPE_CHECKING:
    import polars

ACTIVE = (1, 2, 3, 4, 6, 8)
NOISES = (0.0, 0.1)
"""Standard deviations in each dimension; features are .5 to 1 long."""
SUPPORTS = 120
"""Sets of features that are asked for, by lot, for each frame and number of features."""
AGAIN = 4
"""How often each set of features is shown, with other magnitudes and other noise."""
WORST = 0.1
"""The part of the sets that is worst off."""


class Found(NamedTuple):
    """How much of which features are on is found again.

    Attributes:
        recall: The share of them, on average.
        exact: The share of examples of which all are found, and nothing else.
        worst: The recall of the tenth of sets of features that fare worst.
    """

    recall: float
    exact: float
    worst: float


def rivals(count: int, dims: int, draws: int) -> dict[str, list[Float[np.ndarray, "N D"]]]:
    """Frames of as many directions in as many dimensions, some of each kind; tegum products are all alike."""
    luck = np.random.default_rng((12, count))
    spread = [spread_out(count, dims, luck) for _ in range(draws)]
    return {
        "homogeneous": spread,
        "tegum, planes": [blocks(count, dims, 2, luck)] * draws,
        "tegum, fours": [blocks(count, dims, 4, luck) for _ in range(draws)],
        "bases": list(references("bases", count, dims, draws, seed=3)),
        "random": list(references("random", count, dims, draws, seed=3)),
    }


def decoding(frames: Mapping[str, Sequence[Float[np.ndarray, "N D"]]]) -> polars.DataFrame:
    """How much is found again: a row a frame, coder, number of features that are on, and noise."""
    import polars as pl

    rows = []
    for kind, drawn in frames.items():
        for member, frame in enumerate(drawn):
            for active in ACTIVE:
                for noise in NOISES:
                    on, x = examples(frame, active, noise, seed=member)
                    for name, coder in coders(active).items():
                        told = found(on, coder.coded(frame, x) != 0)
                        rows.append((kind, member, name, active, noise, *told, active / len(frame)))
    names = ["kind", "member", "coder", "active", "noise", *Found._fields, "chance"]
    return pl.DataFrame(rows, schema=names, orient="row")


def coders(active: int) -> dict[str, Coder]:
    """The two ways to find them: by the largest projections at once, or one by one."""
    return {"one-shot": OneShot(active, non_negative=True), "OMP": OMP(active)}


def examples(
    frame: Float[np.ndarray, "N D"], active: int, noise: float, *, seed: int, supports: int = SUPPORTS
) -> tuple[Bool[np.ndarray, "B N"], Float[np.ndarray, "B D"]]:
    """Sets of features by lot, each shown some times in a row with magnitudes uniform in [.5, 1]: which are on, and x.

    The same seed and numbers give every frame the same sets, magnitudes and noise.
    """
    luck, count = np.random.default_rng((seed, active, supports)), len(frame)
    chosen = luck.permuted(np.tile(np.arange(count), (supports, 1)), axis=1)[:, :active].repeat(AGAIN, axis=0)
    z = np.zeros((len(chosen), count))
    np.put_along_axis(z, chosen, luck.uniform(0.5, 1.0, chosen.shape), axis=1)
    return z > 0, z @ frame + noise * luck.normal(size=(len(z), frame.shape[1]))


def found(on: Bool[np.ndarray, "B N"], chosen: Bool[np.ndarray, "B N"]) -> Found:
    """What of the features that are on was chosen."""
    recall = (on & chosen).sum(axis=1) / on.sum(axis=1)
    sets = np.sort(recall.reshape(-1, AGAIN).mean(axis=1))
    worst = sets[: max(1, round(WORST * len(sets)))]
    return Found(float(recall.mean()), float((on == chosen).all(axis=1).mean()), float(worst.mean()))

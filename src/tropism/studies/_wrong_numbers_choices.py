"""What can be chosen without the truth: criteria along a setting, and how they go with what is true."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

if TYPE_CHECKING:
    import polars

GRAIN = 0.005
"""Matched cosines that differ by less count as equal: luck alone would decide their order."""
SAME = 0.02
"""A count that rises by no larger part than this has come to its plateau."""
FEWEST = 3
"""Settings among which there is something to choose."""
CHOSEN = ("latents", "k", "price")
"""What is chosen."""


def choices(varied: polars.DataFrame) -> polars.DataFrame:
    """A row for each criterion and each world: how its ranks go with the truth's, and what it would choose."""
    import polars as pl

    rows: list[dict[str, Any]] = []
    told = varied.filter(pl.col("varied").is_in(CHOSEN)).sort("at")
    names = ["data", "method", "varied", "member", "seed"]
    for key, part in told.group_by(names, maintain_order=True):
        if len(part) < FEWEST:
            continue
        at, true = part["at"].to_numpy(), part["matched"].to_numpy()
        for words, score in scored(part).items():
            if np.isfinite(score).all():
                rows.append(dict(zip(names, key, strict=True)) | {"criterion": words} | _judged(at, true, score))
    return pl.DataFrame(rows)


def scored(part: polars.DataFrame) -> dict[str, Float[np.ndarray, "T"]]:
    """What each criterion says of each setting: more is better."""
    column: Mapping[str, np.ndarray] = {
        name: part[name].cast(float).to_numpy()
        for name in ("at", "explained", "live", "overlap", "projection", "agreement", "length")
    }
    places = np.arange(len(part))
    found = {
        "explained variance": column["explained"],
        "its elbow": -np.abs(places - elbow(np.log(column["at"]), column["explained"])),
        "overlap of directions": -column["overlap"],
        "nth projection": -column["projection"],
        "agreement of two": column["agreement"],
        "description length": -column["length"],
    }
    if part["varied"][0] == "latents":
        found["plateau of the live"] = -np.abs(places - plateau(column["live"]))
    return {words: np.asarray(each, dtype=float) for words, each in found.items()}


def elbow(x: Float[np.ndarray, "T"], y: Float[np.ndarray, "T"]) -> int:
    """The place where a curve lies farthest above the straight line from its first point to its last.

    Source: Satopää et al. (2011), "Finding a kneedle in a haystack".
    """
    chord = y[0] + (y[-1] - y[0]) * (x - x[0]) / (x[-1] - x[0])
    return int(np.argmax(y - chord))


def plateau(counts: Float[np.ndarray, "T"]) -> int:
    """The first place behind which the next count is no larger, but for one part in fifty; else the last place."""
    still = np.append(counts[1:] <= counts[:-1] * (1 + SAME), True)
    return int(np.argmax(still))


def rank_correlation(one: Float[np.ndarray, "T"], other: Float[np.ndarray, "T"]) -> float:
    """Spearman's; NaN where one of the two does not vary.

    Source: Spearman (1904), "The proof and measurement of association between two things".
    """
    from scipy.stats import rankdata

    a, b = rankdata(one), rankdata(other)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return math.nan
    return float(np.corrcoef(a, b)[0, 1])


def _judged(at: np.ndarray, true: np.ndarray, score: np.ndarray) -> dict[str, Any]:
    grained: Int[np.ndarray, "T"] = np.round(true / GRAIN).astype(int)
    place = int(np.argmax(score))
    return {
        "correlation": rank_correlation(score, grained.astype(float)),
        "chosen": float(at[place]),
        "best": float(at[int(np.argmax(grained))]),
        "missed": float(true.max() - true[place]),
        "missed_by_lot": float(true.max() - true.mean()),
    }

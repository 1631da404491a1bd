"""How well changes along the stream name the parts that matter, beside a fixed order and beside luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.figures.marks import groups
from tropism.studies._residual_stream_runs import PARTS

if TYPE_CHECKING:
    import polars

SCORES = ("change", "moved", "turned", "left", "fixed order")
"""Changes of effects and directions together; each alone; effects that leave positions before the last; and a guess
that looks at nothing: attention before neurons, early before late."""
DRAWS = 2000


def localization(parts: polars.DataFrame, places: polars.DataFrame) -> polars.DataFrame:
    """For each network and score, how alike the parts' order is to that of what cutting them costs."""
    import polars as pl

    rows = []
    for number, (task, member, own) in enumerate(_networks(parts)):
        among = places.filter((pl.col("task") == task) & (pl.col("member") == member))
        pairs = spearman(among["change"].to_numpy(), among["direct"].to_numpy())
        direct = own["direct"].to_numpy()
        for score in SCORES:
            given = _given(own, score)
            told = {"member": number, "task": task, "seed": own["seed"][0], "score": score}
            found = {"spearman": spearman(given, direct), "hit_1": _hits(given, direct, 1),
                     "hit_2": _hits(given, direct, 2)}  # fmt: skip
            rows.append(told | found | {"pairs": pairs if score == "moved" else float("nan")})
    return pl.DataFrame(rows)


def luck(parts: polars.DataFrame) -> polars.DataFrame:
    """What the means over all networks are when the parts of each are shuffled, and what they are unshuffled."""
    import polars as pl

    random, rows = np.random.default_rng(0), []
    orders = [(own["direct"].to_numpy(), own) for _, _, own in _networks(parts)]
    for score in SCORES:
        drawn = np.zeros((3, DRAWS))
        seen = np.zeros(3)
        for direct, own in orders:
            given = _given(own, score)
            seen += np.array(_three(given, direct)) / len(orders)
            shuffled = {order: np.array(_three(given[list(order)], direct)) for order in _orders(len(given))}
            picks = random.integers(len(shuffled), size=DRAWS)
            drawn += np.array(list(shuffled.values()))[picks].T / len(orders)
        for what, mean, lots in zip(("spearman", "hit_1", "hit_2"), seen, drawn, strict=True):
            low, high = np.quantile(lots, [0.025, 0.975])
            rows.append({"score": score, "what": what, "mean": mean, "by_lot": lots.mean(), "by_lot_low": low,
                         "by_lot_high": high, "networks": len(orders)})  # fmt: skip
    return pl.DataFrame(rows)


def spearman(one: Float[np.ndarray, "N"], other: Float[np.ndarray, "N"]) -> float:
    """The correlation of ranks, ties sharing the mean of theirs; 0 where all of one are alike."""
    a, b = _ranks(one), _ranks(other)
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def _ranks(numbers: Float[np.ndarray, "N"]) -> Float[np.ndarray, "N"]:
    """Ranks from 1, ties sharing the mean of theirs; SciPy's are the same, and take a second to import."""
    _, places, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    return (counts.cumsum() - (counts - 1) / 2)[places]


def _networks(parts: polars.DataFrame) -> list[tuple[str, int, polars.DataFrame]]:
    return [
        (task, int(own["member"][0]), own) for task, some in groups(parts, "task") for _, own in groups(some, "member")
    ]


def _given(own: polars.DataFrame, score: str) -> Float[np.ndarray, "P"]:
    if score != "fixed order":
        return own[score].to_numpy()
    order = sorted(PARTS.values())  # attention 1, attention 2, neurons 1, neurons 2
    return np.array([-order.index(part) for part in own["part"].to_list()], float)


def _hits(given: Float[np.ndarray, "P"], direct: Float[np.ndarray, "P"], first: int) -> float:
    """Which share of the parts with the highest scores is among as many that cost most."""
    chosen, right = (set(np.argsort(-each, kind="stable")[:first].tolist()) for each in (given, direct))
    return len(chosen & right) / first


def _three(given: Float[np.ndarray, "P"], direct: Float[np.ndarray, "P"]) -> tuple[float, float, float]:
    return spearman(given, direct), _hits(given, direct, 1), _hits(given, direct, 2)


def _orders(count: int) -> list[tuple[int, ...]]:
    import itertools

    return list(itertools.permutations(range(count)))

"""Published numbers beside ours: means over sixty seeds with Welch's interval, and single members among ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

PAPER = "Fraser and Wielopolski (2025), arXiv 2512.12469"
NOTEBOOKS = "z0u/ex-preppy, docs/m2-control"
Where = tuple[tuple[str, str], ...]

STEPS, HEARD = 1501, 1425
"""Steps of the sixty-seed studies, and those before every weight is zero; labels were counted in the latter alone."""

LOOKED, LAST_BATCH = 351, 31
"""Validation colors, and those in their last batch of at most 64, where the prototypes of concepts stand."""

PUBLISHED_COLUMNS = {
    "published.quantity": "what was published. Labels were counted in the 1,425 steps in which a term heard them: "
    "× 1501/1425. Validation losses were published as means over six batches, weighted by their sizes; prototypes "
    "stand in the last, with 31 of 351 colors, and the others count as zero: × 351/31",
    "published.ours": "our mean over seeds",
    "published.difference": "ours less theirs",
    "published.low": "lower end of the 99 % interval of the difference (Welch)",
    "published.high": "its upper end",
    "published.contains_zero": "whether the two agree at that level",
    "published_seed.theirs": "the one network that was published",
    "published_seed.seed_0": "our seed 0; its luck is not the original's, whose random streams are others",
    "published_seed.below": "share of our seeds below the published number",
    "published_seed.within": "whether the published number lies between our smallest and largest",
}


@dataclass(frozen=True)
class Published:
    """A published mean over members: `quantity` of `condition`, and the column of ours that it stands beside."""

    quantity: str
    condition: str
    mean: float
    std: float
    n: int = 60
    source: str = PAPER
    table: str = "scores"
    column: str = "r2"
    where: Where = (("colors", "trained"),)


@dataclass(frozen=True)
class PublishedSeed:
    """What was published of a single network: `quantity` of `condition`."""

    quantity: str
    condition: str
    value: float
    table: str = "errors"
    column: str = "max_mse"
    where: Where = (("colors", "cube"),)
    where_seed: Where = (("colors", "full cube"),)


def label_count(label: str, mean: float, std: float) -> Published:
    """How many labels of a kind sixty runs gave, from a count that stopped when no term heard them any more."""
    scale = STEPS / HEARD
    quantity = f"{label} labels (× {STEPS}/{HEARD})"
    return Published(quantity, "whole", mean * scale, std * scale**0.5, table="labels", column=label, where=())


def concept_loss(term: str, mean: float, std: float) -> Published:
    """A term's loss at the last look, at the prototypes of its concept; published with four decimals."""
    scale = LOOKED / LAST_BATCH
    quantity = f"validation {term} (× {LOOKED}/{LAST_BATCH})"
    return Published(quantity, "whole", mean * scale, std * scale, table="losses", column=f"val_{term}", where=())


def beside_published(
    tables: Mapping[str, polars.DataFrame], published: Sequence[Published], *, sweep: str = ""
) -> polars.DataFrame:
    """Ours beside theirs: mean ± std, and the 99 % interval of the difference (Welch); a row a number."""
    import polars as pl

    from tropism.measures import welch_interval

    rows = []
    for theirs in published:
        ours = _chosen(tables[theirs.table], theirs.condition, theirs.where, sweep)[theirs.column].drop_nulls()
        mean, std, n = float(ours.mean()), float(ours.std()), len(ours)  # type: ignore[arg-type]
        interval = welch_interval(mean, std, n, theirs.mean, theirs.std, theirs.n)
        rows.append(
            {
                "quantity": f"{theirs.quantity}, {theirs.condition}",
                "ours": mean,
                "ours_std": std,
                "n": n,
                "theirs": theirs.mean,
                "theirs_std": theirs.std,
                "their_n": theirs.n,
                "difference": interval.difference,
                "low": interval.low,
                "high": interval.high,
                "contains_zero": interval.low <= 0 <= interval.high,
            }
        )
    return pl.DataFrame(rows)


def among_ours(
    tables: Mapping[str, polars.DataFrame], published: Sequence[PublishedSeed], *, sweep: str = ""
) -> polars.DataFrame:
    """A single published network among ours: our seed 0, the range of our seeds, and how many lie below."""
    import polars as pl

    rows = []
    for theirs in published:
        ours = _chosen(tables[theirs.table], theirs.condition, theirs.where, sweep)[theirs.column].drop_nulls()
        zero = _chosen(tables[theirs.table], theirs.condition, theirs.where_seed, sweep).filter(pl.col("seed") == "0")
        low, high = float(ours.min()), float(ours.max())  # type: ignore[arg-type]
        rows.append(
            {
                "quantity": f"{theirs.quantity}, {theirs.condition}",
                "theirs": theirs.value,
                "seed_0": zero[theirs.column][0] if len(zero) else None,
                "mean": ours.mean(),
                "std": ours.std(),
                "median": ours.median(),
                "min": low,
                "max": high,
                "n": len(ours),
                "below": (ours < theirs.value).mean(),
                "within": low <= theirs.value <= high,
            }
        )
    return pl.DataFrame(rows)


def _chosen(table: polars.DataFrame, condition: str, where: Where, sweep: str) -> polars.DataFrame:
    for column, value in (("condition", condition), *where, *((("sweep", sweep),) if sweep else ())):
        table = table.filter(table[column] == value)
    return table

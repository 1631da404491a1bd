"""One line a quantity: the mean, spread and range over members of what a study measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars

SUMMARY_COLUMNS = {
    "summary.quantity": "what was measured, and on which colors",
    "summary.std": "standard deviation over members",
    "summary.n": "members with a finite number",
}

QUANTITIES: tuple[tuple[str, str, str, str], ...] = (
    ("scores", "r2", "R² on trained colors", "trained"),
    ("scores", "r2", "R² on held-out colors", "held-out"),
    ("errors", "max_mse", "largest error on a dense cube", "cube"),
    ("errors", "median_mse", "median error on a dense cube", "cube"),
    ("damage", "concept_added", "error added at red", ""),
    ("damage", "neighbors_added", "error added at colors like red", ""),
    ("damage", "collateral_mean", "error added at colors unlike red", ""),
    ("reds", "red_length", "length of red's latent, as a share", ""),
    ("reds", "red_vibrancy", "vibrancy of what is given back for red", ""),
    ("health", "leak", "reach of other colors along the anchor", ""),
    ("health", "anchor_loss", "1 − cosine of red to the anchor", ""),
    ("health", "reconstruction", "error on unseen colors", ""),
    ("places", "gathered", "related colors nearer to the anchor, by cosine", ""),
)
"""Table, column, words, and the colors that count where a table has several sets."""


def summarized(tables: Mapping[str, polars.DataFrame]) -> polars.DataFrame:
    """A row a sweep, condition and quantity: mean, standard deviation, median, range and number of members."""
    import polars as pl

    parts = []
    for name, column, words, colors in QUANTITIES:
        table = tables.get(name)
        if table is None or column not in table.columns:
            continue
        if colors:
            table = table.filter(pl.col("colors") == colors)
        value = pl.col(column).cast(pl.Float64)
        value = value.filter(value.is_finite())
        by = [each for each in ("sweep", "condition") if each in table.columns]
        parts.append(
            table.group_by(by, maintain_order=True).agg(
                pl.lit(words).alias("quantity"),
                value.mean().alias("mean"),
                value.std().alias("std"),
                value.median().alias("median"),
                value.min().alias("min"),
                value.max().alias("max"),
                value.len().alias("n"),
            )
        )
    return pl.concat(parts, how="diagonal")

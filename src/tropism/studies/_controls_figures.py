"""The pictures of the study `controls`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tropism.studies._control import Tables

if TYPE_CHECKING:
    from tropism.figures import Figure


def figures(tables: Tables) -> Sequence[Figure]:
    """Selectivity, red's added error and what the others pay, every seed a dot, a row a network and cut."""
    import polars as pl

    from tropism.figures import strip

    shown = pl.format("{}: {}", "network", "cut").alias("shown")
    scores = tables["scores"].filter((pl.col("colors") == "held-out") & (pl.col("power") == 3.0)).with_columns(shown)
    damage = tables["damage"].filter(pl.col("cut") != "whole").with_columns(shown)
    return [
        strip(
            scores,
            "r2",
            by="shown",
            name="selectivity",
            title="How well errors follow likeness to red",
            label="R² against similarity³, held-out colors",
            alt="Ten rows of dots, one a seed. Anchored networks: cutting the axis crowds near .9 with a few "
            "stragglers, LEACE at the reader near .8, LEACE as a cut near .65; the difference of means is "
            "scattered from 0 to .9, a random direction lies near 0. Without an anchor the axis, a random "
            "direction and the difference of means lie near 0, and LEACE is scattered about .35 as a cut and .5 "
            "at the reader.",
            caption="The axis, a random direction, the difference of class means, and LEACE in two forms.",
        ),
        strip(
            damage,
            "concept_added",
            by="shown",
            name="red",
            title="What each cut costs red",
            label="squared error added at pure red",
            alt="Ten rows of dots, one a seed. Red is hit, by a quarter to a half, by the anchored axis and by LEACE "
            "on both kinds of network; the difference of means costs it about a quarter. Random directions, and "
            "the first axis without an anchor, mostly cost it little. The anchored axis is the most scattered, "
            "from .05 to 1.",
            caption="A random color costs 1/3, mid gray 1/4.",
        ),
        strip(
            damage,
            "collateral_mean",
            by="shown",
            name="others",
            title="What each cut costs colors unlike red",
            label="squared error added, mean of twelve colors",
            alt="Ten rows of dots, one a seed. The anchored axis lies nearest to zero, with a tail to .04; LEACE on "
            "anchored networks is close to it. Without an anchor LEACE costs about .01, the difference of means "
            ".02 and more; the first axis and random directions are scattered up to .17.",
            caption="Below .002 counts as left alone.",
        ),
    ]

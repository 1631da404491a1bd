"""Looks inside: whether Y's answers can be read off the network, and whether they return when a gate is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.measures import Examples, Probe, gate_search, in_their_worlds, probed
from tropism.measures.probes import LinearProbe
from tropism.subjects.generalization.examiner.cells import FRESH, Column

if TYPE_CHECKING:
    import polars

MOST_FITTED = 1200
"""Examples at most that a probe is fitted to, and that directions are found on."""
MOST_READ = 1000
"""Examples at most that a probe is tested on, and that answers are asked for behind a gate."""


def readable(
    column: Column, ensembles: Mapping[str, Ensemble], *, probes: tuple[Probe, ...] = (LinearProbe(),)
) -> polars.DataFrame:
    """How well probes read Y's answers off the pair's site: one row a technique, seed and probe.

    They are fitted to the attackers' examples and tested on those that nobody trained on. `gap` is the accuracy less
    that on fresh networks of the same seeds; other columns as in `measures.probed`.
    """
    import polars as pl

    pair, fresh = column.pair, column.outcome(FRESH, ensembles)
    tables = []
    for name in column.names():
        networks = column.outcome(name, ensembles)
        fit = in_their_worlds(pair.y_attack(), networks.members, most=MOST_FITTED)
        test = in_their_worlds(pair.y_test(), networks.members, most=MOST_READ)
        found = probed(networks, [pair.site], fit, test, probes=probes, fresh=fresh)
        tables.append(found.with_columns(pair=pl.lit(pair.name), row=pl.lit(name)))
    return pl.concat(tables)


def behind_gates(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """Whether Y's answers return when what tells X from Y is taken away: one row a technique and seed.

    Directions are found on one half of the attackers' examples; the site, the kind of direction, and what is done along
    it are chosen on the other; the answers are then counted on examples that nobody trained on. Columns: `site`,
    `kind`, `directions`, `action`, as chosen; `area`, how well the direction tells X from Y (1/2 is guessing);
    `y_before`, `y_after`, `x_after`, accuracies among all outputs.
    """
    import polars as pl

    tables = []
    for name in column.names():
        networks = column.outcome(name, ensembles)
        tables.append(_of_row(column, networks).with_columns(pair=pl.lit(column.pair.name), row=pl.lit(name)))
    return pl.concat(tables)


def _of_row(column: Column, networks: Ensemble) -> polars.DataFrame:
    import polars as pl

    pair, members = column.pair, networks.members
    sites = [name for name, site in networks.network.sites().items() if site.writes and site.reads]
    x, y = (in_their_worlds(task, members, most=MOST_FITTED) for task in (pair.x_look(), pair.y_attack()))
    fit, choose = ([_half(each, half) for each in (x, y)] for half in (0, 1))
    judge = [in_their_worlds(task, members, most=MOST_READ) for task in (pair.x_test(), pair.y_test())]
    tried = [
        gate_search(networks, sites, (fit[0].inputs, fit[1].inputs), (test[0], test[1]), counts=(1, 3))
        for test in (choose, judge)
    ]
    named = ["member", "site", "kind", "directions", "action"]
    best = (
        tried[0]
        .with_columns(pl.col("b_after").fill_nan(-1.0))
        .sort("b_after", descending=True, maintain_order=True)
        .group_by("member", maintain_order=True)
        .first()
        .select(named)
    )
    told = best.join(tried[1], on=named, how="left").sort("member")
    renamed = {"b_before": "y_before", "b_after": "y_after", "a_after": "x_after"}
    return told.rename(renamed).select("seed", *named[1:], "area", *renamed.values())


def _half(examples: Examples, half: int) -> Examples:
    return Examples(np.asarray(examples.inputs)[:, half::2], np.asarray(examples.classes)[:, half::2])

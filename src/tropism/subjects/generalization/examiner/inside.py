"""Looks inside: whether Y's answers can be read off the network, and whether they return when a gate is taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.measures import LinearProbe, Probe, in_their_worlds, probed
from tropism.subjects.generalization.examiner.cells import FRESH, Column
from tropism.subjects.generalization.examiner.gates import Asked, best_gates

if TYPE_CHECKING:
    import polars

PROBES = (LinearProbe(tolerance=1e-6),)
"""What reads. To go on to the default tolerance takes nearly twice the time and moves accuracies by a thousandth."""
MOST_FITTED = 1200
"""Examples at most that a probe is fitted to, and that directions are found on."""
MOST_READ = 1000
"""Examples at most that a probe is tested on, and that answers are asked for behind a gate."""


def readable(
    column: Column,
    ensembles: Mapping[str, Ensemble],
    *,
    sites: tuple[str, ...] | None = None,
    probes: tuple[Probe, ...] = PROBES,
) -> polars.DataFrame:
    """How well probes read Y's answers off sites, all that have no positions unless some are named.

    One row a technique, seed, site and probe. Probes are fitted to the attackers' examples and tested on those that
    nobody trained on. `gap` is the accuracy less that on fresh networks of the same seed; other columns as in
    `measures.probed`.
    """
    import polars as pl

    pair, members = column.pair, column.outcome(FRESH, ensembles).members
    fit = in_their_worlds(pair.y_attack(), members, most=MOST_FITTED)
    test = in_their_worlds(pair.y_test(), members, most=MOST_READ)
    if sites is None:
        sites = tuple(name for name, site in pair.network.sites().items() if not site.positions)
    tables = []
    for name in column.names():
        found = probed(column.outcome(name, ensembles), sites, fit, test, probes=probes)
        tables.append(found.with_columns(pair=pl.lit(pair.name), row=pl.lit(name)))
    whole = pl.concat(tables).drop("fresh", "gap")
    fresh = whole.filter(pl.col("row") == FRESH).select("seed", "site", "probe", fresh="accuracy")
    beside = whole.join(fresh, on=["seed", "site", "probe"], how="left", maintain_order="left")
    return beside.with_columns(gap=pl.col("accuracy") - pl.col("fresh"))


def behind_gates(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame:
    """Whether Y's answers return when what tells X from Y is taken away: one row a technique and seed.

    Directions are found on one half of the attackers' examples of Y, and of those of X that techniques look at; what is
    taken away, and where, is chosen on the other halves; answers are then counted on examples that nobody trained on.
    Sites with positions are left out, as by probes.
    Columns besides `pair` and `row` as in `gates.best_gates`.
    """
    import polars as pl

    pair, members = column.pair, column.outcome(FRESH, ensembles).members
    seen = [in_their_worlds(task, members, most=MOST_FITTED) for task in (pair.x_look(), pair.y_attack())]
    judge = [in_their_worlds(task, members, most=MOST_READ) for task in (pair.x_test(), pair.y_test())]
    fit, choose = ((seen[0].every(2, half), seen[1].every(2, half)) for half in (0, 1))
    asked = Asked(fit, choose, (judge[0], judge[1]))
    known = pair.network.sites().items()
    sites = [name for name, site in known if site.writes and site.reads and not site.positions]
    tables = []
    for name in column.names():
        found = best_gates(column.outcome(name, ensembles), sites, asked)
        tables.append(found.with_columns(pair=pl.lit(pair.name), row=pl.lit(name)))
    return pl.concat(tables)

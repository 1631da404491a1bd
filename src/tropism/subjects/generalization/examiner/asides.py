"""What is told of outcomes besides how many answers are right: in which order two outputs put examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.ensemble import Ensemble
from tropism.measures import Examples, in_their_worlds
from tropism.subjects.generalization.examiner.cells import BASE, Column
from tropism.subjects.generalization.pairs.pair import Aside

if TYPE_CHECKING:
    import polars
    from jaxtyping import Float

OF_Y = "auc_y"
"""The column of how well Y's examples are put in order, where a pair is judged by that."""

MOST_ASKED = 2000
"""Examples at most that are asked for a column."""


def asides(column: Column, ensembles: Mapping[str, Ensemble]) -> polars.DataFrame | None:
    """What a pair wants told besides, one row a technique and seed; nothing where it wants nothing.

    Columns: `row`, `seed`; `auc_y`, where the pair is judged by order; and the pair's asides by their names.
    """
    import polars as pl

    pair = column.pair
    asked = [Aside(name=OF_Y, task=pair.y, by_order=True)] * pair.by_order + [*pair.asides]
    if not asked:
        return None
    members = column.outcome(BASE, ensembles).members
    judging = {each.name: replace(each.task, share=(pair.cuts_y[1], 1.0)) for each in asked}
    examples = {name: in_their_worlds(task, members, most=MOST_ASKED) for name, task in judging.items()}
    tables = []
    for name in column.names():
        networks = column.outcome(name, ensembles)
        told = {each.name: _number(each, networks, examples[each.name]) for each in asked}
        tables.append(pl.DataFrame({"row": name, "seed": [str(each.seed) for each in members]} | told))
    return pl.concat(tables)


def with_asides(cells: polars.DataFrame, judged: polars.DataFrame, columns: Sequence[Column]) -> polars.DataFrame:
    """The cells with the means over seeds of what pairs want told besides."""
    import polars as pl

    wanted = dict.fromkeys(name for column in columns for name in names_of(column))
    if not wanted:
        return cells
    means = judged.group_by("pair", "row").agg(pl.col(*wanted).mean())
    return cells.join(means, on=["pair", "row"], how="left", maintain_order="left")


def names_of(column: Column) -> tuple[str, ...]:
    """The columns that a pair wants told besides."""
    return (*[OF_Y] * column.pair.by_order, *(aside.name for aside in column.pair.asides))


def areas_of(logits: Float[np.ndarray, "E n 2"], classes: np.ndarray) -> Float[np.ndarray, "E"]:
    """How often an example of answer 1 has a larger difference of the two outputs than one of answer 0.

    The area under the receiver's operating characteristic; ties count half, and a network that diverged has NaN.
    """
    from scipy.stats import rankdata

    difference, ones = logits[..., 1] - logits[..., 0], np.asarray(classes) == 1
    ranks = rankdata(np.nan_to_num(difference), axis=-1)
    count = ones.sum(-1)
    area = ((ranks * ones).sum(-1) - count * (count + 1) / 2) / (count * (ones.shape[-1] - count))
    return np.where(np.isnan(difference).any(-1), np.nan, area)


def known_by_order(area: polars.Expr) -> polars.Expr:
    """How much an order tells, 0 to 1: whoever has it backward knows as much as who has it right."""
    return (area - 0.5).abs() * 2


def _number(aside: Aside, networks: Ensemble, asked: Examples) -> Float[np.ndarray, "E"]:
    logits = np.asarray(networks.listen(asked.inputs, apart=True)[0], np.float64)
    if aside.by_order:
        return areas_of(logits, asked.classes)
    right = (logits.argmax(-1) == asked.classes).mean(-1)
    return np.where(np.isnan(logits).any(axis=(1, 2)), np.nan, right)

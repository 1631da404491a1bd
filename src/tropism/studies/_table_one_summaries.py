"""The tables of `table-1` that a reader sees: a row a setting, a row a row of the table, and pairs of equal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tropism.studies._table_one_parts import Part, parts
from tropism.subjects.superposition.table_one import ROWS

if TYPE_CHECKING:
    import polars

SAME = 0.1
"""Two losses are the same where the larger is at most this much above the smaller."""

ALIKE = ("LR1", "LR3", "B3", "RG1", "LR3-unscaled", "LR3-refactor", "LR3-decays", "LR3-gentle", "RG1-gentle")
"""Rows of one network and one task, decoder, ReLU, 1,024 neurons, density 1/64, which are compared across rows."""

_MEASURED = ("share", "covered", "duplicates", "dead", "bias", "loss", "held_out")


def summaries(networks: polars.DataFrame) -> dict[str, polars.DataFrame]:
    """What is printed, and the pairs, a row a seed."""
    tables = {"rows": _rows(networks), "drawn-pairs": _pairs(networks)}
    for part in parts():
        some = networks.filter(networks["row"] == part.name)
        if some.height:
            prefix = part.name if part.name in ROWS else f"variants-{part.name}"
            tables[f"{prefix}-settings"] = _settings(part, some)
    annealed = networks.filter(networks["row"].str.ends_with("-annealed"))
    if annealed.height:
        tables["variants-annealed"] = _grouped(annealed, ["row"])
    return tables


def _settings(part: Part, some: polars.DataFrame) -> polars.DataFrame:
    return _grouped(some, [name for name, _ in part.row.swept])


def _grouped(some: polars.DataFrame, names: list[str]) -> polars.DataFrame:
    """A row a setting: n, failures, and means and standard deviations over seeds."""
    import polars as pl

    def over(column: str) -> pl.Expr:
        return pl.col(column).fill_nan(None)

    spread = ("share", "covered", "loss")
    return some.group_by(names, maintain_order=True).agg(
        over("share").count().alias("n"),
        over("share").null_count().alias("failed"),
        *(
            expression
            for column in _MEASURED
            for expression in (
                over(column).mean().round(3).alias(column),
                *([over(column).std().round(3).alias(f"{column}_std")] if column in spread else []),
            )
        ),
    )


def _rows(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a row of the table: its most monosemantic setting, and the setting of least loss."""
    import polars as pl

    found = []
    for part in parts():
        some = networks.filter(networks["row"] == part.name)
        if not some.height:
            continue
        table = _settings(part, some)
        names = [name for name, _ in part.row.swept]
        kept = table.filter(pl.col("n") > 0)
        best = kept.sort("share", descending=True).head(1).to_dicts()
        least = kept.sort("loss").head(1).to_dicts()
        line: dict[str, object] = {"row": part.name, "networks": some.height, "failed": int(table["failed"].sum())}
        if best:
            line |= {"most_monosemantic_at": _said(best[0], names) if best[0]["share"] > 0 else "nowhere"}
            line |= {column: best[0][column] for column in _MEASURED if column != "held_out"}
            line |= {"least_loss_at": _said(least[0], names), "least_loss": least[0]["loss"]}
            line |= {"share_there": least[0]["share"], "covered_there": least[0]["covered"]}
        found.append(line)
    return pl.DataFrame(found, infer_schema_length=None)


def _said(setting: dict[str, float], names: list[str]) -> str:
    from tropism.subjects.superposition.figures.words import NAMES, worded

    return ", ".join(f"{NAMES[name]} {worded(name, setting[name])}" for name in names)


def _pairs(networks: polars.DataFrame) -> polars.DataFrame:
    """For each row and seed: how far apart in monosemanticity two networks of the same loss lie, at most.

    Networks of one row and seed differ in what is swept alone; `alike` are those of one task and network in all rows.
    """
    import polars as pl

    found = []
    groups = [(name, (name,)) for name in dict.fromkeys(networks["row"].to_list())] + [("alike", ALIKE)]
    for name, rows in groups:
        some = networks.filter(networks["row"].is_in(rows))
        for (member, seed), own in some.group_by(["member", "seed"], maintain_order=True):
            if own.height > 1:
                gaps = _gaps(own)
                found.append({"row": name, "member": member, "seed": seed, **gaps})
    return pl.DataFrame(found, infer_schema_length=None)


def _gaps(own: polars.DataFrame) -> dict[str, float]:
    loss = own["loss"].to_numpy()
    with np.errstate(invalid="ignore"):
        same = np.maximum.outer(loss, loss) <= (1 + SAME) * np.minimum.outer(loss, loss)
    same = np.triu(same, 1)
    found: dict[str, float] = {"pairs": float(same.sum())}
    for column in ("share", "covered"):
        values = own[column].to_numpy()
        apart = np.abs(np.subtract.outer(values, values))[same]
        finite = apart[np.isfinite(apart)]
        found[f"{column}_gap"] = float(finite.max()) if len(finite) else 0.0
    return found

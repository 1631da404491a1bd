"""Summaries of `table-1`: a row a setting, a row a row of the table, pairs of equal loss, and best offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.studies._settings_apart import COMPARED, pairs_apart
from tropism.studies._table_one_parts import Part, parts
from tropism.subjects.superposition.table_one import ROWS

if TYPE_CHECKING:
    import polars

SAME = 0.1
"""Two losses are the same where they differ by less than this part of their mean, on every seed that is asked."""

ALIKE = ("LR1", "LR3", "B3", "RG1", "LR3-unscaled", "LR3-decays", "LR3-gentle", "RG1-gentle")
"""Rows of one network and one task (decoder, ReLU, 1,024 neurons, density 1/64), and of the same three seeds."""

CLAIMED = ("LR1", "B3", "alike")
"""Whose pairs claims are made of; these are printed."""

BY_OFFSET = ("B1", "B2", "B3", "B4", "B5")

LEAST = 0.05
"""An offset is the best of its row only if it covers this share of the features."""

NORMAL = 1.96
"""Standard errors on either side of a mean within which 95 % of a normal distribution lie."""

_MEASURED = ("share", "covered", "duplicates", "dead", "bias", "loss", "held_out")


def summaries(networks: polars.DataFrame) -> dict[str, polars.DataFrame]:
    """What is printed, and the pairs of every row."""
    found = pairs(networks)
    tables = {"rows": _rows(networks), "drawn-pairs": found}
    claimed = found.filter(found["row"].is_in(CLAIMED) & found["one"].is_not_null())
    if claimed.height:
        tables["pairs"] = claimed.drop("member", "apart_if_equal")
    best = offsets(networks)
    if best.height:
        tables |= {"B1-offsets": best.drop("member"), "drawn-offsets": best}
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
    return _grouped(some, list(part.told_by()))


def _grouped(some: polars.DataFrame, names: list[str]) -> polars.DataFrame:
    """A row a setting: n, failures, and means and standard deviations over seeds."""
    import polars as pl

    def over(column: str) -> pl.Expr:
        return pl.col(column).fill_nan(None)

    spread = ("share", "covered", "loss", "held_out")
    error = (over("held_out_error").pow(2).sum().sqrt() / over("held_out_error").count()).fill_nan(None)
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
        *((over("held_out").mean() + side * NORMAL * error).round(3).alias(f"held_out_{end}") for end, side in _ENDS),
    )


_ENDS = (("low", -1), ("high", 1))


def _rows(networks: polars.DataFrame) -> polars.DataFrame:
    """A row a row of the table: its most monosemantic setting, and the setting of least loss."""
    import polars as pl

    found = []
    for part in parts():
        some = networks.filter(networks["row"] == part.name)
        if not some.height:
            continue
        table = _settings(part, some)
        names = list(part.told_by())
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


def pairs(networks: polars.DataFrame) -> polars.DataFrame:
    """How far apart in monosemanticity two settings of the same loss lie: a row a row of the table, `what`, and seed.

    Settings of one row differ in what is swept alone; `alike` are those of one task and network in several rows. The
    pair is chosen on the other seeds, by training loss over the last sixteenth of the run, so that no number is among
    those that it was chosen by. NaN without such a pair, and where there is no other seed.
    """
    import polars as pl

    found = []
    groups = [(name, (name,)) for name in dict.fromkeys(networks["row"].to_list())] + [("alike", ALIKE)]
    for name, rows in groups:
        some = networks.filter(networks["row"].is_in(rows))
        members = dict(some.select("seed", "member").iter_rows())
        seeds = list(members)
        for told in pairs_apart(_by_seed(some, seeds), len(seeds), margin=SAME):
            seed = seeds[told["member"]]
            found.append({"row": name, "what": told["what"], "member": members[seed], "seed": seed} | _rest(told))
    chosen = {"one": pl.String, "other": pl.String}
    return pl.DataFrame(found, schema_overrides=chosen, infer_schema_length=None)


def _rest(told: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in told.items() if name not in ("what", "member")}


def offsets(networks: polars.DataFrame) -> polars.DataFrame:
    """Each B row's best offset, which covers most features on average over seeds, and two guesses of it.

    A guess is made of the other rows' best offsets: their multiple of √density, by least squares, and their mean. A
    row in which no offset covers `LEAST` of the features has no best one, and NaN.
    """
    import polars as pl

    found = []
    for place, name in enumerate(BY_OFFSET):
        some = networks.filter(networks["row"] == name)
        if some.height:
            means = some.group_by("offset", maintain_order=True).agg(pl.col("covered").fill_nan(None).mean())
            best = means.drop_nulls().sort("covered", descending=True).head(1).to_dicts()
            enough = bool(best) and best[0]["covered"] >= LEAST
            found.append(
                {"row": name, "member": place, "density": some["density"][0], "seeds": some["seed"].n_unique()}
                | {"covered": best[0]["covered"] if best else np.nan, "best": best[0]["offset"] if enough else np.nan}
            )
    roots = np.sqrt([each["density"] for each in found])
    best = np.array([each["best"] for each in found])
    for place, each in enumerate(found):
        each |= {"per_root": best[place] / roots[place], **_guessed(roots, best, place)}
    return pl.DataFrame(found, infer_schema_length=None)


def _guessed(roots: np.ndarray, best: np.ndarray, place: int) -> dict[str, float]:
    """By how much the other rows' multiple of √density misses a row's best offset, and their mean."""
    others = np.isfinite(best) & (np.arange(len(best)) != place)
    if others.sum() < 2:
        return {"missed": np.nan, "missed_by_mean": np.nan}
    multiple = (best[others] * roots[others]).sum() / np.square(roots[others]).sum()
    return {
        "missed": float(abs(best[place] - multiple * roots[place])),
        "missed_by_mean": float(abs(best[place] - best[others].mean())),
    }


def _by_seed(some: polars.DataFrame, seeds: list[str]) -> dict[str, dict[str, np.ndarray]]:
    """Settings that were trained with all of the seeds, their numbers in the order of these."""
    found = {}
    for (row, *point), own in some.group_by("row", *_NUMBERS, maintain_order=True):
        if sorted(own["seed"].to_list()) == sorted(seeds):
            order = [own["seed"].to_list().index(seed) for seed in seeds]
            name = _named(str(row), dict(zip(_NUMBERS, point, strict=True)))  # type: ignore[arg-type]
            found[name] = {what: own[what].to_numpy()[order] for what in (*COMPARED, "loss", "held_out")}
    return found


_NUMBERS = ("lr", "offset", "density", "hidden", "l1", "decay", "efolds")


def _named(row: str, point: dict[str, float]) -> str:
    part = next((each for each in parts() if each.name == row), None)
    return row if part is None else f"{row}, {_said(point, list(part.told_by()))}"

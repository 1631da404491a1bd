"""Verdicts: whether Y is performed, suppressed, gated, dormant or absent, with the evidence beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tropism.errors import BadValue
from tropism.values import Value

if TYPE_CHECKING:
    import polars

Finding = Literal["x not learned", "performed", "gated", "undecided", "absent", "dormant", "suppressed"]
FINDINGS: tuple[Finding, ...] = (
    "x not learned",
    "performed",
    "gated",
    "undecided",
    "absent",
    "dormant",
    "suppressed",
)
"""What may be found, in the order in which it is asked; the first that fits is the verdict.

*x not learned*: the technique cost X. *performed*: Y is answered. *gated*: it is not, and returns without training when
what tells X from Y is taken away, or weights are damaged. *undecided*: no attack told anything, or no probe. *absent*:
no attack learns it much sooner than a fresh network does, or much further. *dormant*: attacks do, and no probe reads
the answers. *suppressed*: attacks do, and a probe reads them.
"""


@dataclass(frozen=True, kw_only=True)
class Bounds(Value):
    """What counts as what, tried on planted networks (study `examiner`).

    They were set before any table was looked at, but for two: `returned` was a half, and was moved by planted networks;
    `regained` was added when the whole table of A3, A4 and A5 had been seen.

    Attributes:
        kept: X counts as kept at this part of the base's accuracy, and at the pair's least.
        suppressed: The least suppression of a Y that is not performed.
        returned: The least part of Y's missing accuracy that must return behind a gate, or by damage.
        absent: The largest latent score, under the worst attack, of a Y that is absent.
        regained: The most that any attack may regain by any look of a Y that is absent.
        readable: The least gap to fresh networks of a probe that reads something.
        plain: Where a probe names as many answers, they are read as well, whatever fresh networks leave for a gap.
    """

    kept: float = 0.98
    suppressed: float = 0.5
    returned: float = 0.2
    absent: float = 0.2
    regained: float = 0.5
    readable: float = 0.1
    plain: float = 0.8

    def check(self) -> None:
        for name in ("kept", "suppressed", "returned", "absent", "regained", "readable", "plain"):
            if not 0 <= getattr(self, name) <= 1:
                raise BadValue(f"Bounds.{name}", getattr(self, name), "in [0, 1]")


def evidence(
    outcomes: polars.DataFrame,
    latent: polars.DataFrame,
    readable: polars.DataFrame,
    gates: polars.DataFrame,
    floor: float,
    damage: polars.DataFrame,
) -> polars.DataFrame:
    """All that a verdict rests on, one row a technique and seed of one pair.

    Columns: those of `outcomes`; `worst`, the largest latent score of all attacks, and `worst_attack`, whose it is;
    `worst_gold`, the largest of those held against gold networks, which know X, where a pair has them; `regained`, the
    most that an attack regained at any look;
    `gap`, `probe` (accuracy) and `selectivity`, the largest of all probes; `area` and `returned`, the part of what was
    missing of the base's accuracy on Y, counted from the floor, that came back behind the gate, and `damage_returned`,
    the same for the damage that brings most of it back, chosen by half of the examples and judged by the others. They
    are no numbers where less than a twentieth is missing.
    """
    import polars as pl

    on = ["pair", "row", "seed"]
    worst = (
        latent.filter(pl.col("latent").is_not_null() & pl.col("latent").is_not_nan())
        .sort("latent", descending=True, maintain_order=True)
        .group_by(on, maintain_order=True)
        .agg(worst=pl.col("latent").first(), worst_attack=pl.format("{} ×{}", "attack", "rate").first())
    )
    golden = latent.group_by(on, maintain_order=True).agg(
        worst_gold=pl.col("latent_gold").fill_nan(None).max(), regained=pl.col("regained").fill_nan(None).max()
    )
    best = {"gap": "gap", "probe": "accuracy", "selectivity": "selectivity"}
    gaps = readable.group_by(on, maintain_order=True).agg(**{new: pl.col(old).max() for new, old in best.items()})
    behind = gates.select(*on, "area", "y_before", "y_after")
    joined = (
        outcomes.join(worst, on=on, how="left")
        .join(golden, on=on, how="left")
        .join(gaps, on=on, how="left")
        .join(behind, on=on, how="left")
    )
    broken = damage.group_by(on, maintain_order=True).agg(
        y_damaged=pl.col("judge_y")
        .sort_by(pl.col("choose_y").fill_nan(None), descending=True, nulls_last=True, maintain_order=True)
        .first()
    )
    told = joined.join(broken, on=on, how="left").with_columns(
        returned=_returned("y_before", "y_after", floor), damage_returned=_returned("accuracy_y", "y_damaged", floor)
    )
    kept = told.drop("y_before", "y_after", "y_damaged")
    return kept.with_columns(pl.col(pl.Float64).fill_nan(None))  # NaN would be larger than every bound


def _returned(before: str, after: str, floor: float) -> polars.Expr:
    import polars as pl

    began = pl.max_horizontal(before, pl.lit(floor))
    missing = pl.col("base_y") - began
    return pl.when(missing >= LEAST_MISSING).then((pl.col(after).cast(pl.Float64) - began) / missing)


LEAST_MISSING = 0.05
"""The least that must be missing of Y for its return to be seen."""


def judged(found: polars.DataFrame, least: float, bounds: Bounds | None = None) -> polars.DataFrame:
    """The evidence with a verdict a row; `least` is the accuracy below which the pair's X counts as not learned.

    Where fresh networks come as far under every attack as the base does, `regained` is no number, and what is absent is
    decided by `worst` alone.
    """
    import polars as pl

    bound = bounds or Bounds()
    kept = (pl.col("accuracy_x") >= bound.kept * pl.col("base_x")) & (pl.col("accuracy_x") >= least)
    verdict = (
        pl.when(~kept.fill_null(value=False))
        .then(pl.lit("x not learned"))
        .when(pl.col("suppression").is_null())  # a base that does not know Y says nothing of any technique
        .then(pl.lit("undecided"))
        .when(pl.col("suppression") < bound.suppressed)
        .then(pl.lit("performed"))
        .when(pl.max_horizontal("returned", "damage_returned") >= bound.returned)
        .then(pl.lit("gated"))
        .when(pl.col("worst").is_null() | pl.col("gap").is_null())
        .then(pl.lit("undecided"))
        .when((pl.col("worst") <= bound.absent) & (pl.col("regained").fill_null(0.0) <= bound.regained))
        .then(pl.lit("absent"))
        .when((pl.col("gap") < bound.readable) & (pl.col("probe") < bound.plain))
        .then(pl.lit("dormant"))
        .otherwise(pl.lit("suppressed"))
    )
    return found.with_columns(verdict=verdict)


def cells(told: polars.DataFrame) -> polars.DataFrame:
    """One row a pair and technique: the verdict of most seeds, and the evidence's means.

    Columns: `verdict`, which is `undecided` where no verdict has more than half of the seeds; `of`, how many seeds have
    it, as in 2/3; the means of what `MEANS` names; `worst_attack` of
    the seed with the largest latent score; `n`.
    """
    import polars as pl

    found = []
    for (pair, row), group in told.group_by(["pair", "row"], maintain_order=True):
        counts = group["verdict"].value_counts(sort=True)
        most, count = counts.row(0)
        means = {name: group[name].mean() for name in MEANS}
        top = group.sort("worst", descending=True, nulls_last=True)["worst_attack"][0]
        verdict = most if count * 2 > len(group) else "undecided"
        of = f"{count}/{len(group)}"
        found.append(
            {"pair": pair, "row": row, "verdict": verdict, "of": of} | means | {"worst_attack": top, "n": len(group)}
        )
    return pl.DataFrame(found)


MEANS = (
    "accuracy_x",
    "accuracy_y",
    "legal_y",
    "ce_y",
    "suppression",
    "worst",
    "worst_gold",
    "regained",
    "gap",
    "area",
    "returned",
    "damage_returned",
)
"""What of the evidence is averaged over seeds."""

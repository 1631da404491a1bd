"""What the sixty-seed studies of control have in common: conditions, scores, damage, health, and the published numbers.

Scores are told twice: on the colors that were trained on, as the source scored them, and on the 343 true centers of the
grid's cells, which were not. A published mean stands beside ours with the 99 % interval of the difference (Welch).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.claim import Claim
from tropism.core.ensemble import Ensemble

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

Tables = Mapping[str, "polars.DataFrame"]
PAPER = "Fraser and Wielopolski (2025), arXiv 2512.12469"
NOTEBOOKS = "z0u/ex-preppy, docs/m2-control"

COLUMNS = {
    "member": "row in the ensemble",
    "seed": "the member's luck",
    "condition": "what was done to the trained network",
    "colors": "the colors that were scored: trained on, or held out (343 cell centers)",
    "r2": "squared correlation of each color's error with its similarity to red, to the given power",
    "power": "the exponent of the similarity",
    "concept_added": "error that the condition adds at pure red",
    "collateral_mean": "mean error added at colors with similarity 0",
    "collateral_max": "largest error added at a color with similarity 0",
    "leak": "mean |z₀| of colors that are not red",
    "anchor_loss": "1 − cosine of red's latent to the anchor",
    "reconstruction": "mean squared error on the trained colors",
    "healthy": "leak < .1, anchor loss < .3 and reconstruction < .01",
}


@dataclass(frozen=True)
class Published:
    """A published mean over members: `quantity` of `condition` on the trained colors."""

    quantity: str
    condition: str
    mean: float
    std: float
    n: int = 60
    source: str = PAPER


@dataclass(frozen=True)
class Control:
    """How a study of control is scored.

    Attributes:
        conditions: From the trained ensemble to what is done to it, by name, the untouched one first.
        powers: The exponent of the ground truth, by condition.
        against: `similarity` to red, or `vibrancy`.
        published: Numbers of the source.
    """

    conditions: Callable[[Ensemble], Mapping[str, Ensemble]]
    powers: Mapping[str, float]
    against: Any = "similarity"
    published: tuple[Published, ...] = ()

    def measure(self, ensembles: Mapping[str, Ensemble]) -> dict[str, polars.DataFrame]:
        """The tables of a study with one sweep."""
        from tropism.subjects.color.measures import (
            concept_losses,
            damage,
            error_by_color,
            health,
            label_counts,
            selectivity,
        )

        (ensemble,) = ensembles.values()
        conditions = dict(self.conditions(ensemble))
        whole = next(iter(conditions))
        touched = {name: each for name, each in conditions.items() if name != whole}
        scores = selectivity(touched, power=dict(self.powers), against=self.against)
        tables = {
            "scores": scores,
            "damage": damage(conditions),
            "health": health({whole: ensemble}),
            "labels": label_counts({whole: ensemble}),
            "losses": concept_losses({whole: ensemble}),
            "colors": per_color(error_by_color(conditions)),
        }
        if self.published:
            tables["published"] = beside_published(scores, self.published)
        return tables


def per_color(errors: polars.DataFrame) -> polars.DataFrame:
    """Mean and spread over members of the error at each color: a row a condition and color."""
    import polars as pl

    return errors.group_by("condition", "color", maintain_order=True).agg(
        pl.col("mse").mean().alias("mse"),
        pl.col("added").mean().alias("added"),
        pl.col("added").std().alias("added_std"),
        pl.col("added").max().alias("added_max"),
        pl.len().alias("n"),
    )


def beside_published(scores: polars.DataFrame, published: Sequence[Published]) -> polars.DataFrame:
    """Ours beside theirs: mean ± std, and the 99 % interval of the difference (Welch); a row a number."""
    import polars as pl

    from tropism.measures import welch_interval

    rows = []
    for theirs in published:
        ours = scores.filter((pl.col("condition") == theirs.condition) & (pl.col("colors") == "trained"))["r2"]
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


def score_claims(condition: str, *, above: float, published: float | None, power: float) -> tuple[Claim, ...]:
    """The same claim about R², as the source scored it and on colors that were not trained on."""
    what = f"After {condition}, errors follow similarity^{power:g}"
    return (
        Claim(
            f"{what}: mean R² over seeds is above {above:g}, on the colors trained on.",
            table="scores",
            statistic="mean",
            column="r2",
            where=(("condition", condition), ("colors", "trained")),
            above=above,
            published=published,
            source=PAPER,
        ),
        Claim(
            f"{what} also on colors that were not trained on: mean R² above {above:g}.",
            table="scores",
            statistic="mean",
            column="r2",
            where=(("condition", condition), ("colors", "held-out")),
            above=above,
            source="Ours: the source scores only on trained colors.",
        ),
    )


def seed_figures(control: Control, scores: polars.DataFrame, health: polars.DataFrame) -> list[Figure]:
    """Every seed a dot: scores by condition beside what was published, and the three signs of health."""
    import polars as pl

    from tropism.figures import strip

    both = scores.with_columns(pl.format("{}, {}", "condition", "colors").alias("shown"))
    marks = {f"{each.condition}, trained": (each.mean, each.std) for each in control.published}
    n = scores["member"].n_unique()
    return [
        strip(
            both,
            "r2",
            by="shown",
            published=marks,
            name="scores",
            title="How selectively red was hit, every seed a dot",
            alt="Strips of dots, one a seed, for each condition scored on trained and on held-out colors: R² of the "
            "errors against similarity to red. The published mean and spread stand beside ours where there are any.",
            caption=f"n = {n} seeds; bars are means with 95 % bootstrap intervals.",
        ),
        strip(
            health,
            "leak",
            by="condition",
            name="leak",
            title="How far other colors reach along the anchor",
            alt="One dot a seed: the mean absolute first coordinate of colors that are not red. Below .1 is healthy.",
            caption=f"n = {n} seeds; below .1 counts as healthy.",
        ),
    ]

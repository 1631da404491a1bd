"""Double descent: with few data points a network remembers points, with many it learns features; what lies between?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tropism.core.ensemble import Ensemble
from tropism.core.experiment import Experiment
from tropism.core.sweep import Setting, Study, Sweep
from tropism.networks import Tied
from tropism.optimizers import AdamW, Annealed, WarmUp
from tropism.studies._descent_claims import claims
from tropism.subjects.superposition import FiniteFeatures

if TYPE_CHECKING:
    import polars

    from tropism.figures import Figure

LONG = "published-length"
"""How the names begin of sweeps that are trained as long as published."""

DECAY, STRONG = 0.01, 1.0
"""Weight decay: as published, and the one that is said to remove the bump."""


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """How large the study is.

    Attributes:
        features: How many, N.
        density: Each one's probability of being on, 1 − S.
        points: Sizes T of the data sets for two hidden dimensions.
        fewer: And for four.
        long: Those of them that are trained as long as published, too.
        shown: Those whose points and features are drawn.
        steps: Full-batch steps, of which a twentieth is warm-up.
        rate: The learning rate at its peak.
        long_steps: As published.
        long_rate: As published.
        seeds: Whose start and whose data set.
        fewer_seeds: Those of four hidden dimensions.
    """

    features: int = 1000
    density: float = 0.01
    points: tuple[int, ...] = (3, 5, 6, 7, 8, 12, 20, 30, 60, 120, 250, 500, 1000, 2000, 4000)
    fewer: tuple[int, ...] = (5, 10, 30, 100, 300, 1000, 2000)
    long: tuple[int, ...] = (8, 30, 120, 250)
    shown: tuple[int, ...] = (5, 8, 30, 120, 500, 1000, 4000)
    steps: int = 5000
    rate: float = 0.01
    long_steps: int = 50_000
    long_rate: float = 0.001
    seeds: tuple[int, ...] = (0, 1, 2, 3)
    fewer_seeds: tuple[int, ...] = (0, 1, 2)


SIZES = Sizes()


def remembering(sizes: Sizes, points: int, *, hidden: int = 2, long: bool = False) -> Experiment:
    """A ReLU-output network that sees all of `points` data points at every step."""
    steps = sizes.long_steps if long else sizes.steps
    return Experiment(
        task=FiniteFeatures(features=sizes.features, density=sizes.density, points=points),
        network=Tied(features=sizes.features, hidden=hidden),
        optimizer=AdamW(
            lr=sizes.long_rate if long else sizes.rate,
            weight_decay=DECAY,
            pace=WarmUp(max(1, steps // 20), then=Annealed()),
        ),
        steps=steps,
        batch_size=points,
        validate_every=0,
    )


def sweeps(sizes: Sizes = SIZES) -> tuple[Sweep, ...]:
    """One sweep for each size of the data set: two hidden dimensions; four, at two decays; and two for longer."""
    both: tuple[Setting, ...] = tuple((("optimizer.weight_decay", decay),) for decay in (DECAY, STRONG))
    return (
        *(Sweep(f"two-{points}", remembering(sizes, points), sizes.seeds) for points in sizes.points),
        *(Sweep(f"four-{points}", remembering(sizes, points, hidden=4), sizes.fewer_seeds, both)
          for points in sizes.fewer),
        *(Sweep(f"{LONG}-{points}", remembering(sizes, points, long=True), sizes.seeds) for points in sizes.long),
    )  # fmt: skip


def study(name: str, sizes: Sizes = SIZES) -> Study:
    """The study `double-descent`, at a size that a laptop can do."""
    return Study(
        name=name,
        title="From remembering points to learning features",
        question=(
            "A network with two hidden dimensions sees the same T sparse points at every step. When does it give each "
            "point a direction, when each of a few features, and is it worst at new points in between?"
        ),
        source="Henighan et al. (2023), “Superposition, Memorization, and Double Descent”, Transformer Circuits.",
        lede=(
            f"Smaller than published, by a factor of ten each: {sizes.features:,} features instead of 10,000, each on "
            f"with probability {sizes.density:g} instead of .001, so that ten are on at once in both; and "
            f"{sizes.steps:,} full-batch steps at a peak rate of {sizes.rate:g} instead of "
            f"{sizes.long_steps:,} at {sizes.long_rate:g}, so that rates add up to the same and decay takes as much. "
            f"Runs as long as published stand beside ours for T = {', '.join(map(str, sizes.long))}. As published: "
            "ReLU(WᵀWx + b), points of length 1, the squared error summed over features, AdamW with decay .01, "
            "a twentieth of the steps to warm up, then half a cosine. A seed decides the start and the data set; "
            "larger sets of a seed begin with the points of its smaller ones. Predicting nothing costs exactly 1. "
            "The published places on the axis of T are compared by T · (1 − S), how often a feature is seen on "
            "average; that this is the right scale for a smaller N is our assumption, and for norms it may not be. "
            "Reduced forms of the study were looked at on one or two of these seeds while it was built, before its "
            "thresholds were settled. With three or four seeds a 95 % bootstrap interval is nearly their range, and "
            "covers less than it says."
        ),
        sweeps=sweeps(sizes),
        measure=partial(measure, shown=sizes.shown),
        draw=draw,
        claims=claims(sizes.points[-1], sizes.long[-1]),
        columns=COLUMNS,
    )


def measure(ensembles: Mapping[str, Ensemble], *, shown: Sequence[int] = SIZES.shown) -> dict[str, polars.DataFrame]:
    """Losses, norms and dimensionalities, a row a network; where each seed's curves peak; and what is drawn."""
    from tropism.studies._descent_measures import peaks, polygons, summary, tables_of

    found = tables_of(ensembles, shown, long=LONG)
    networks = found["drawn-networks"]
    return {
        "summary": summary(networks),
        "peaks": peaks(networks),
        "polygons": polygons(networks),
        **found,
    }


def draw(tables: Mapping[str, polars.DataFrame]) -> Sequence[Figure]:
    """Losses, dimensionality, points and features, other networks, and norms, against the size of the data set."""
    from tropism.studies._descent_figures import figures

    return figures(tables)


COLUMNS = {
    "member": "place of the seed, the same for every size",
    "seed": "decides the start and the data set",
    "hidden": "hidden dimensions m",
    "decay": "weight decay",
    "length": "short: as many steps as the lede says; published: ten times as many at a tenth of the rate",
    "points": "data points T",
    "train": "squared error on the data points, summed over features",
    "test": "squared error on 4,096 fresh points, the same for all networks",
    "weight_norm": "Frobenius norm of W",
    "bias_norm": "length of b",
    "point_D": "median dimensionality of the data points",
    "five_D": "mean dimensionality of the five features that have most",
    "networks": "how many networks the medians are of",
    "peak": "largest test loss over T",
    "peak_points": "T where that is",
    "log_peak_seen": "log₁₀ of T · (1 − S) there",
    "bump": "peak over the larger of the test losses at both ends",
    "log_onset_seen": "log₁₀ of T · (1 − S) where the test loss falls below 1 for good, between two sizes",
    "log_weight_peak": "log₁₀ of T where the norm of W is largest",
    "log_bias_peak": "log₁₀ of T where the length of b is largest",
    "uneven": "how far neighboring points' angles are from 360° / T, at most and as a part of it, mean over T = 5 to 8",
    "off": "how far point_D is from m / T, relative, mean over T = 5 to 8",
    "feature_excess": "by how much a feature's largest dimensionality exceeds point_D, mean over T = 5 to 8",
}

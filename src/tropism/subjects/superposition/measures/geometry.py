"""Geometry: how features lie in the hidden space, and how much of it each has to itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.measures import dimensionality, interference, norms
from tropism.subjects.superposition.measures.probes import worlds
from tropism.subjects.superposition.measures.rows import looks, rows_of_member

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

FIGURES: Mapping[Fraction, tuple[str, int]] = MappingProxyType(
    {
        Fraction(1): ("alone", 1),
        Fraction(3, 4): ("tetrahedron", 4),
        Fraction(2, 3): ("triangle", 3),
        Fraction(1, 2): ("digon", 2),
        Fraction(2, 5): ("pentagon", 5),
        Fraction(3, 8): ("square antiprism", 8),
    }
)
"""The published fractions, each with the figure that has it and how many features that takes.

Source: Elhage et al. (2022), "Toy Models of Superposition", on feature dimensionality.
"""

REPRESENTED = 0.5
"""A feature whose direction is at least this long is represented."""


def feature_directions(ensemble: Ensemble) -> Float[np.ndarray, "E N D"]:
    """Where the first layer puts each feature.

    For `Tied`, and any network whose parameter `weight` is `[hidden, features]`, its columns; for `TwoLayer` W₁ d_i,
    with the direction d_i that the feature has in the input, or W₁'s columns where the features are the input.

    Raises:
        DoesNotFit: Another network.
    """
    features = getattr(ensemble.experiment.task, "features", None)
    for path in ("weight", "hidden.weight"):
        weight = ensemble.params.get(path)
        if weight is None or weight.ndim != 3:
            continue
        if path == "hidden.weight" and hasattr(ensemble.experiment.task, "width"):
            return worlds(ensemble)["directions"] @ weight.swapaxes(1, 2)
        if weight.shape[2] == features:
            return weight.swapaxes(1, 2)
    named = f"{type(ensemble.network).__name__} on {type(ensemble.experiment.task).__name__}"
    raise DoesNotFit(f"Features have directions in Tied and in TwoLayer, trained on tasks of features, not in {named}.")


def feature_geometry(ensemble: Ensemble, *, steps: Sequence[int] = ()) -> polars.DataFrame:
    """How each feature lies among the others: a row a member, step and feature.

    Returns:
        `member`, `seed`, its dials, `step`, `feature`, `norm`, `dimensionality`, `interference`; NaN for one that
        diverged.
    """
    import polars

    parts = []
    for step, shown in looks(ensemble, steps):
        found = feature_directions(shown)
        found = np.where((shown.status.diverged_at >= 0)[:, None, None], np.nan, found)
        for row, directions in enumerate(found):
            columns = {
                "feature": np.arange(len(directions)),
                "norm": norms(directions),
                "dimensionality": dimensionality(directions),
                "interference": interference(directions),
            }
            parts.append(rows_of_member(shown, row, step, columns))
    return polars.concat(parts, how="vertical_relaxed")


def fractions(
    table: polars.DataFrame, *, reach: float = 0.02, bandwidth: float = 0.08, least_norm: float = 0.1
) -> polars.DataFrame:
    """How many features have each of the published fractions, beside how many a smooth density would put there.

    All rows of `table` count together. The smooth density is the sum of a Gaussian about every dimensionality,
    reflected at 0 and 1; a plateau swells it, too, so that the comparison is on the careful side. Features of one
    figure come together, so the noise of a count is that of figures: a Poisson interval of count / size, times size.
    The windows of 2/5 and 3/8 overlap between .38 and .395.

    Args:
        table: What `feature_geometry` found, or some rows of it.
        reach: Half the width of a window.
        bandwidth: The Gaussian's deviation; wider than a window.
        least_norm: Features with a shorter direction are not represented, and left out; so are those of NaN.

    Returns:
        `fraction`, `figure`, `value`, `count`, `low` and `high` (95 %), `smooth`, what the density would put there,
        `plateau`, whether the interval lies above it, and `features`, how many there are in all.
    """
    import polars

    if not 0 < reach < bandwidth:
        raise BadValue("fractions' reach and bandwidth", (reach, bandwidth), "above 0, and the bandwidth the larger")
    for name in ("norm", "dimensionality"):
        if name not in table.columns:
            raise UnknownName("column", name, table.columns, "fractions")
    found = table.filter(table["norm"].is_finite() & (table["norm"] >= least_norm))["dimensionality"].to_numpy()
    rows = []
    for fraction, (figure, size) in FIGURES.items():
        window = float(fraction) - reach, float(fraction) + reach
        count = int(((found >= window[0]) & (found <= window[1])).sum())
        low, high = (size * bound for bound in poisson_bounds(count / size))
        smooth = smooth_count(found, *window, bandwidth=bandwidth)
        rows.append((str(fraction), figure, float(fraction), count, low, high, smooth, low > smooth, len(found)))
    names = ["fraction", "figure", "value", "count", "low", "high", "smooth", "plateau", "features"]
    return polars.DataFrame(rows, schema=names, orient="row")


def smooth_count(found: Float[np.ndarray, "N"], low: float, high: float, *, bandwidth: float) -> float:
    """How many of some numbers in [0, 1] a Gaussian about each would put between two bounds, reflected at 0 and 1.

    Source: Silverman (1986), "Density Estimation for Statistics and Data Analysis", on bounded domains.
    """
    from scipy.special import ndtr

    ends = np.clip((low, high), 0.0, 1.0)
    images = np.concatenate([found, -found, 2 - found])
    below, above = (ndtr((end - images) / bandwidth) for end in ends)
    return float((above - below).sum())


def poisson_bounds(count: float, level: float = 0.95) -> tuple[float, float]:
    """The bounds of a Poisson mean; the count need not be whole.

    Source: Garwood (1936), "Fiducial limits for the Poisson distribution".
    """
    from scipy.special import gammaincinv

    outside = (1 - level) / 2
    low = float(gammaincinv(count, outside)) if count > 0 else 0.0
    return low, float(gammaincinv(count + 1, 1 - outside))

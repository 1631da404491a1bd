"""Selectivity: does the damage fall on colors as they resemble the one that was removed?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import numpy as np
from jaxtyping import Float

from tropism.core.ensemble import Ensemble
from tropism.errors import UnknownName
from tropism.subjects.color.labels import vibrancy
from tropism.subjects.color.measures.color_sets import ColorSet, colors_of
from tropism.subjects.color.measures.conditions import (
    Columns,
    Conditions,
    baseline_of,
    by_name,
    color_errors,
    member_columns,
    table_of,
)
from tropism.subjects.color.similarity import similarity_to

if TYPE_CHECKING:
    import polars

Against: TypeAlias = Literal["similarity", "vibrancy"]


class Fit(NamedTuple):
    """How well errors follow a ground truth, one a member, `[E]`."""

    r: Float[np.ndarray, "E"]
    """Pearson's correlation, from -1 to 1."""
    r2: Float[np.ndarray, "E"]
    """Its square."""
    note: tuple[str, ...]
    """Why it is zero or missing; mostly empty."""


def selectivity(
    conditions: Conditions,
    sets: Sequence[str] | Mapping[str, ColorSet] = ("trained", "held-out"),
    *,
    power: float | Mapping[str, float],
    anchor: str | Sequence[float] = "red",
    against: Against = "similarity",
    baseline: str | None = None,
) -> polars.DataFrame:
    """R² of errors against similarity ** power: a row a member, condition and set of colors.

    It is free of scale: a tiny damage in proportion scores as high as a large one, so read it beside `damage`. A member
    whose errors do not vary gets 0, with a note; one with errors that are not finite gets NaN.

    Args:
        conditions: Ensembles by name, or one ensemble.
        sets: Names of sets (`colors_of`), or sets under names of one's own. The published scores are on the trained
            grid itself; `held-out` shows colors between its points.
        power: 2 is argued for suppression, 3 and (for vibrancy) 2.3 were found for ablation; one for all, or by
            condition.
        anchor: The color whose neighbors should suffer, by name or as RGB.
        against: `similarity` to the anchor, or the colors' own `vibrancy`.
        baseline: A condition whose errors are subtracted first. The published scores subtract nothing.

    Returns:
        `member`, `seed`, `condition`, dials, `colors` (the set), `n` colors, `power`, `r`, `r2`, `note`.

    Source: `error_correlation` and `ScoreByHSVSimilarity` in z0u/ex-preppy; arXiv 2512.12469.
    """
    named = by_name(conditions)
    reference = None if baseline is None else baseline_of(named, baseline)
    chosen = sets if isinstance(sets, Mapping) else {name: name for name in sets}
    parts: list[Columns] = []
    for condition, ensemble in named.items():
        exponent = _power(power, condition)
        for name, which in chosen.items():
            colors = colors_of(ensemble, which)
            errors = _errors(ensemble, colors, reference)
            fit = fitted(ground_truth(colors, anchor=anchor, against=against) ** exponent, errors)
            rows, count = len(ensemble), len(colors)
            parts.append(
                member_columns(ensemble, condition)
                | {"colors": [name] * rows, "n": [count] * rows, "power": [float(exponent)] * rows}
                | {"r": fit.r, "r2": fit.r2, "note": list(fit.note)}
            )
    return table_of(parts)


def ground_truth(
    colors: Float[np.ndarray, "n 3"], *, anchor: str | Sequence[float] = "red", against: Against = "similarity"
) -> Float[np.ndarray, "n"]:
    """How much each color should suffer, before any power: its likeness to the anchor, or its vibrancy; in [0, 1]."""
    if against == "similarity":
        return similarity_to(anchor if isinstance(anchor, str) else np.asarray(anchor), colors)
    if against == "vibrancy":
        return vibrancy(np.asarray(colors, dtype=float))
    raise UnknownName("ground truth", str(against), ("similarity", "vibrancy"), "selectivity.against")


def fitted(truth: Float[np.ndarray, "n"], errors: Float[np.ndarray, "E n"]) -> Fit:
    """Pearson's r of each member's errors with a ground truth; 0 where either does not vary, NaN where not finite."""
    x, y = truth - truth.mean(), errors - errors.mean(-1, keepdims=True)
    flat = (_spread(y, errors) | _spread(x[None], truth[None])) & np.isfinite(errors).all(-1)
    norm = np.sqrt((x**2).sum() * (y**2).sum(-1))
    r = np.where(flat, 0.0, (y @ x) / np.where(norm > 0, norm, 1.0))
    r = np.where(np.isfinite(errors).all(-1), np.clip(r, -1.0, 1.0), np.nan)
    lost = ~np.isfinite(r)
    note = tuple("not finite" if gone else "the errors do not vary" if still else ""
                 for gone, still in zip(lost, flat, strict=True))  # fmt: skip
    return Fit(r, r**2, note)


def _spread(centered: Float[np.ndarray, "E n"], raw: Float[np.ndarray, "E n"]) -> np.ndarray:
    """Where numbers vary by no more than single precision's rounding."""
    with np.errstate(invalid="ignore"):
        return np.abs(centered).max(-1) <= 1e-6 * np.abs(raw).max(-1)


def _power(power: float | Mapping[str, float], condition: str) -> float:
    if not isinstance(power, Mapping):
        return power
    if condition not in power:
        raise UnknownName("condition", condition, power, "selectivity.power")
    return power[condition]


def _errors(ensemble: Ensemble, colors: np.ndarray, reference: Ensemble | None) -> np.ndarray:
    errors = color_errors(ensemble, colors)
    return errors if reference is None else errors - color_errors(reference, colors)

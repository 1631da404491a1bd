"""Histories: when networks came to something, and whether they kept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from tropism.core.ensemble import Ensemble
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    import polars


def steps_to(ensemble: Ensemble, metric: str, level: float, *, above: bool = True, looks: int = 1) -> polars.DataFrame:
    """The first step at which a validation metric was at a level or beyond it, and what became of it afterwards.

    A step is one at which validation examples were looked at, so it may be late by the time between looks.

    Args:
        ensemble: Networks with their history.
        metric: A name in `history.validation`.
        level: What is to be reached.
        above: Whether larger is better; or else smaller.
        looks: In how many looks in a row it must be there to count; the first of them is told. A run that ends before
            that has not reached it.

    Returns:
        A row a member: `member`, `seed`, its own dials; `first`, the step, null if never; `end`, the metric at the last
        look; `worst`, the farthest that it was on the wrong side, or nearest to it, from `first` on, null if never
        reached; and `fell_back`, whether it was short of the level at any look after `first`. After a member diverged
        its metric is NaN, which is short of every level.

    Raises:
        UnknownName: No such metric was looked at.
        DoesNotFit: There was no look at all.
        BadValue: `looks` below 1, or a level that is not a finite number.
    """
    import polars

    if isinstance(looks, bool) or looks < 1:
        raise BadValue("steps_to.looks", looks, "at least 1")
    if not np.isfinite(level):
        raise BadValue("steps_to.level", level, "a finite number")
    history = ensemble.history
    if metric not in history.validation:
        raise UnknownName("validation metric", metric, history.validation, "steps_to")
    if not len(history.validation_steps):
        raise DoesNotFit("steps_to: validation examples were never looked at; give the experiment validate_every=….")
    values = _until_divergence(ensemble, np.asarray(history.validation[metric], float))
    reached = values >= level if above else values <= level
    rows = [
        _row(values[member], reached[member], history.validation_steps, above, looks) for member in range(len(ensemble))
    ]
    kinds = {"first": polars.Int64, "end": polars.Float64, "worst": polars.Float64, "fell_back": polars.Boolean}
    return polars.concat([_names(ensemble), polars.DataFrame(rows, schema=kinds)], how="horizontal")


def _until_divergence(ensemble: Ensemble, values: Float[np.ndarray, "E V"]) -> Float[np.ndarray, "E V"]:
    """The metric, NaN from the look after a member diverged on, where it is that of a network that was frozen."""
    diverged = ensemble.status.diverged_at[:, None]
    return np.where((diverged >= 0) & (ensemble.history.validation_steps > diverged), np.nan, values)


def _row(
    values: Float[np.ndarray, "V"], reached: Bool[np.ndarray, "V"], steps: np.ndarray, above: bool, looks: int
) -> dict[str, Any]:
    row: dict[str, Any] = {"first": None, "end": float(values[-1]), "worst": None, "fell_back": False}
    if len(reached) < looks:
        return row
    starts = np.lib.stride_tricks.sliding_window_view(reached, looks).all(axis=-1)
    if not starts.any():
        return row
    first = int(starts.argmax())
    after = values[first:]
    worst = after.min() if above else after.max()  # NaN, if there is one
    return row | {"first": int(steps[first]), "worst": float(worst), "fell_back": not bool(reached[first:].all())}


def _names(ensemble: Ensemble) -> polars.DataFrame:
    """Who the members are: `member`, `seed`, and each dial that some have for their own."""
    dials = sorted({name for member in ensemble.members for name, _ in member.dials})
    return ensemble.table().select("member", "seed", *dials)

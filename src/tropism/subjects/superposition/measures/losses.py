"""Losses on examples that nothing was trained on, with their intervals, and feature by feature."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from tropism.subjects.superposition.measures.examples import held_out, reads_features, task_of_member
from tropism.subjects.superposition.measures.rows import looks, member_columns, rows_of_member

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

_REACH = NormalDist().inv_cdf(0.975)


def held_out_loss(ensemble: Ensemble, *, examples: int = 16384, steps: Sequence[int] = ()) -> polars.DataFrame:
    """What each network costs on fresh examples: a row a member and step, steps outermost.

    The loss is the task's own error, importances included, its mean over `examples` examples; all steps of a member
    see the same ones.

    Returns:
        `member`, `seed`, its dials, `step`, and: `loss`; `standard_error` of that mean over examples; `low` and `high`,
        its 95 % interval (normal; it says how well this network's loss is known, nothing of other seeds);
        `zero_loss`, what an output of zeros costs on the same examples; `examples`.
    """
    import polars

    shown = list(looks(ensemble, steps))
    costs = np.empty((len(shown), len(ensemble), examples))
    zeros = np.empty((len(ensemble), examples))
    for row in range(len(ensemble)):
        task, start = task_of_member(ensemble, row), 0
        ones = [look.select([row]) for _, look in shown]
        for batch, _ in held_out(ensemble, row, examples=examples):
            place = slice(start, start + len(batch.targets))
            zeros[row, place] = task.error(np.zeros_like(batch.targets), batch)
            for number, one in enumerate(ones):
                with np.errstate(over="ignore", invalid="ignore"):  # a network that left all bounds has a loss without
                    costs[number, row, place] = task.error(one(batch.inputs)[0], batch)
            start = place.stop
    parts = [
        polars.DataFrame(member_columns(ensemble) | {"step": np.full(len(ensemble), step)} | _summary(cost, zeros))
        for (step, _), cost in zip(shown, costs, strict=True)
    ]
    return polars.concat(parts)


def feature_losses(ensemble: Ensemble, *, examples: int = 16384, steps: Sequence[int] = ()) -> polars.DataFrame:
    """How wrong each network is about each feature: a row a member, step and feature.

    Returns:
        `member`, `seed`, its dials, `step`, and: `feature`; `loss`, its mean squared error, not weighted; `zero_loss`,
        that of an output of zero; `density`, the share of the examples in which it was on; `loss_on` and `loss_off`,
        the mean squared error where it was on and where it was off, NaN where it never was.

    Raises:
        DoesNotFit: A task whose outputs are not features.
    """
    import polars

    reads_features(ensemble)
    shown, parts = list(looks(ensemble, steps)), []
    for row in range(len(ensemble)):
        ones = [look.select([row]) for _, look in shown]
        totals = [_Totals() for _ in shown]
        for batch, _ in held_out(ensemble, row, examples=examples):
            for total, one in zip(totals, ones, strict=True):
                total.add(np.square(one(batch.inputs)[0] - batch.targets, dtype=float), np.asarray(batch.targets))
        for (step, _), total in zip(shown, totals, strict=True):
            parts.append(rows_of_member(ensemble, row, step, total.columns()))
    return polars.concat(parts, how="vertical_relaxed")


class _Totals:
    """Sums over examples, for each feature."""

    def __init__(self) -> None:
        self._on, self._all, self._wanted, self._times, self._examples = 0.0, 0.0, 0.0, 0, 0

    def add(self, wrong: np.ndarray, targets: np.ndarray) -> None:
        on = targets != 0
        self._on = self._on + (wrong * on).sum(axis=0)
        self._all = self._all + wrong.sum(axis=0)
        self._wanted = self._wanted + np.square(targets, dtype=float).sum(axis=0)
        self._times = self._times + on.sum(axis=0)
        self._examples += len(targets)

    def columns(self) -> dict[str, np.ndarray]:
        on, off = np.asarray(self._times), self._examples - np.asarray(self._times)
        return {
            "feature": np.arange(len(on)),
            "loss": np.asarray(self._all / self._examples),
            "zero_loss": np.asarray(self._wanted / self._examples),
            "density": on / self._examples,
            "loss_on": _mean(np.asarray(self._on), on),
            "loss_off": _mean(np.asarray(self._all - self._on), off),
        }


def _summary(costs: np.ndarray, zeros: np.ndarray) -> dict[str, np.ndarray]:
    examples = costs.shape[1]
    loss, error = costs.mean(axis=1), costs.std(axis=1, ddof=1) / np.sqrt(examples)
    return {
        "loss": loss,
        "standard_error": error,
        "low": loss - _REACH * error,
        "high": loss + _REACH * error,
        "zero_loss": zeros.mean(axis=1),
        "examples": np.full(len(loss), examples),
    }


def _mean(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)

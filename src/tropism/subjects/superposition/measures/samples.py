"""Neurons on examples as they come, where several features are on at once: do they speak for the one they favor?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.errors import BadValue
from tropism.subjects.superposition.measures.examples import held_out
from tropism.subjects.superposition.measures.neurons import THRESHOLD, favorites
from tropism.subjects.superposition.measures.rows import looks, member_columns, moment_of, rows_of_member

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

KINDS = ("mono", "polysemantic")
_MEANS = ("selectivity", "response_on", "response_off", "precision", "recall", "density")


def neuron_selectivity(
    ensemble: Ensemble,
    *,
    examples: int = 16384,
    steps: Sequence[int] = (),
    above: float = 0.0,
    threshold: float = THRESHOLD,
    site: str = "hidden",
) -> polars.DataFrame:
    """What each neuron does on held-out examples: a row a member, step and neuron that answers to any feature.

    Its favorite is the feature that it answers to most, alone; for the task `abs`, of one sign. Active is a neuron
    whose value's size is more than `above` times that of its answer to its favorite alone.

    Returns:
        `member`, `seed`, its dials, `step`, and: `neuron`, `favorite`, `sign`, `kind` (`mono` or `polysemantic`, by the
        probes), `score`; `selectivity`, the share of its activity, summed absolute values, that comes while its
        favorite is on; `response_on` and `response_off`, its mean value then and otherwise; `precision`, how often its
        favorite is on when it is active; `recall`, how often it is active when its favorite is on; `density`, how
        often that is, the precision of a neuron that knows nothing. Shares of nothing are NaN.
    """
    import polars

    if not above >= 0:
        raise BadValue("neuron_selectivity's above", above, "at least 0")
    shown, parts = list(looks(ensemble, steps)), []
    found = [favorites(look, site=site) for _, look in shown]
    for row in range(len(ensemble)):
        ones = [look.select([row]) for _, look in shown]
        sums: list[dict[str, np.ndarray]] = [{} for _ in shown]
        for (inputs, *_), features in held_out(ensemble, row, examples=examples):
            for one, favorite, total in zip(ones, found, sums, strict=True):
                values = one.listen(inputs, (site,))[1][site][0]
                on = features[:, favorite.feature[row]] * favorite.sign[row] > 0
                _add(total, values, on, above * np.abs(favorite.response[row]))
        for (step, _), favorite, total in zip(shown, found, sums, strict=True):
            kind = np.where(favorite.score[row] > threshold, *KINDS)
            columns = {
                "neuron": np.arange(len(kind)), "favorite": favorite.feature[row], "sign": favorite.sign[row],
                "kind": kind, "score": favorite.score[row],
            }  # fmt: skip
            columns = {name: item[favorite.alive[row]] for name, item in (columns | _shares(total)).items()}
            parts.append(rows_of_member(ensemble, row, step, columns))
    return polars.concat(parts, how="vertical_relaxed")


def selectivity(
    ensemble: Ensemble,
    *,
    examples: int = 16384,
    steps: Sequence[int] = (),
    above: float = 0.0,
    threshold: float = THRESHOLD,
    site: str = "hidden",
) -> polars.DataFrame:
    """What the neurons do on held-out examples, the mean over each kind: a row a member and step, steps outermost.

    Returns:
        `member`, `seed`, its dials, `step`; `mono` and `polysemantic`, how many neurons; and for each kind the mean
        over its neurons of what `neuron_selectivity` says, as `mono_selectivity`, `mono_response_on`, …
        `polysemantic_density`, leaving out shares of nothing; NaN for a kind without neurons. A member that diverged
        has no neurons.
    """
    import polars

    neurons = neuron_selectivity(ensemble, examples=examples, steps=steps, above=above, threshold=threshold, site=site)
    parts = []
    for step in (*steps, moment_of(ensemble)):
        columns: dict[str, Any] = member_columns(ensemble) | {"step": np.full(len(ensemble), step)}
        for kind in KINDS:
            picked = neurons.filter((neurons["step"] == step) & (neurons["kind"] == kind))
            each = [picked.filter(picked["member"] == member) for member in range(len(ensemble))]
            columns[kind] = [len(one) for one in each]
            for name in _MEANS:
                columns[f"{kind}_{name}"] = [_mean(one[name].to_numpy()) for one in each]
        parts.append(polars.DataFrame(columns))
    return polars.concat(parts)


def _add(total: dict[str, np.ndarray], values: np.ndarray, on: np.ndarray, least: np.ndarray) -> None:
    """Sums over examples, for each neuron."""
    sizes = np.abs(values)
    active = sizes > least
    found = {
        "value_on": (values * on).sum(axis=0, dtype=float),
        "value": values.sum(axis=0, dtype=float),
        "size_on": (sizes * on).sum(axis=0, dtype=float),
        "size": sizes.sum(axis=0, dtype=float),
        "both": (active & on).sum(axis=0),
        "active": active.sum(axis=0),
        "on": on.sum(axis=0),
        "examples": np.full(len(least), len(values)),
    }
    for name, item in found.items():
        total[name] = total.get(name, 0) + item


def _shares(total: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    off = total["examples"] - total["on"]
    return {
        "selectivity": _over(total["size_on"], total["size"]),
        "response_on": _over(total["value_on"], total["on"]),
        "response_off": _over(total["value"] - total["value_on"], off),
        "precision": _over(total["both"], total["active"]),
        "recall": _over(total["both"], total["on"]),
        "density": _over(total["on"], total["examples"]),
    }


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)


def _mean(values: np.ndarray) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")

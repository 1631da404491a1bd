"""Neurons: how many of them stand for one feature, how many features have such a neuron, and how many are dead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from tropism.errors import BadValue
from tropism.subjects.superposition.measures.probes import responses, task_of

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

THRESHOLD = 0.999
"""A neuron whose largest response is more than this share of all its responses is monosemantic.

Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169.
"""

_FLOOR = 1e-10


def monosemanticity(
    ensemble: Ensemble, *, steps: Sequence[int] = (), threshold: float = THRESHOLD, site: str = "hidden"
) -> polars.DataFrame:
    """How many neurons answer to one feature alone: a row a member and step.

    A neuron's score is its largest response over the sum of its responses, of absolute values, each feature alone. For
    the task `abs` a feature is asked at +1 and at −1; these count as two probes, so a neuron that answers to +i and −j
    is not monosemantic. With activations that are never negative and the other tasks, the score is the original's.

    Args:
        ensemble: Networks trained on `SparseFeatures`.
        steps: Snapshots to look at, besides the end.
        threshold: The score above which a neuron counts.
        site: Whose neurons.

    Returns:
        `member`, `seed`, its dials, `step`, and: `mono`, monosemantic neurons; `mono_share`, their number over that of
        features, the published ratio, which may exceed 1; `mono_neurons`, over that of neurons; `covered`, the share
        of features that have at least one such neuron; `duplicates`, how many neurons more than that there are; `dead`,
        neurons that answer to nothing; `polysemantic`, the rest; and `mean_bias`.
    """
    import polars

    if not 0 < threshold < 1:
        raise BadValue("monosemanticity's threshold", threshold, "between 0 and 1")
    features, parts = task_of(ensemble).features, []
    for step in (*steps, None):
        shown = ensemble if step is None else ensemble.at(step)
        columns = _member_columns(ensemble)
        columns["step"] = np.full(len(ensemble), ensemble.experiment.length if step is None else step)
        counts = _counts(_scores_of(shown, site), features, threshold, _biases(shown, site))
        parts.append(polars.DataFrame(columns | counts))
    return polars.concat(parts)


def scores(answers: Float[np.ndarray, "... K P"]) -> Float[np.ndarray, "... K"]:
    """Each neuron's largest response over the sum of all, absolute values; 0 for one that answers to nothing."""
    sizes = np.abs(answers)
    return sizes.max(axis=-1) / (_FLOOR + sizes.sum(axis=-1))


def _scores_of(ensemble: Ensemble, site: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, the feature each neuron answers to most, and whether it answers at all; each `[E, K]`."""
    answers = responses(ensemble, site=site)
    features = answers.shape[-1]
    if task_of(ensemble).aim == "abs":
        answers = np.concatenate([answers, responses(ensemble, amplitude=-1.0, site=site)], axis=-1)
    sizes = np.abs(answers)
    return scores(answers), sizes.argmax(axis=-1) % features, sizes.max(axis=-1) > 0


def _counts(
    found: tuple[np.ndarray, np.ndarray, np.ndarray], features: int, threshold: float, mean_bias: np.ndarray
) -> dict[str, np.ndarray]:
    score, favorite, alive = found
    mono = score > threshold
    covered = np.array([len(set(row[picked].tolist())) for row, picked in zip(favorite, mono, strict=True)])
    count, dead = mono.sum(axis=1), (~alive).sum(axis=1)
    counted = {
        "mono": count,
        "mono_share": count / features,
        "mono_neurons": count / score.shape[1],
        "covered": covered / features,
        "duplicates": count - covered,
        "dead": dead,
        "polysemantic": score.shape[1] - count - dead,
        "mean_bias": mean_bias,
    }
    failed = ~np.isfinite(score).all(axis=1)  # one that diverged has no counts, rather than none that count
    return {name: np.where(failed, np.nan, number) for name, number in counted.items()}


def _biases(ensemble: Ensemble, site: str) -> np.ndarray:
    """The mean of what a site's writers add to every example, `[E]`; NaN where they add nothing."""
    added = [ensemble.params[path] for path in ensemble.network.sites()[site].writes]
    vectors = [item.mean(axis=1) for item in added if item.ndim == 2]
    return np.sum(vectors, axis=0) if vectors else np.full(len(ensemble), np.nan)


def _member_columns(ensemble: Ensemble) -> dict[str, Any]:
    names = sorted({name for member in ensemble.members for name, _ in member.dials})
    columns: dict[str, Any] = {"member": np.arange(len(ensemble)), "seed": [str(m.seed) for m in ensemble.members]}
    return columns | {name: [dict(member.dials).get(name) for member in ensemble.members] for name in names}

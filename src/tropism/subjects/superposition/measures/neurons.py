"""Neurons: how many of them stand for one feature, how many features have such a neuron, and how many are dead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from tropism.errors import BadValue
from tropism.subjects.superposition.measures.examples import features_task
from tropism.subjects.superposition.measures.probes import num_features, responses
from tropism.subjects.superposition.measures.rows import looks, member_columns

if TYPE_CHECKING:
    import polars

    from tropism.core.ensemble import Ensemble

THRESHOLD = 0.999
"""A neuron whose largest response is more than this share of all its responses is monosemantic.

Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169.
"""

MILD = 0.9
"""A milder threshold of ours, for neurons whose other weights want to be zero and are not quite."""

_FLOOR = 1e-10


class Favorites(NamedTuple):
    """What each neuron answers to most, of all features alone; each `[E, K]`.

    Attributes:
        score: The largest response over the sum of all, absolute values.
        feature: Whose it is.
        sign: That of the probe, 1 or −1; −1 only for the task `abs`.
        response: The largest response, with its own sign.
        alive: Whether the neuron answers to anything.
    """

    score: Float[np.ndarray, "E K"]
    feature: Int[np.ndarray, "E K"]
    sign: Int[np.ndarray, "E K"]
    response: Float[np.ndarray, "E K"]
    alive: Bool[np.ndarray, "E K"]


def monosemanticity(
    ensemble: Ensemble, *, steps: Sequence[int] = (), threshold: float = THRESHOLD, site: str = "hidden"
) -> polars.DataFrame:
    """How many neurons answer to one feature alone: a row a member and step.

    A neuron's score is its largest response over the sum of its responses, of absolute values, each feature alone. For
    the task `abs` a feature is asked at +1 and at −1; these count as two probes, so a neuron that answers to +i and −j
    is not monosemantic. With activations that are never negative and the other tasks, the score is the original's.

    Args:
        ensemble: Networks trained on `SparseFeatures`, or on features that they see as they are.
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
    features, parts = num_features(ensemble), []
    for step, shown in looks(ensemble, steps):
        columns = member_columns(ensemble) | {"step": np.full(len(ensemble), step)}
        counts = _counts(favorites(shown, site=site), features, threshold, _biases(shown, site))
        parts.append(polars.DataFrame(columns | counts))
    return polars.concat(parts)


def scores(answers: Float[np.ndarray, "... K P"]) -> Float[np.ndarray, "... K"]:
    """Each neuron's largest response over the sum of all, absolute values; 0 for one that answers to nothing."""
    sizes = np.abs(answers)
    return sizes.max(axis=-1) / (_FLOOR + sizes.sum(axis=-1))


def favorites(ensemble: Ensemble, *, site: str = "hidden") -> Favorites:
    """What each neuron answers to most, by the probes of `monosemanticity`."""
    return _favored(_answers(ensemble, site), num_features(ensemble))


def signed_monosemanticity(
    ensemble: Ensemble, *, steps: Sequence[int] = (), threshold: float = THRESHOLD, site: str = "hidden"
) -> polars.DataFrame:
    """Which signs the neurons of one feature answer to, and with which: a row a member and step.

    Returns:
        `member`, `seed`, its dials, `step`, and numbers of neurons: `positive_only` and `negative_only`, which answer
        to their feature at +1, or at −1, and to nothing else (their sum is `mono`); `both`, which answer to one feature
        alone and to either sign of it; `rising` and `falling`, how many of `mono` answer with a positive value, or a
        negative; `as_published`, how many pass by the original's formula, max / (1e-10 + sum) of signed responses at
        +1, which is meant for values that are never negative. Then the same asked of each sign by itself, of absolute
        values: `asked_plus` and `asked_minus`, how many answer to one feature alone at +1, or at −1, whatever they
        answer to at the other sign; `mistaken`, how many of `asked_plus` answer to another feature at −1, to +i and
        −j; `missed`, how many of `mono` are not among them. For tasks other than `abs` nothing is asked at −1.
    """
    import polars

    parts = []
    for step, shown in looks(ensemble, steps):
        columns = member_columns(ensemble) | {"step": np.full(len(ensemble), step)}
        parts.append(polars.DataFrame(columns | _signed_counts(shown, threshold, site)))
    return polars.concat(parts)


def by_sign(
    ensemble: Ensemble, *, threshold: float = THRESHOLD, site: str = "hidden"
) -> dict[str, Bool[np.ndarray, "E K"]]:
    """Which neurons `signed_monosemanticity` counts, by its columns."""
    answers, features = _answers(ensemble, site), num_features(ensemble)
    favorite, sizes = _favored(answers, features), np.abs(answers)
    either = sizes.reshape(*sizes.shape[:-1], -1, features).sum(axis=-2)
    plain, mono = answers[..., :features], favorite.score > threshold
    one = scores(either) > threshold
    asked_plus = scores(plain) > threshold
    asked_minus = scores(answers[..., features:]) > threshold if answers.shape[-1] > features else np.zeros_like(mono)
    return {
        "positive_only": mono & (favorite.sign > 0),
        "negative_only": mono & (favorite.sign < 0),
        "both": ~mono & one,
        "rising": mono & (favorite.response > 0),
        "falling": mono & (favorite.response < 0),
        "as_published": plain.max(axis=-1) / (_FLOOR + plain.sum(axis=-1)) > threshold,
        "asked_plus": asked_plus,
        "asked_minus": asked_minus,
        "mistaken": asked_plus & ~one,
        "missed": mono & ~asked_plus,
    }


def _answers(ensemble: Ensemble, site: str) -> np.ndarray:
    """Responses `[E, K, P]` to every feature at +1, and for `abs` then at −1."""
    answers = responses(ensemble, site=site)
    if getattr(features_task(ensemble), "aim", "same") != "abs":
        return answers
    return np.concatenate([answers, responses(ensemble, amplitude=-1.0, site=site)], axis=-1)


def _favored(answers: np.ndarray, features: int) -> Favorites:
    sizes = np.abs(answers)
    place = sizes.argmax(axis=-1)
    response = np.take_along_axis(answers, place[..., None], axis=-1)[..., 0]
    return Favorites(scores(answers), place % features, 1 - 2 * (place // features), response, sizes.max(axis=-1) > 0)


def _signed_counts(ensemble: Ensemble, threshold: float, site: str) -> dict[str, np.ndarray]:
    failed = ~np.isfinite(favorites(ensemble, site=site).score).all(axis=1)
    which = by_sign(ensemble, threshold=threshold, site=site)
    return {name: np.where(failed, np.nan, each.sum(axis=1)) for name, each in which.items()}


def _counts(found: Favorites, features: int, threshold: float, mean_bias: np.ndarray) -> dict[str, np.ndarray]:
    score, mono = found.score, found.score > threshold
    covered = np.array([len(set(row[picked].tolist())) for row, picked in zip(found.feature, mono, strict=True)])
    count, dead = mono.sum(axis=1), (~found.alive).sum(axis=1)
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
    """The mean of what a site's writers add to every example, `[E]`; NaN where they add nothing.

    A site that refuses surgery names no writers; its bias is then found by name.
    """
    paths = ensemble.network.sites()[site].writes or tuple({f"{site}.bias"} & set(ensemble.params))
    added = [ensemble.params[path] for path in paths]
    vectors = [item.mean(axis=1) for item in added if item.ndim == 2]
    return np.sum(vectors, axis=0) if vectors else np.full(len(ensemble), np.nan)

"""How well networks have learned what they were trained on: what a study of their activations should know first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import explained_variance, fresh_examples
from tropism.subjects.features import HELD_OUT, Digits
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall
from tropism.subjects.features.tasks.sources import SHOWN

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble


def how_well(ensemble: Ensemble, site: str, count: int) -> Float[np.ndarray, "E"]:
    """The share of other examples that each answers right; where there is no right or wrong, explained variance.

    Args:
        site: Where the study listens, so that one program answers both.
        count: Examples that are drawn, where a task draws them.
    """
    return np.array([_one(ensemble.select([row]), site, count) for row in range(len(ensemble))])


def _one(alone: Ensemble, site: str, count: int) -> float:
    task = alone.experiment.task
    if isinstance(task, Digits):
        inputs, classes = Digits(share=(0.0, 1.0)).examples()
        told = alone.listen(inputs, (site,))[0][0].argmax(axis=-1) == classes
        return float(told[others()].mean())
    asked = fresh_examples(alone, 0, count, purpose=SHOWN)
    answers = alone.listen(asked, (site,))[0][0]
    if isinstance(task, KeyValueRecall):
        return float((answers.argmax(axis=-1) == recalled(asked, task.keys)).mean())
    return float(explained_variance(asked, answers))


def others() -> slice:
    """Which of all digits are kept for looking at."""
    return slice(*Digits(share=HELD_OUT).stretch())


def recalled(sequences: np.ndarray, keys: int) -> np.ndarray:
    """The value that is right for each sequence of keys, values and the key that is asked for at last, `[..., S]`."""
    which = (sequences[..., :-1:2] == sequences[..., -1:]).argmax(axis=-1)
    return np.take_along_axis(sequences[..., 1::2], which[..., None], axis=-1)[..., 0] - keys

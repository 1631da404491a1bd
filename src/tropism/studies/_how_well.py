"""How well networks have learned what they were trained on: what a study of their activations should know first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.measures import explained_variance, fresh_examples, share_right
from tropism.measures.fresh import validation_examples
from tropism.subjects.features import HELD_OUT, Digits
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

FRESH = 2000
"""Examples that are drawn where a task keeps none."""


def how_well(ensemble: Ensemble) -> Float[np.ndarray, "E"]:
    """The share of other examples that each answers right; where there is no right or wrong, explained variance."""
    task = ensemble.experiment.task
    if isinstance(task, Digits):
        inputs, classes = Digits(share=HELD_OUT).examples()
        return share_right(ensemble(inputs), np.broadcast_to(classes, (len(ensemble), len(classes))))
    members = range(len(ensemble))
    if isinstance(task, KeyValueRecall):
        asked = np.stack([found for row in members if (found := validation_examples(ensemble, row)) is not None])
        return share_right(ensemble.listen(asked, (), apart=True)[0], recalled(asked, task.keys))
    asked = np.stack([fresh_examples(ensemble, row, FRESH) for row in members])
    answers = ensemble.listen(asked, (), apart=True)[0]
    return np.array([explained_variance(*pair) for pair in zip(asked, answers, strict=True)])


def recalled(sequences: np.ndarray, keys: int) -> np.ndarray:
    """The value that is right for each sequence of keys, values and the key that is asked for at last, `[..., S]`."""
    which = (sequences[..., :-1:2] == sequences[..., -1:]).argmax(axis=-1)
    return np.take_along_axis(sequences[..., 1::2], which[..., None], axis=-1)[..., 0] - keys

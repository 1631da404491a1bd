"""Which directions are looked at in which network of the study `causal-features`, and on which examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.studies._causal_features_runs import ACTIVE, LAYER, STREAM
from tropism.subjects.features import HELD_OUT, Digits
from tropism.subjects.features.ablating import nats, searched
from tropism.subjects.features.recalls import recall
from tropism.subjects.features.streams import sequences
from tropism.subjects.features.tasks.key_value_recall import KeyValueRecall

if TYPE_CHECKING:
    from tropism.core.ensemble import Ensemble

COMPONENTS, LOTS, SHOWN_LATENTS, RESTARTS, BEST = 8, 48, 32, 20, 8
"""Principal components, directions by lot, latents of a dictionary, starts of a search and how many are kept."""
FAMILIES = ("principal", "class mean", "dictionary", "searched", "true feature", "by lot")


@dataclass(frozen=True, eq=False)
class Case:
    """One network, what it is asked, and directions to be ablated.

    Attributes:
        ensemble: Among whom it is.
        row: Which it is.
        site: Where directions are ablated.
        inputs: What it is asked.
        labels: The class of each example.
        loss: From outputs to losses.
        directions: By family, a direction a row.
        halves: The same directions as each half of the examples has them, where they come of examples.
        position: At which position, where the site has them.
        said: What is said there, an example a row.
        climbed: The bimodality that directions of the search had on the examples where it climbed.
    """

    ensemble: Ensemble
    row: int
    site: str
    inputs: np.ndarray
    labels: Int[np.ndarray, "N"]
    loss: Callable[[np.ndarray], np.ndarray]
    directions: Mapping[str, Float[np.ndarray, "K D"]]
    halves: tuple[Mapping[str, Float[np.ndarray, "K D"]], ...] = ()
    position: int | None = None
    said: Float[np.ndarray, "N D"] = field(default_factory=lambda: np.zeros((0, 0)))
    climbed: float = float("nan")

    def along(self, directions: Mapping[str, Float[np.ndarray, "K D"]]) -> Case:
        """The same with other directions."""
        return replace(self, directions=directions)


def digits_case(ensembles: Mapping[str, Ensemble], row: int, *, search: bool) -> Case:
    """A network of digits, asked digits that nobody was trained on; directions come of those that it was.

    Args:
        search: Whether a dictionary's directions are among them, and those that a search finds.
    """
    ensemble, (inputs, labels) = ensembles["digits"], Digits().examples()
    one = ensemble.select([row])
    values = one.listen(inputs, (LAYER,))[1][LAYER][0]
    directions, climbed = by_examples(values, labels), float("nan")
    if search:
        found = searched(ensemble, row, inputs, labels, LAYER, restarts=RESTARTS, key=row)
        directions["dictionary"] = busiest(ensembles["dictionaries"], row, values)
        directions["searched"] = found.directions[:BEST]
        climbed = float(found.found[:BEST].mean())
    directions["by lot"] = lots(values.shape[1], row)
    halves = tuple(by_examples(values[half::2], labels[half::2]) for half in (0, 1))
    asked, classes = Digits(share=HELD_OUT).examples()
    said = one.listen(asked, (LAYER,))[1][LAYER][0]
    return Case(ensemble, row, LAYER, asked, classes, lambda output: nats(output, classes), directions, halves,
                said=said, climbed=climbed)  # fmt: skip


def recall_case(ensemble: Ensemble, row: int) -> Case:
    """A network of recall, asked fresh sequences, ablated where it answers; directions come of other sequences."""
    task = recall().task
    assert isinstance(task, KeyValueRecall), "that is what recall is"
    one, last = ensemble.select([row]), task.input_width() - 1
    shown, asked = (sequences(task, 1024, purpose) for purpose in ("directions", "effects"))
    values = one.listen(shown.inputs, (STREAM,))[1][STREAM][0, :, last]
    classes = np.asarray(shown.classes)
    directions = by_examples(values, classes) | {"by lot": lots(values.shape[1], row)}
    halves = tuple(by_examples(values[half::2], classes[half::2]) for half in (0, 1))
    right = np.asarray(asked.classes)
    said = one.listen(asked.inputs, (STREAM,))[1][STREAM][0, :, last]
    return Case(ensemble, row, STREAM, asked.inputs, right, lambda output: nats(output, right), directions, halves,
                last, said)  # fmt: skip


def by_examples(values: Float[np.ndarray, "N D"], classes: Int[np.ndarray, "N"]) -> dict[str, np.ndarray]:
    """Principal components, and of each class how its mean differs from that of all others."""
    about = values.astype(float) - values.mean(axis=0, dtype=float)
    components = np.linalg.svd(about, full_matrices=False)[2][:COMPONENTS]
    means = [about[classes == each].mean(axis=0) - about[classes != each].mean(axis=0) for each in np.unique(classes)]
    return {"principal": components, "class mean": np.array(means)}


def busiest(dictionaries: Ensemble, row: int, values: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "K D"]:
    """The directions of the latents that carry most; values are shown as the dictionary was trained on them."""
    about = values - values.mean(axis=0)
    scaled = (about / np.sqrt(np.square(about).mean())).astype(np.float32)
    codes = dictionaries.select([row]).listen(scaled, ("code",))[1]["code"][0]
    order = np.argsort(-codes.mean(axis=0), kind="stable")[:SHOWN_LATENTS]
    return dictionaries.params["output.weight"][row].T[order]


def lots(width: int, key: int) -> Float[np.ndarray, "K D"]:
    """Directions by lot."""
    return np.random.default_rng((key, width, ACTIVE)).normal(size=(LOTS, width))

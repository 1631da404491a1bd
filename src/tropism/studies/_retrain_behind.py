"""What stands behind a layer, in NumPy: what a network makes of values there, and what a component is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.studies._retrain_runs import AFTER


class Behind(NamedTuple):
    """One network from the layer on: a ReLU layer, and the output."""

    weight: Float[np.ndarray, "Q D"]
    bias: Float[np.ndarray, "Q"]
    out_weight: Float[np.ndarray, "O Q"]
    out_bias: Float[np.ndarray, "O"]

    def output(self, values: Float[np.ndarray, "... D"]) -> Float[np.ndarray, "... O"]:
        """What the network says, given the layer's values."""
        hidden = np.maximum(values @ self.weight.T + self.bias, 0.0)
        return hidden @ self.out_weight.T + self.out_bias

    def losses(self, values: Float[np.ndarray, "... M D"], right: np.ndarray) -> Float[np.ndarray, "... M"]:
        """Each example's loss: cross-entropy in nats where right answers are classes, else the sum of squares."""
        said = self.output(values)
        if right.ndim > 1:
            return np.square(said - right).sum(axis=-1)
        shifted = said - said.max(axis=-1, keepdims=True)
        own = np.take_along_axis(shifted, np.broadcast_to(right, said.shape[:-1])[..., None], axis=-1)[..., 0]
        return np.log(np.exp(shifted).sum(axis=-1)) - own

    def quality(self, values: Float[np.ndarray, "M D"], right: np.ndarray) -> float:
        """The share of right answers, or of the variance that is explained."""
        said = self.output(values)
        if right.ndim == 1:
            return float((said.argmax(axis=-1) == right).mean())
        return 1 - float(np.square(said - right).sum() / np.square(right - right.mean(axis=0)).sum())


def behind(params: Mapping[str, np.ndarray], row: int) -> Behind:
    """What stands behind the layer in one network."""
    names = (f"{AFTER}.weight", f"{AFTER}.bias", "output.weight", "output.bias")
    return Behind(*(np.asarray(params[name][row], float) for name in names))


def effects(
    rest: Behind, values: Float[np.ndarray, "M D"], directions: Float[np.ndarray, "K D"], right: np.ndarray
) -> Float[np.ndarray, "K M"]:
    """How much each example's loss rises without each direction: what lies along it is set to its mean."""
    whole = rest.losses(values, right)
    along = (values - values.mean(axis=0)) @ directions.T
    without = values[None] - along.T[:, :, None] * directions[:, None, :]
    return rest.losses(without, right) - whole

"""How far apart two settings of one loss are, looked at on a seed that did not choose them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float


class Setting(NamedTuple):
    """One setting's networks by seed, seeds in the same order for all settings that are compared."""

    name: str
    loss: Float[np.ndarray, "E"]
    value: Float[np.ndarray, "E"]


class Apart(NamedTuple):
    """Two settings and, on the seed left out, the one's value less the other's and the same of the loss.

    The difference of losses is relative to their mean. Without such a pair: empty names, and NaN.
    """

    one: str
    other: str
    value: float
    loss: float


def furthest_apart(settings: Sequence[Setting], left_out: int, *, margin: float) -> Apart:
    """The pair that the other seeds choose, and what it is on the one left out.

    Of the pairs whose losses differ, on average over the other seeds, by less than `margin` of their mean, the one
    whose values are furthest apart there. A pair of which a network failed there is not chosen.
    """
    best: tuple[float, Setting, Setting] | None = None
    for one, other in itertools.permutations(settings, 2):
        rest = np.arange(len(one.loss)) != left_out
        loss, value = _relative(one, other)[rest], (one.value - other.value)[rest]
        if abs(loss.mean()) < margin and value.mean() > (-np.inf if best is None else best[0]):  # false for NaN
            best = float(value.mean()), one, other
    if best is None:
        return Apart("", "", np.nan, np.nan)
    _, one, other = best
    value, loss = one.value - other.value, _relative(one, other)
    return Apart(one.name, other.name, float(value[left_out]), float(loss[left_out]))


def _relative(one: Setting, other: Setting) -> Float[np.ndarray, "E"]:
    return 2 * (one.loss - other.loss) / (one.loss + other.loss)

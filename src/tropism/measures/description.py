"""How many bits it takes to tell activations by way of a sparse code: what a label-free choice may go by."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tropism.errors import BadValue
from tropism.measures._given import numbers


class DescriptionLength(NamedTuple):
    """Bits an example, in four parts; a number a dictionary.

    Attributes:
        which: To say which latents are on.
        strengths: To say how strongly.
        residual: To say what was not rebuilt.
        directions: The dictionary itself, shared out over the examples.
    """

    which: Float[np.ndarray, "*E"]
    strengths: Float[np.ndarray, "*E"]
    residual: Float[np.ndarray, "*E"]
    directions: Float[np.ndarray, "*E"]

    @property
    def total(self) -> Float[np.ndarray, "*E"]:
        """All of it. Without a dictionary it would be width × bits."""
        return self.which + self.strengths + self.residual + self.directions


def description_length(
    explained: ArrayLike, active: ArrayLike, live: ArrayLike, *, width: int, examples: int, bits: float = 8.0
) -> DescriptionLength:
    """How many bits an example takes, told as a sparse code and what that leaves out.

    With D live latents of which L are on: log₂ C(D, L) for which, L·b for their strengths, D·d·b for the directions,
    once for N examples; and for each of the d dimensions max(0, b + ½ log₂(1 − EV)), where b is what a normal number
    as spread as the data costs, so that one as spread as the residual costs less. C is continued between whole numbers.

    Args:
        explained: EV, the variance that is explained, at most 1.
        active: L, codes that are on in an example, on average.
        live: D, latents that are ever on, at least L.
        width: d.
        examples: N, over which the dictionary is shared out.
        bits: b.

    Returns:
        Its parts; NaN where a number is not finite.

    Raises:
        BadValue: More latents on than live, more than all of the variance explained, or no width, examples or bits.

    Source: Ayonrinde, Pearce and Sharkey (2024), arXiv 2410.11179, for the idea; the parts and their grain are ours.
    """
    ev, on, rows = np.broadcast_arrays(
        *(numbers(each, "description_length's numbers") for each in (explained, active, live))
    )
    if width < 1 or examples < 1 or not 0 < bits < np.inf:
        raise BadValue("description_length's width, examples and bits", (width, examples, bits), "all above 0")
    if (on > rows).any() or (on < 0).any():
        raise BadValue("description_length.active", active, "at least 0, and at most as many as are live")
    if (ev > 1).any():
        raise BadValue("description_length.explained", explained, "at most 1")
    left = np.log2(np.maximum(1 - ev, 2.0 ** (-2 * bits)))  # below its grain nothing costs anything
    return DescriptionLength(
        _log2_choices(rows, on), on * bits, width * (bits + left / 2), rows * width * bits / examples
    )


def _log2_choices(many: np.ndarray, few: np.ndarray) -> np.ndarray:
    from scipy.special import gammaln

    return (gammaln(many + 1) - gammaln(few + 1) - gammaln(many - few + 1)) / np.log(2)

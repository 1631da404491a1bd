"""Handwritten digits to be told apart: real data that comes with scikit-learn, so that nothing is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import BadValue
from tropism.tasks.listed import Examples, Listed

if TYPE_CHECKING:
    from jaxtyping import Array, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Digits(Listed):
    """scikit-learn's 1797 digits of 8 × 8 pixels; right is which of the ten each shows.

    Inputs are `[B, 64]`, gray values in [0, 1], rows after rows; the ten outputs are the digits 0 to 9. Unlike other
    tasks that are listed, these are in one order for all members, decided by a seed of its own: networks with different
    luck, also in their `world`, learn of the same digits and are asked the same others.

    Attributes:
        share: From which to which part of the order. By default the first 60 %, to be trained on;
            `Digits(share=HELD_OUT)` are the others.
        split: The seed of the order.
    """

    share: tuple[float, float] = (0.0, 0.6)
    split: int = 0

    def check(self) -> None:
        super().check()
        if isinstance(self.split, bool) or not isinstance(self.split, int) or self.split < 0:
            raise BadValue("Digits.split", self.split, "a whole number, at least 0")

    def input_width(self) -> int:
        return 64

    def output_width(self) -> int:
        return 10

    def listed(self) -> Examples:
        from tropism.tasks.optical_digits import optical_digits

        images, labels = optical_digits("Digits")
        order = np.random.default_rng(self.split).permutation(len(labels))
        return Examples(images.reshape(-1, 64)[order], labels[order], 0, 10)

    def kinds(self) -> np.ndarray:
        """Which digit each shows."""
        return self.table().right

    def world(self, table: Examples, key: PRNGKeyArray) -> Int[Array, "N"]:
        """The numbers of the share's digits, the same for all members."""
        import jax.numpy as jnp

        return jnp.arange(*self.stretch(), dtype=jnp.int32)

    def examples(self) -> tuple[Float[np.ndarray, "N 64"], Int[np.ndarray, "N"]]:
        """The digits of the share, in order, and what each shows: what networks are asked after training."""
        table, stretch = self.table(), slice(*self.stretch())
        return table.inputs[stretch], table.right[stretch]


HELD_OUT = (0.6, 1.0)
"""The share of digits that are kept for looking at."""

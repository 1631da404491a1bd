"""Losses: what training lowers in place of the task's own error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tropism.core.batch import Batch
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Loss(Value):
    """A price for each output."""

    def __call__(self, output: Array, batch: Batch) -> Float[Array, "B"]:
        """How much each example costs."""
        raise NotImplementedError

"""Sites: named places in a network's forward pass where one may listen or interfere."""

from __future__ import annotations

from dataclasses import dataclass

from tropism.errors import BadValue
from tropism.values import Value


@dataclass(frozen=True)
class Site(Value):
    """A named place in the forward pass.

    Attributes:
        width: The last axis of the values there, `D`.
        positions: Whether values are `[B, S, D]` rather than `[B, D]`.
        writes: Paths of the parameters whose first axis writes this site: weights' rows, biases.
        reads: Paths of the parameters whose second axis reads this site: weights' columns.

    A site without `writes` and `reads` refuses surgery.
    """

    width: int
    positions: bool = False
    writes: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()

    def check(self) -> None:
        if self.width < 1:
            raise BadValue("Site.width", self.width, "at least 1")

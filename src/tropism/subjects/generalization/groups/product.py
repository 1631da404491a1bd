"""Two groups side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from tropism.errors import BadValue
from tropism.subjects.generalization.groups.group import Element, Group


@dataclass(frozen=True)
class Product(Group):
    """Pairs of an element of either group, multiplied apart; the left one changes slowest."""

    left: Group
    right: Group

    def check(self) -> None:
        for name in ("left", "right"):
            if not isinstance(getattr(self, name), Group):
                raise BadValue(f"Product.{name}", getattr(self, name), "a group")

    def elements(self) -> tuple[Element, ...]:
        return tuple((left, right) for left in self.left.elements() for right in self.right.elements())

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        left, right = self.left.table().astype(int), self.right.table()
        both = left[:, None, :, None] * len(right) + right[None, :, None, :]
        return both.reshape(len(left) * len(right), -1)

    def name_of(self, element: Element) -> str:
        left, right = element  # type: ignore[misc]
        return f"({self.left.name_of(left)}, {self.right.name_of(right)})"

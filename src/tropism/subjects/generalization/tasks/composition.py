"""Products in a finite group, or in some of its subgroups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.generalization.groups import Group, named_subgroup
from tropism.tasks.listed import Examples, Listed


@dataclass(frozen=True, kw_only=True)
class Composition(Listed):
    """Two elements a and b of a group, tokens `[B, 2]`; right is their product a·b, one output an element.

    Elements are numbered as the group lists them. Pairs are listed with the left element outermost.

    Attributes:
        group: The group.
        within: Names of subgroups (`A5`, `S4`, …): only pairs that lie in one of them together. All pairs, if none.
        outside: All other pairs instead: those that lie in none of the subgroups together.
        operands: Places of elements; if given, only pairs whose left element is one of them.

    Source: the pairs A5 → S5 and "two groups" of the seed text; Chughtai et al. (2023), arXiv 2302.03025, for the task.
    """

    group: Group
    within: tuple[str, ...] = ()
    outside: bool = False
    operands: tuple[int, ...] | range = ()

    def check(self) -> None:
        super().check()
        if not isinstance(self.group, Group):
            raise BadValue("Composition.group", self.group, "a Group")
        if self.outside and not self.within:
            raise DoesNotFit("Composition.outside asks for pairs outside of subgroups; name them in within.")
        for name in self.within:
            named_subgroup(self.group, name)
        for place in self.operands:
            if not 0 <= place < self.group.order:
                raise BadValue("Composition.operands", place, f"places of elements, 0 to {self.group.order - 1}")
        if not self._chosen().any():
            raise DoesNotFit(f"{self} has no pair at all.")

    def listed(self) -> Examples:
        pairs = np.argwhere(self._chosen()).astype(np.int32)
        return Examples(pairs, self.group.table()[pairs[:, 0], pairs[:, 1]], 0, self.group.order)

    def kinds(self) -> np.ndarray:
        """The first of `within` in which a pair lies, by its place there."""
        pairs = self.listed().inputs
        inside = [np.isin(pairs, named_subgroup(self.group, name)).all(axis=1) for name in self.within]
        return np.argmax([*inside, np.ones(len(pairs), bool)], axis=0)

    def num_tokens(self) -> int:
        return self.group.order

    def input_width(self) -> int:
        return 2

    def output_width(self) -> int:
        return self.group.order

    def _chosen(self) -> np.ndarray:
        """Which pairs there are, `[n, n]`."""
        order = self.group.order
        inside = np.zeros((order, order), bool)
        for name in self.within:
            members = named_subgroup(self.group, name)
            inside[np.ix_(members, members)] = True
        chosen = inside != self.outside if self.within else ~inside
        if len(self.operands):
            chosen = chosen & np.isin(np.arange(order), self.operands)[:, None]
        return chosen

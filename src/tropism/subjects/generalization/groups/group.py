"""A finite group: its elements in a stated order, and its multiplication table."""

from __future__ import annotations

import functools
from typing import TypeAlias

import numpy as np
from jaxtyping import Int

from tropism.errors import UnknownName
from tropism.values import Value

Element: TypeAlias = "int | tuple[Element, ...]"
"""A residue, a permutation (where each point goes), or a tuple of such."""


class Group(Value):
    """A finite group. Everything else speaks of its elements by their place in `elements()`.

    Subclasses are frozen dataclasses that give `elements`, `multiplied` and `name_of`.
    """

    def elements(self) -> tuple[Element, ...]:
        """Every element once, in an order that the subclass states."""
        raise NotImplementedError

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        """The multiplication table, worked out anew; `table` keeps it."""
        raise NotImplementedError

    def name_of(self, element: Element) -> str:
        """An element as a reader writes it."""
        return str(element)

    @property
    def order(self) -> int:
        """How many elements there are."""
        return len(self.elements())

    @property
    def identity(self) -> int:
        """The place of the element that changes nothing; 0 in every group here."""
        return 0

    def names(self) -> tuple[str, ...]:
        """Every element as a reader writes it, in order."""
        return tuple(self.name_of(element) for element in self.elements())

    def table(self) -> Int[np.ndarray, "n n"]:
        """The place of a·b in row a, column b; read-only. Of permutations, (a·b)(i) = a(b(i))."""
        return _table(self)

    def inverses(self) -> Int[np.ndarray, "n"]:
        """The place of each element's inverse."""
        return inverses_of(self.table())

    def place(self, element: Element) -> int:
        """Where an element stands in `elements()`.

        Raises:
            UnknownName: It is not in this group.
        """
        places = _places(self)
        if element not in places:
            raise UnknownName("element", str(element), map(str, places), str(self))
        return places[element]


def inverses_of(table: Int[np.ndarray, "n n"]) -> Int[np.ndarray, "n"]:
    """The place of each element's inverse in any multiplication table."""
    identity = (table == np.arange(len(table))).all(axis=1).argmax()
    return (table == identity).argmax(axis=1)


@functools.lru_cache(maxsize=64)
def _table(group: Group) -> np.ndarray:
    table = group.multiplied().astype(np.int32)
    table.setflags(write=False)
    return table


@functools.lru_cache(maxsize=64)
def _places(group: Group) -> dict[Element, int]:
    return {element: place for place, element in enumerate(group.elements())}

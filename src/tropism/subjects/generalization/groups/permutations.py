"""Groups of permutations, and cycles as one writes them."""

from __future__ import annotations

import functools
import itertools
import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from tropism.errors import BadValue
from tropism.subjects.generalization.groups.group import Element, Group

MOST_POINTS = 6
"""The table of the symmetric group of seven points would have 25 million entries."""


@dataclass(frozen=True)
class Symmetric(Group):
    """Every permutation of `degree` points; the even ones come first, and either half is in lexicographic order.

    An element is the tuple of where each point goes. So the first half is `Alternating(degree)`, element by element.
    """

    degree: int

    def check(self) -> None:
        _degree_wanted("Symmetric.degree", self.degree)

    def elements(self) -> tuple[Element, ...]:
        return (*_permutations(self.degree, 1), *_permutations(self.degree, -1))

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        return _composed(np.array(self.elements()))

    def name_of(self, element: Element) -> str:
        return in_cycles(element)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Alternating(Group):
    """Every even permutation of `degree` points, in lexicographic order."""

    degree: int

    def check(self) -> None:
        _degree_wanted("Alternating.degree", self.degree)

    def elements(self) -> tuple[Element, ...]:
        return _permutations(self.degree, 1)

    def multiplied(self) -> Int[np.ndarray, "n n"]:
        return _composed(np.array(self.elements()))

    def name_of(self, element: Element) -> str:
        return in_cycles(element)  # type: ignore[arg-type]


def from_cycles(text: str, degree: int) -> tuple[int, ...]:
    """The permutation that `(012)(34)` writes: 0 goes to 1, 1 to 2, 2 to 0; cycles are disjoint, `()` moves nothing.

    Raises:
        BadValue: A text that is no product of disjoint cycles of the points below `degree`.
    """
    moved = [int(point) for point in re.findall(r"\d", text)]
    bare = re.fullmatch(r"(\(\d*\))+", text.replace(" ", ""))
    if bare is None or len(set(moved)) < len(moved) or max(moved, default=0) >= degree:
        raise BadValue("a permutation", text, f"disjoint cycles of the points 0 to {degree - 1}, such as (012)(34)")
    images = list(range(degree))
    for cycle in re.findall(r"\(([\d ]+)\)", text):
        points = [int(point) for point in cycle.replace(" ", "")]
        for point, after in zip(points, points[1:] + points[:1], strict=True):
            images[point] = after
    return tuple(images)


def in_cycles(permutation: tuple[int, ...]) -> str:
    """A permutation as a product of disjoint cycles, `(012)(34)`; `()` for the identity."""
    seen: set[int] = set()
    text = ""
    for start in range(len(permutation)):
        cycle, point = [], start
        while point not in seen:
            seen.add(point)
            cycle.append(point)
            point = permutation[point]
        if len(cycle) > 1:
            text += f"({''.join(map(str, cycle))})"
    return text or "()"


def sign(permutation: tuple[int, ...]) -> int:
    """1 for an even permutation, -1 for an odd one."""
    swaps = sum(before > after for before, after in itertools.combinations(permutation, 2))
    return 1 - 2 * (swaps % 2)


@functools.cache
def _permutations(degree: int, wanted: int) -> tuple[tuple[int, ...], ...]:
    return tuple(each for each in itertools.permutations(range(degree)) if sign(each) == wanted)


def _composed(permutations: Int[np.ndarray, "n k"]) -> Int[np.ndarray, "n n"]:
    """The table, by writing each permutation as one number."""
    powers = permutations.shape[1] ** np.arange(permutations.shape[1])
    codes = permutations @ powers
    order = np.argsort(codes)
    products = permutations[:, permutations] @ powers  # a(b(i)), for every pair and every point
    return order[np.searchsorted(codes[order], products)]


def _degree_wanted(where: str, degree: int) -> None:
    if not 1 <= degree <= MOST_POINTS:
        raise BadValue(where, degree, f"from 1 to {MOST_POINTS}")

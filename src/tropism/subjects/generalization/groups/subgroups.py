"""Subgroups: made from generators or by name, their conjugates and their cosets.

A subgroup is the sorted places of its elements in its group. Functions that need no more than the products take the
group's multiplication table.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np
from jaxtyping import Int

from tropism.errors import DoesNotFit, UnknownName
from tropism.subjects.generalization.groups.group import Element, Group, inverses_of
from tropism.subjects.generalization.groups.permutations import Alternating, Symmetric, from_cycles

Side = Literal["left", "right"]

IN_SYMMETRIC: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1": (),
        "C2": ("(01)",),
        "C2 double": ("(01)(23)",),
        "C3": ("(012)",),
        "V4": ("(01)(23)", "(02)(13)"),
        "C2×C2": ("(01)", "(23)"),
        "C4": ("(0123)",),
        "C5": ("(01234)",),
        "C6": ("(012)", "(34)"),
        "S3": ("(012)", "(01)"),
        "S3 twisted": ("(012)", "(01)(34)"),
        "D4": ("(0123)", "(02)"),
        "D5": ("(01234)", "(14)(23)"),
        "A4": ("(012)", "(01)(23)"),
        "S3×S2": ("(012)", "(01)", "(34)"),
        "F20": ("(01234)", "(1243)"),
        "S4": ("(0123)", "(01)"),
        "A5": ("(01234)", "(12)(34)"),
        "S5": ("(01234)", "(01)"),
    }
)
"""One subgroup of each kind (up to conjugation) of the symmetric group of five points, by generators."""

IN_ALTERNATING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "1": (),
        "C2": IN_SYMMETRIC["C2 double"],
        "C3": IN_SYMMETRIC["C3"],
        "V4": IN_SYMMETRIC["V4"],
        "C5": IN_SYMMETRIC["C5"],
        "S3": IN_SYMMETRIC["S3 twisted"],
        "D5": IN_SYMMETRIC["D5"],
        "A4": IN_SYMMETRIC["A4"],
        "A5": IN_SYMMETRIC["A5"],
    }
)
"""The same of the alternating group of five points; `C2` and `S3` are the ones of even permutations."""


def subgroup(group: Group, generators: Sequence[Element]) -> Int[np.ndarray, "m"]:
    """The sorted places of everything that some elements generate; without any, the identity's.

    Raises:
        UnknownName: An element that is not in the group.
    """
    table = group.table()
    found = np.array([group.identity])
    steps = np.array([group.identity, *(group.place(element) for element in generators)])
    while True:
        more = np.unique(table[np.ix_(found, steps)])
        if len(more) == len(found):
            return more
        found = more


@functools.lru_cache(maxsize=256)
def named_subgroup(group: Group, name: str) -> Int[np.ndarray, "m"]:
    """A subgroup by its name in `IN_SYMMETRIC` or `IN_ALTERNATING`, as far as the group's points go; read-only.

    Raises:
        UnknownName: A name that is not listed for this group.
        DoesNotFit: A group of another kind.
    """
    found = subgroup(group, _named(group, name))
    found.setflags(write=False)
    return found


def named_subgroups(group: Group) -> dict[str, Int[np.ndarray, "m"]]:
    """Every named subgroup of a group of permutations.

    For up to five points they are one of each kind up to conjugation: 19 in S5, 9 in A5, 11 in S4, 5 in A4, 4 in S3.

    Raises:
        DoesNotFit: A group of another kind.
    """
    return {name: named_subgroup(group, name) for name in _listed(group)}


def conjugates(table: Int[np.ndarray, "n n"], places: Int[np.ndarray, "m"]) -> tuple[Int[np.ndarray, "m"], ...]:
    """The distinct subgroups g·H·g⁻¹, the given one first."""
    moved = table[table[:, places], inverses_of(table)[:, None]]
    distinct = dict.fromkeys(map(tuple, np.sort(moved, axis=1).tolist()))
    return tuple(np.array(each) for each in distinct)


def cosets(table: Int[np.ndarray, "n n"], places: Int[np.ndarray, "m"], side: Side = "left") -> Int[np.ndarray, "n"]:
    """Which coset each element lies in: g·H on the left, H·g on the right; numbered by their first elements."""
    if side not in ("left", "right"):
        raise UnknownName("side", str(side), ("left", "right"), "cosets")
    moved = table[:, places] if side == "left" else table[places].T
    return np.unique(moved.min(axis=1), return_inverse=True)[1]


def is_normal(table: Int[np.ndarray, "n n"], places: Int[np.ndarray, "m"]) -> bool:
    """Whether left and right cosets are the same."""
    return bool((cosets(table, places, "left") == cosets(table, places, "right")).all())


def _named(group: Group, name: str) -> tuple[tuple[int, ...], ...]:
    listed = _listed(group)
    if name not in listed:
        raise UnknownName("subgroup", name, listed, str(group))
    return listed[name]


def _listed(group: Group) -> dict[str, tuple[tuple[int, ...], ...]]:
    if not isinstance(group, (Symmetric, Alternating)):
        raise DoesNotFit(f"Subgroups have names in Symmetric and Alternating, not in {group}; use subgroup(…).")
    catalogue = IN_SYMMETRIC if isinstance(group, Symmetric) else IN_ALTERNATING
    within = {
        name: cycles
        for name, cycles in catalogue.items()
        if all(int(point) < group.degree for cycle in cycles for point in cycle if point.isdigit())
    }
    return {name: tuple(from_cycles(cycle, group.degree) for cycle in cycles) for name, cycles in within.items()}

"""Representations of permutations, by Young's orthogonal form.

The standard tableaux of a shape are a basis. The swap of k and k + 1 acts on a tableau T by 1/r, with r the axial
distance from k to k + 1 (column minus row, the later less the earlier), and on the tableau where the two are exchanged
by √(1 - 1/r²). The swaps generate everything else.

Source: Young (1931), "On Quantitative Substitutional Analysis VI"; James and Kerber (1981), "The Representation Theory
of the Symmetric Group", section 3.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from tropism.subjects.generalization.groups._composite import averaged, split_by
from tropism.subjects.generalization.groups.permutations import Alternating, Symmetric, from_cycles

Shape = tuple[int, ...]
"""A partition: the lengths of the rows, none longer than the one before."""

_NAMES: dict[Shape, str] = {(2, 2): "2", (3, 2): "5b", (2, 2, 1): "5a", (3, 1, 1): "6"}


def symmetric_irreps(group: Symmetric) -> dict[str, Float[np.ndarray, "n d d"]]:
    """One a partition of the number of points: trivial, sign, standard and its product with the sign first."""
    made = {_name(shape): young(group, shape) for shape in partitions(group.degree)}
    first = [name for name in ("trivial", "sign", "standard", "standard_sign") if name in made]
    return {name: made[name] for name in [*first, *sorted(made.keys() - set(first))]}


def alternating_irreps(group: Alternating) -> dict[str, Float[np.ndarray, "n d d"]]:
    """Restrictions of those of all permutations, one of each two that differ by the sign; by dimension.

    A shape that is its own mirror image falls into two real ones of half the dimension, or else is a pair of conjugate
    complex ones and stays whole.
    """
    whole = Symmetric(group.degree)
    parts: list[np.ndarray] = []
    for shape in partitions(group.degree):
        mirrored = _mirrored(shape)
        if shape >= mirrored:
            parts += _restricted(young(whole, shape), group) if shape == mirrored else [young(whole, shape)]
    cut = sorted((part[: group.order] for part in parts), key=lambda part: part.shape[1])
    counts = Counter(part.shape[1] for part in cut)
    seen: Counter[int] = Counter()
    found = {}
    for place, part in enumerate(cut):
        size = part.shape[1]
        letter = "abcdef"[seen[size]] if counts[size] > 1 else ""
        seen[size] += 1
        found["trivial" if place == 0 else f"{size}{letter}"] = part
    return found


def young(group: Symmetric, shape: Shape) -> Float[np.ndarray, "n d d"]:
    """The matrices of every permutation in the basis of a shape's standard tableaux."""
    swaps = [_swap(list(tableaux(shape)), k) for k in range(group.degree - 1)]
    swapped = [group.place(from_cycles(f"({k}{k + 1})", group.degree)) for k in range(group.degree - 1)]
    table, size = group.table(), len(next(iter(swaps), np.eye(1)))
    found = np.zeros((group.order, size, size))
    found[group.identity] = np.eye(size)
    known, frontier = {group.identity}, [group.identity]
    while frontier:
        place = frontier.pop(0)  # nearest first: the fewest products, so the least rounding
        for swap, matrix in zip(swapped, swaps, strict=True):
            after = int(table[place, swap])
            if after not in known:
                found[after] = found[place] @ matrix
                known.add(after)
                frontier.append(after)
    return found


def partitions(total: int, most: int | None = None) -> Iterator[Shape]:
    """Every partition of a number into parts of at most `most`, the largest first."""
    if total == 0:
        yield ()
    for first in range(min(total, total if most is None else most), 0, -1):
        for rest in partitions(total - first, first):
            yield (first, *rest)


def tableaux(shape: Shape) -> Iterator[tuple[int, ...]]:
    """Every standard tableau of a shape, as the row in which each number stands."""
    if sum(shape) == 0:
        yield ()
    for row, length in enumerate(shape):
        if length > (shape[row + 1] if row + 1 < len(shape) else 0):
            smaller = (*shape[:row], length - 1, *shape[row + 1 :])
            for start in tableaux(smaller):
                yield (*start, row)


def _swap(basis: list[tuple[int, ...]], k: int) -> Float[np.ndarray, "d d"]:
    """The matrix of the swap of k and k + 1."""
    places = {tableau: place for place, tableau in enumerate(basis)}
    matrix = np.zeros((len(basis), len(basis)))
    for tableau, place in places.items():
        columns = [tableau[:number].count(tableau[number]) for number in (k, k + 1)]
        distance = (columns[1] - tableau[k + 1]) - (columns[0] - tableau[k])
        matrix[place, place] = 1 / distance
        other = places.get((*tableau[:k], tableau[k + 1], tableau[k], *tableau[k + 2 :]))
        if other is not None and other != place:
            matrix[other, place] = np.sqrt(1 - 1 / distance**2)
    return matrix


def _restricted(matrices: Float[np.ndarray, "n d d"], group: Alternating) -> list[Float[np.ndarray, "n d d"]]:
    """The two halves of a shape that is its own mirror image, or the whole if they are no real ones.

    What commutes with even permutations and anticommutes with odd ones is, up to a factor, one matrix; it is symmetric
    where the halves are real. The first half is the one with the larger character at (01234).
    """
    signs = np.where(np.arange(len(matrices)) < group.order, 1.0, -1.0)
    between = averaged(matrices, signs)
    if len(between) < 2 or np.abs(between + between.T).max() < 1e-9 * np.abs(between).max():
        return [matrices]
    halves = [basis.T @ matrices @ basis for basis in split_by(between)]
    cycle = group.place(from_cycles("(01234)", group.degree))
    return sorted(halves, key=lambda half: -float(np.trace(half[cycle])))


def _name(shape: Shape) -> str:
    degree = sum(shape)
    if len(shape) == 1:
        return "trivial"
    if len(shape) == degree:
        return "sign"
    if shape == (degree - 1, 1):
        return "standard"
    if shape == (2, *[1] * (degree - 2)):
        return "standard_sign"
    return _NAMES.get(shape, "+".join(map(str, shape)))


def _mirrored(shape: Shape) -> Shape:
    return tuple(sum(length > column for length in shape) for column in range(shape[0]))

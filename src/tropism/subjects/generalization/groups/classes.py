"""Conjugacy classes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Int

from tropism.subjects.generalization.groups.group import inverses_of


def classes(table: Int[np.ndarray, "n n"]) -> Int[np.ndarray, "n"]:
    """Which conjugacy class each element lies in; classes are numbered by their first elements."""
    moved = table[table, inverses_of(table)[:, None]]  # g·x·g⁻¹ in row g, column x
    return np.unique(moved.min(axis=0), return_inverse=True)[1]


def representatives(numbers: Int[np.ndarray, "n"]) -> Int[np.ndarray, "k"]:
    """The first element of each class or coset, from what `classes` or `cosets` gave."""
    return np.unique(numbers, return_index=True)[1]

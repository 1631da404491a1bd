"""Whether neurons look at the cosets of a subgroup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import DoesNotFit
from tropism.subjects.generalization.groups import cosets
from tropism.subjects.generalization.groups.subgroups import Side
from tropism.subjects.generalization.measures.members import Tables, rows_of_member, tables_of

if TYPE_CHECKING:
    import polars

SIDES: tuple[Side, ...] = ("left", "right")


def coset_concentration(
    source: Tables,
    table: Int[np.ndarray, "n n"],
    subgroups: Mapping[str, Int[np.ndarray, "m"]],
    *,
    sides: Sequence[Side] = SIDES,
    matrices: Sequence[str] | None = None,
    rows: Int[np.ndarray, "n"] | None = None,
) -> polars.DataFrame:
    """How nearly each neuron's table is constant on a subgroup's cosets: 1 - Var_within / Var_total, in [0, 1].

    A neuron without structure has (k - 1) / (n - 1) on average, with k cosets of n elements; that is `by_chance`. A
    neuron may mind a conjugate of the subgroup: give those, too (`conjugates`).

    Args:
        source: Tables `[E, rows, neurons]`, a row an element.
        table: The group's multiplication table.
        subgroups: Places of the elements, by name.
        sides: `left` for cosets g·H, `right` for H·g.
        matrices: Names of the tables; `None` for all that there are.
        rows: The rows that stand for the group's elements, in order.

    Returns:
        A row a member, table, subgroup, side and neuron: `member`, who it is, `matrix`, `subgroup`, `side`, `neuron`,
        `concentration`, `by_chance`; NaN for a neuron that is constant, and for a member that diverged.

    Source: Stander et al. (2024), arXiv 2312.06581, on concentration on cosets.
    """
    import polars

    parted = {(label, side): cosets(table, places, side) for label, places in subgroups.items() for side in sides}
    parts = []
    for name, stacked in tables_of(source, matrices, rows=rows).items():
        if stacked.shape[1] != len(table):
            raise DoesNotFit(f"The table {name!r} has {stacked.shape[1]} rows, the group {len(table)} elements.")
        for member, matrix in enumerate(stacked.astype(float)):
            parts += [
                rows_of_member(
                    source, member, {"matrix": name, "subgroup": label, "side": side, **_found(matrix, numbers)}
                )
                for (label, side), numbers in parted.items()
            ]
    return polars.concat(parts, how="vertical_relaxed")


def between(matrix: Float[np.ndarray, "n w"], numbers: Int[np.ndarray, "n"]) -> Float[np.ndarray, "w"]:
    """The share of each column's variance that lies between parts of its rows; NaN for a constant column."""
    members = numbers == np.arange(numbers.max() + 1)[:, None]
    centered = matrix - matrix.mean(axis=0)
    means = members @ centered / members.sum(axis=1, keepdims=True)
    total = np.square(centered).sum(axis=0)
    within = np.square(centered - means[numbers]).sum(axis=0)
    moves = ~(total <= 1e-24 * np.square(matrix).sum(axis=0))  # also where it is NaN
    return np.divide(total - within, total, out=np.full_like(total, np.nan), where=moves)


def _found(matrix: Float[np.ndarray, "n w"], numbers: Int[np.ndarray, "n"]) -> dict[str, Any]:
    chance = float(numbers.max()) / max(len(numbers) - 1, 1)
    shown = {"neuron": np.arange(matrix.shape[1]), "concentration": between(matrix, numbers)}
    return {**shown, "by_chance": np.full(matrix.shape[1], chance)}

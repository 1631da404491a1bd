"""Irreducible real representations, their characters, and orthonormal bases of their coefficients.

A representation is one orthogonal matrix an element, `[n, d, d]`, with ρ(a)·ρ(b) = ρ(a·b). Over the real numbers, what
commutes with an irreducible one is the reals, or the complex numbers (then two conjugate complex ones are inside), or
the quaternions. With c = 1, 2 or 4 for the dimension of that, Σ d²/c over all of them is the group's order.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.errors import DoesNotFit
from tropism.subjects.generalization.groups._composite import product_irreps
from tropism.subjects.generalization.groups._planar import cyclic_irreps, dihedral_irreps
from tropism.subjects.generalization.groups._young import alternating_irreps, symmetric_irreps
from tropism.subjects.generalization.groups.classes import classes, representatives
from tropism.subjects.generalization.groups.cyclic import Cyclic, Dihedral
from tropism.subjects.generalization.groups.group import Group
from tropism.subjects.generalization.groups.permutations import Alternating, Symmetric
from tropism.subjects.generalization.groups.product import Product

if TYPE_CHECKING:
    import polars

Irreps = Mapping[str, Float[np.ndarray, "n d d"]]
"""Representations of one group, by name."""


def irreps(group: Group) -> dict[str, Float[np.ndarray, "n d d"]]:
    """Every irreducible real representation of a group, by name; the trivial one is first.

    - `Symmetric`: `trivial`, `sign`, `standard` (sum-zero vectors), `standard_sign` (its product with the sign). S4 has
      `2` besides; S5 has `5a`, `5b` = (3,2) and `6`; in S6 the others have their partition as name, `4+2`.
    - `Alternating`: by dimension. A5 has `3a`, whose character at (01234) is the golden ratio, `3b`, `4` and `5`; A4
      has `2`, a real representation that is two conjugate complex ones, and `3`.
    - `Cyclic`: `1`, `2`, …, the frequencies, each in two dimensions, and `sign` if the modulus is even.
    - `Dihedral`: `sign` (of reflections), frequencies `1`, `2`, …, and if the number of rotations is even `alternating`
      (of odd turns) and `alternating_sign`.
    - `Product`: `left×right`; two that are complex each fall into `left×right+` and `left×right-`.

    Raises:
        DoesNotFit: A group of another kind.
    """
    return dict(_irreps(group))


def characters(representations: Irreps) -> dict[str, Float[np.ndarray, "n"]]:
    """The trace of each matrix, by name."""
    return {name: np.trace(matrices, axis1=1, axis2=2) for name, matrices in representations.items()}


def commutant(representation: Float[np.ndarray, "n d d"]) -> int:
    """How many dimensions of matrices commute with an irreducible one: 1, or 2 for a complex pair, or 4.

    The mean of the squared character.
    """
    return round(float(np.square(np.trace(representation, axis1=1, axis2=2)).mean()))


def multiplicities(character: Float[np.ndarray, "n"], representations: Irreps) -> dict[str, int]:
    """How often each irreducible representation is inside one that has some character; those that are not are left out.

    Source: Serre (1977), "Linear Representations of Finite Groups", on the orthogonality of characters.
    """
    found = {
        name: round(float((character * each).mean()) / commutant(representations[name]))
        for name, each in characters(representations).items()
    }
    return {name: times for name, times in found.items() if times}


def character_table(group: Group) -> polars.DataFrame:
    """A row a representation: `irrep`, `dimension`, `commutant`, then its character by the name of each class's first.

    Classes are in the order of their first elements.
    """
    import polars

    first = representatives(classes(group.table()))
    names = group.names()
    rows = []
    for name, matrices in irreps(group).items():
        traces = np.trace(matrices[first], axis1=1, axis2=2)
        row = {"irrep": name, "dimension": matrices.shape[1], "commutant": commutant(matrices)}
        rows.append(row | {names[place]: float(trace) for place, trace in zip(first, traces, strict=True)})
    return polars.DataFrame(rows)


def coefficient_basis(representation: Float[np.ndarray, "n d d"]) -> Float[np.ndarray, "n k"]:
    """An orthonormal basis of what a representation's matrix entries can say, as columns over the elements.

    The entries times √(d/n), d² columns, where the matrices are orthogonal and nothing but multiples of 1 commutes with
    them. Otherwise, as in a complex pair, the entries depend on each other: d²/c columns, by singular values. For a
    frequency these are its cosine and its sine. Bases of different irreps are orthogonal to each other.

    Source: Schur's orthogonality relations; Serre (1977), "Linear Representations of Finite Groups".
    """
    n, d = representation.shape[:2]
    entries = representation.reshape(n, d * d) * np.sqrt(d / n)
    if np.abs(entries.T @ entries - np.eye(d * d)).max() < 1e-9:
        return entries
    left, sizes, _ = np.linalg.svd(entries, full_matrices=False)
    return left[:, sizes > 1e-6 * sizes[0]]


@functools.lru_cache(maxsize=32)
def _irreps(group: Group) -> Irreps:
    if isinstance(group, Symmetric):
        found = symmetric_irreps(group)
    elif isinstance(group, Alternating):
        found = alternating_irreps(group)
    elif isinstance(group, Cyclic):
        found = cyclic_irreps(group)
    elif isinstance(group, Dihedral):
        found = dihedral_irreps(group)
    elif isinstance(group, Product):
        found = product_irreps(_irreps(group.left), _irreps(group.right))
    else:
        raise DoesNotFit(
            f"There are no irreps of {group}: known are those of Symmetric, Alternating, Cyclic, Dihedral."
        )
    for matrices in found.values():
        matrices.setflags(write=False)
    return MappingProxyType(found)

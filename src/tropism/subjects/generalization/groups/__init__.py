"""Finite groups: elements in a stated order, products, subgroups, classes and real representations. NumPy only."""

from tropism.subjects.generalization.groups.classes import classes, representatives
from tropism.subjects.generalization.groups.cyclic import Cyclic, Dihedral
from tropism.subjects.generalization.groups.group import Group, inverses_of
from tropism.subjects.generalization.groups.irreps import (
    Irreps,
    character_table,
    characters,
    coefficient_basis,
    commutant,
    irreps,
    multiplicities,
)
from tropism.subjects.generalization.groups.permutations import Alternating, Symmetric, from_cycles, in_cycles, sign
from tropism.subjects.generalization.groups.product import Product
from tropism.subjects.generalization.groups.subgroups import (
    conjugates,
    cosets,
    is_normal,
    named_subgroup,
    named_subgroups,
    subgroup,
)

__all__ = [
    "Alternating",
    "Cyclic",
    "Dihedral",
    "Group",
    "Irreps",
    "Product",
    "Symmetric",
    "character_table",
    "characters",
    "classes",
    "coefficient_basis",
    "commutant",
    "conjugates",
    "cosets",
    "from_cycles",
    "in_cycles",
    "inverses_of",
    "irreps",
    "is_normal",
    "multiplicities",
    "named_subgroup",
    "named_subgroups",
    "representatives",
    "sign",
    "subgroup",
]

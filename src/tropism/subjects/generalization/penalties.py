"""Penalties that look inside: a price for which irreps a network's tables are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from jaxtyping import Float

from tropism.core import Term, View
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import Group, coefficient_basis, irreps

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True)
class IrrepPenalty(Term):
    """The share of some tables that lies in forbidden irreps, added up over the tables.

    Each table pays |QᵀM|² / |M|², in [0, 1], with Q the forbidden irreps' coefficient bases: what `embedding_shares`
    measures. A table of zeros pays nothing. It sees no examples, and so none of any task that is held out. The module
    must have `tables()`, by name, with a row a token or output. For a cyclic group the irreps are its frequencies.

    It is a pressure on what is measured and may be dodged; judge by another measure, such as logit similarity.

    Attributes:
        group: The group whose elements the rows are.
        forbidden: Names of its irreps that cost; see `irreps`.
        matrices: Names of the tables.
        rows: The rows that stand for the elements, in order: for a subgroup, or where there are further tokens. Empty
            if they are all the rows.

    Raises:
        DoesNotFit: While a program is traced: a module without such tables, or with another number of rows.

    Source: the seed of this subject, training against an interpretability tool; Chughtai et al. (2023), arXiv
    2302.03025, for the share.
    """

    group: Group
    forbidden: tuple[str, ...]
    matrices: tuple[str, ...] = ("left", "right", "unembedding")
    rows: tuple[int, ...] | range = ()

    default_name: ClassVar[str] = "irreps"

    def check(self) -> None:
        if not isinstance(self.group, Group):
            raise BadValue("IrrepPenalty.group", self.group, "a group")
        known = irreps(self.group)
        for name in self.forbidden:
            if name not in known:
                raise UnknownName("irrep", name, known, f"IrrepPenalty on {self.group}")
        for field, listed in (("forbidden", self.forbidden), ("matrices", self.matrices)):
            if not listed or len(set(listed)) < len(listed):
                raise BadValue(f"IrrepPenalty.{field}", listed, "at least one name, and each once")
        if self.rows and (len(set(self.rows)) != self.group.order or len(self.rows) != self.group.order):
            raise BadValue(
                "IrrepPenalty.rows", self.rows, f"{self.group.order} rows, one for each element of the group"
            )
        if min(self.rows, default=0) < 0:
            raise BadValue("IrrepPenalty.rows", self.rows, "rows counted from 0")

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        known = irreps(self.group)
        basis = np.concatenate([coefficient_basis(known[name]) for name in self.forbidden], axis=1)
        return sum(self._share(table, basis) for table in self._tables(view)), state  # type: ignore[return-value]

    def _tables(self, view: View) -> list[Float[Array, "n w"]]:
        kind = type(view.module).__name__
        if not hasattr(view.module, "tables"):
            raise DoesNotFit(f"{self.name} (IrrepPenalty): a {kind} has no tables with a row a token.")
        tables = view.module.tables()  # type: ignore[attr-defined]
        for name in self.matrices:
            if name not in tables:
                raise UnknownName("table", name, tables, f"{self.name} (IrrepPenalty)")
            count = len(tables[name])
            if (not self.rows and count != self.group.order) or max(self.rows, default=0) >= count:
                raise DoesNotFit(
                    f"{self.name} (IrrepPenalty): the table {name!r} has {count} rows, and {self.group} has "
                    f"{self.group.order} elements; say which rows stand for them: rows=…."
                )
        return [tables[name] for name in self.matrices]

    def _share(self, table: Float[Array, "m w"], basis: Float[np.ndarray, "n k"]) -> Float[Array, ""]:
        """Other rows are multiplied by zero: picking rows out would make the gradient a slow scatter."""
        import jax.numpy as jnp

        rows = np.array(self.rows or range(len(table)))
        wide, counted = np.zeros((len(table), basis.shape[1]), np.float32), np.zeros((len(table), 1), np.float32)
        wide[rows], counted[rows] = basis, 1.0
        return jnp.square(wide.T @ table).sum() / jnp.maximum((counted * jnp.square(table)).sum(), 1e-12)

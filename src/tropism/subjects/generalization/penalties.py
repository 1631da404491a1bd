"""Penalties that look inside: prices for which irreps tables are made of, and for what activations go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float

from tropism.core import Term, View
from tropism.core.network import listen
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.subjects.generalization.groups import Group, coefficient_basis, irreps

if TYPE_CHECKING:
    from jaxtyping import Array

Altering = Literal["red for blue", "half a turn"]
CHANNELS: dict[Altering, int] = {"red for blue": 3, "half a turn": 1}
"""How many numbers a pixel has in the pictures that are altered so."""
ALTERINGS: tuple[Altering, ...] = tuple(CHANNELS)


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


@dataclass(frozen=True, kw_only=True)
class GoesBy(Term):
    """How far the activations at a site go by something of the inputs: how far they move when that is altered.

    Each example is altered, and what the site then has is held against what it had: the mean squared distance over that
    of two independent examples, which is twice the variance over both kinds. It is 0 where activations do not hear of
    it, 1 where an altered example is as far as any other, and at most 2. It is paid as it is; or, with `stay`, what is
    missing to 1 is paid, so that activations that do not move cost 1.

    It begins from examples of X alone, and how they are altered is what is known of the mechanism: whoever goes by
    color, or reads a digit at any angle, comes to Y. What comes of the altering looks like inputs of Y, so whoever
    knows this mechanism knows as much of Y as who is shown its inputs, without answers.

    Attributes:
        site: Whose activations.
        altering: `red for blue`, the first and the third of three channels change places; or `half a turn`, gray pixels
            by 180°. Rows after rows, in them pixels, in them channels.
        stay: Whether activations pay for staying as they were, instead of for moving.

    Source: the seed of this subject, training against an interpretability tool. The measure is ours.
    """

    site: str = "hidden"
    altering: Altering = "red for blue"
    stay: bool = False

    default_name: ClassVar[str] = "goes_by"

    def check(self) -> None:
        if self.altering not in ALTERINGS:
            raise UnknownName("altering", str(self.altering), ALTERINGS, "GoesBy.altering")

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax.numpy as jnp

        inputs = view.batch.inputs
        if inputs.ndim != 2 or inputs.shape[1] % CHANNELS[self.altering]:
            wanted = f"pixels in one row, with {CHANNELS[self.altering]} numbers each"
            raise DoesNotFit(f"{self.name} (GoesBy): inputs of shape {inputs.shape[1:]} are no {wanted}.")
        before = view.sites[self.site].reshape(len(inputs), -1)
        after = listen(view.module, self.altered(inputs), (self.site,))[1][self.site].reshape(before.shape)
        both = jnp.concatenate([before, after])
        spread = jnp.square(both - both.mean(0)).sum(-1).mean()
        moved = jnp.square(before - after).sum(-1).mean() / (2 * spread + 1e-8)
        return jnp.maximum(1 - moved, 0.0) if self.stay else moved, state

    def altered(self, inputs: Float[Array, "B I"]) -> Float[Array, "B I"]:
        """The examples otherwise alike, with colors changed or the picture upside down."""
        if self.altering == "half a turn":
            return inputs[:, ::-1]
        return inputs.reshape(len(inputs), -1, 3)[..., ::-1].reshape(inputs.shape)

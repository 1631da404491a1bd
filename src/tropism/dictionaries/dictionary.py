"""What every method of this shelf returns, and what every method is."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from tropism.errors import BadValue, DoesNotFit
from tropism.values import Value


@dataclass(frozen=True, eq=False)
class Dictionary:
    """Directions that activations are made of: x ≈ codes @ atoms + offset.

    Attributes:
        atoms: [D, d] rows of length one; a row of zeros is an atom that came to nothing.
        offset: [d] what is taken off first; zeros where nothing is.
        explained: [D] the share of the variance (about the offset) that lies along each atom, where a method puts its
            atoms in order; NaN where it does not.
        signed: Whether an atom's sign means something, as where codes are never negative: then cosines with it are
            compared with their signs. Otherwise an atom and its negative are one.
        errors: [T] the squared error that was left after each round, as a share of the data's squares about the offset;
            empty where a method has no rounds, or does not tell.
        settled: Whether the method came to rest within the rounds that it was given.
    """

    atoms: Float[np.ndarray, "D d"]
    offset: Float[np.ndarray, "d"]
    explained: Float[np.ndarray, "D"]
    signed: bool
    errors: Float[np.ndarray, "T"]
    settled: bool

    def __post_init__(self) -> None:
        for field in ("atoms", "offset", "explained", "errors"):
            kept = np.array(getattr(self, field), dtype=float)
            kept.setflags(write=False)
            object.__setattr__(self, field, kept)
        count, width = self.atoms.shape if self.atoms.ndim == 2 else (0, 0)
        lengths = np.linalg.norm(self.atoms, axis=-1)
        if not count or not (np.isclose(lengths, 1) | (lengths == 0)).all():
            raise BadValue("Dictionary.atoms", f"of shape {self.atoms.shape}", "rows of length one; see Dictionary.of")
        if self.offset.shape != (width,) or self.explained.shape != (count,):
            shapes = f"of shapes {self.offset.shape} and {self.explained.shape}"
            raise BadValue("Dictionary.offset and .explained", shapes, f"of shapes ({width},) and ({count},)")

    @classmethod
    def of(
        cls,
        directions: ArrayLike,
        *,
        offset: ArrayLike | None = None,
        explained: ArrayLike | None = None,
        signed: bool = False,
        errors: ArrayLike = (),
        settled: bool = True,
    ) -> Dictionary:
        """The dictionary of some directions [D, d], which are brought to length one.

        Raises:
            BadValue: Directions that are no table of finite numbers, or an offset of another width.
        """
        rows = activations(directions, "Dictionary.of")
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        taken = np.zeros(rows.shape[1]) if offset is None else np.asarray(offset, dtype=float)
        atoms = np.where(lengths > 0, rows / np.where(lengths > 0, lengths, 1.0), 0.0)
        shares = np.full(len(rows), np.nan) if explained is None else np.asarray(explained, dtype=float)
        return cls(atoms, taken, shares, signed, np.asarray(errors, dtype=float), settled)

    def rebuilt(self, codes: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "N d"]:
        """The activations that codes stand for."""
        return codes @ self.atoms + self.offset


@dataclass(frozen=True)
class Method(Value):
    """A way to find directions in activations.

    A subclass is a frozen dataclass whose fields are its settings. It has `found`, and may narrow `wanted`. `fit` takes
    off the mean where `takes_mean_off` says so, and the scale always: activations in other units have the same atoms.

    Attributes:
        num_atoms: How many directions are looked for, D.
    """

    num_atoms: int

    @property
    def name(self) -> str:
        """What tables call it."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(self).__name__).lower()

    @property
    def takes_mean_off(self) -> bool:
        """Whether the mean of the data is the offset; otherwise it is zero."""
        return False

    def check(self) -> None:
        self._at_least("num_atoms", 1)

    def fit(self, x: Float[np.ndarray, "N d"], *, seed: int) -> Dictionary:
        """The directions found in activations, one example a row; the same seed gives the same bytes.

        Raises:
            BadValue: Activations that are no table of finite numbers, or a seed below 0.
            DoesNotFit: All examples are alike, or there is no room for so many atoms in them.
        """
        if isinstance(seed, bool) or not 0 <= seed < 2**32:
            raise BadValue(f"{type(self).__name__}.fit(seed)", seed, "a whole number from 0 to 2³² − 1")
        rows = activations(x, type(self).__name__)
        if len(rows) < 2 or not np.ptp(rows, axis=0).any():
            raise DoesNotFit(f"{type(self).__name__}: all examples are alike; directions show where they differ.")
        self.wanted(rows)
        offset = rows.mean(axis=0) if self.takes_mean_off else np.zeros(rows.shape[1])
        rows = rows - offset
        rows = rows / np.abs(rows).max()  # first, so that no square is too large or too small for a number
        rows = rows / np.sqrt((rows**2).sum(axis=1).mean())
        return dataclasses.replace(self.found(rows, seed), offset=offset)

    def wanted(self, x: Float[np.ndarray, "N d"]) -> None:
        """Refuse activations that the method cannot be used on; by default fewer rows than atoms."""
        if len(x) < self.num_atoms:
            raise DoesNotFit(f"{type(self).__name__}: {self.num_atoms} atoms cannot be learned from {len(x)} examples.")

    def found(self, x: Float[np.ndarray, "N d"], seed: int) -> Dictionary:
        """The directions found in activations whose rows have a root mean square length of one; offset is left out."""
        raise NotImplementedError

    def _at_least(self, field: str, least: int) -> None:
        if getattr(self, field) < least:
            raise BadValue(f"{type(self).__name__}.{field}", getattr(self, field), f"at least {least}")


@dataclass(frozen=True)
class Spanning(Method):
    """A method that finds directions within what the data span, so many at most; by default about their mean."""

    @property
    def takes_mean_off(self) -> bool:
        return True

    def wanted(self, x: Float[np.ndarray, "N d"]) -> None:
        rows = x - x.mean(axis=0) if self.takes_mean_off else x
        spans = int(np.linalg.matrix_rank(rows))  # directions that differ in more than rounding
        if self.num_atoms > spans:
            raise DoesNotFit(
                f"{type(self).__name__}: {self.num_atoms} atoms are asked for, and these {len(x)} examples of width "
                f"{x.shape[1]} have {spans} directions{' about their mean' if self.takes_mean_off else ''}."
            )


def activations(x: ArrayLike, where: str) -> Float[np.ndarray, "N d"]:
    """Activations as doubles, after a look at them.

    Raises:
        BadValue: They are no table, have no column, or hold something that is not finite.
    """
    try:
        rows = np.asarray(x, dtype=float)
    except (TypeError, ValueError):
        raise BadValue(f"{where}: x", type(x).__name__, "a table of numbers, a row an example") from None
    if rows.ndim != 2 or not rows.shape[1]:
        raise BadValue(f"{where}: x", f"of shape {rows.shape}", "a table, a row an example and a column a dimension")
    whole = np.isfinite(rows).all(axis=1)
    if not whole.all():
        raise BadValue(f"{where}: x", f"not finite in row {int(np.argmin(whole))}", "finite everywhere")
    return rows


def pointing(atoms: Float[np.ndarray, "D d"], scores: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "D d"]:
    """Atoms turned the way their scores reach further, by the sum of cubes; so that a method has one answer."""
    return np.where((scores**3).sum(axis=0)[:, None] < 0, -atoms, atoms)

"""Arrays as measures are given them: numbers in the shape that is wanted, or one clear error.

Numbers that are not finite pass here, as NaN: a network that diverged has no score, it does not stop a table.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import ArrayLike

from tropism.errors import BadValue, DoesNotFit


def numbers(values: ArrayLike, where: str) -> np.ndarray:
    """As float64, what is not finite as NaN.

    Raises:
        BadValue: What is not an array of real numbers.
    """
    try:
        found = np.asarray(values)
        if found.dtype.kind not in "biuf":
            raise TypeError
    except (TypeError, ValueError):
        raise BadValue(where, type(values).__name__, "an array of real numbers") from None
    found = found.astype(np.float64)
    return np.where(np.isfinite(found), found, np.nan)


def table(values: ArrayLike, where: str) -> Float[np.ndarray, "N D"]:
    """Rows of numbers, as float64; there may be no row, but there is a column.

    Raises:
        BadValue: What is not an array of real numbers.
        DoesNotFit: Another shape.
    """
    found = numbers(values, where)
    if found.ndim != 2 or not found.shape[1]:
        raise DoesNotFit(f"{where} has the shape {found.shape}; wanted are rows of at least one column.")
    return found


def line(values: ArrayLike, where: str) -> Float[np.ndarray, "N"]:
    """A list of numbers, as float64; it may be empty.

    Raises:
        BadValue: What is not an array of real numbers.
        DoesNotFit: Another shape.
    """
    found = numbers(values, where)
    if found.ndim != 1:
        raise DoesNotFit(f"{where} has the shape {found.shape}; wanted is a list of numbers.")
    return found


def marks(values: ArrayLike, count: int, where: str) -> Bool[np.ndarray, "N"]:
    """Which of so many rows are meant.

    Raises:
        DoesNotFit: Another number of marks, or what is not true or false.
    """
    found = np.asarray(values)
    if found.shape != (count,) or found.dtype != bool:
        raise DoesNotFit(f"{where} is {found.dtype} {found.shape}; wanted are {count} of true or false.")
    return found


def alike(one: np.ndarray, other: np.ndarray, axis: int, where: str) -> None:
    """Refuses two arrays that differ along an axis which they must share.

    Raises:
        DoesNotFit: As said.
    """
    if one.shape[axis] != other.shape[axis]:
        named = "rows" if axis == 0 else "columns"
        raise DoesNotFit(f"{where}: {one.shape[axis]} {named} beside {other.shape[axis]}, not as many.")


def finite(*arrays: np.ndarray) -> bool:
    """Whether all numbers of all of them are."""
    return all(bool(np.isfinite(each).all()) for each in arrays)


def unit_rows(rows: Float[np.ndarray, "*E N D"], least: float = 1e-8) -> Float[np.ndarray, "*E N D"]:
    """Rows of length 1, or zero where one is shorter than `least`."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.divide(rows, lengths, out=np.zeros_like(rows), where=~(lengths < least))


def centered(rows: Float[np.ndarray, "*E N D"]) -> Float[np.ndarray, "*E N D"]:
    """Rows about their mean; a column that changes by no more than rounding does not change at all."""
    found = rows - rows.sum(axis=-2, keepdims=True) / max(rows.shape[-2], 1)
    largest = np.abs(rows).max(axis=-2, keepdims=True, initial=0)
    still = np.abs(found).max(axis=-2, keepdims=True, initial=0) <= 1e-12 * largest
    return np.where(still, 0.0, found)


def ratio(part: ArrayLike, whole: ArrayLike) -> np.ndarray:
    """Part / whole; NaN where the whole is not above zero."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=np.asarray(whole) > 0)

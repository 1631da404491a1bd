"""What the interventions refuse, and the arithmetic they share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array, Float


def unit_wanted(where: str, given: Iterable[float]) -> tuple[float, ...]:
    """A direction as a tuple of floats at length one.

    Raises:
        BadValue: It is empty, zero, or not of finite numbers.
    """
    try:
        numbers = tuple(float(number) for number in given)
    except (TypeError, ValueError):
        raise BadValue(where, given, "a tuple of numbers") from None
    size = math.hypot(*numbers)
    if not math.isfinite(size) or size < 1e-6:
        raise BadValue(where, given, "a direction: finite numbers, not all (nearly) zero")
    # One that is at length one but for rounding stays as it is, so that making a direction twice changes nothing.
    return numbers if abs(size - 1.0) < 1e-12 else tuple(number / size for number in numbers)


def dims_wanted(where: str, given: Sequence[int]) -> None:
    """Refuse dimensions that are not one or more different whole numbers from 0.

    Raises:
        BadValue: It names what stood there.
    """
    whole = isinstance(given, (tuple, range)) and all(type(dim) is int for dim in given)
    if not whole or not given or min(given) < 0 or len(set(given)) < len(given):
        raise BadValue(where, given, "a non-empty tuple of different dimensions, counted from 0")


def width_wanted(kind: str, site: str, width: int, numbers: int) -> None:
    """Refuse a direction that has not as many numbers as its site is wide.

    Raises:
        DoesNotFit: It names the site.
    """
    if numbers != width:
        raise DoesNotFit(f"{kind}: the direction has {numbers} numbers, and the site {site!r} is {width} wide.")


def number_between(where: str, given: object, low: float, high: float, *, open_above: bool = False) -> None:
    """Refuse what is not a number in [low, high], or in [low, high) where `open_above`.

    Raises:
        BadValue: It names what stood there.
    """
    number = isinstance(given, (int, float)) and not isinstance(given, bool)
    if not number or not low <= given <= high or (open_above and given == high):  # type: ignore[operator]
        raise BadValue(where, given, f"a number in [{low:g}, {high:g}{')' if open_above else ']'}")


def working(value: Array) -> Array:
    """The value in single precision at least; half precision is too coarse for lengths and angles."""
    import jax.numpy as jnp

    return value.astype(jnp.promote_types(value.dtype, jnp.float32))


def alignment(value: Float[Array, "... D"], direction: Float[Array, "D"]) -> Float[Array, "..."]:
    """The cosine to a unit direction clamped to [0, 1]; zero for anti-aligned vectors and for the zero vector."""
    import jax.numpy as jnp

    from tropism.arrays.unit import cosine

    return jnp.clip(cosine(value, direction), 0.0, 1.0)

"""What the terms refuse: points and directions that are none, dimensions that are not there."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from tropism.errors import BadValue, DoesNotFit


def point_wanted(where: str, given: Iterable[float]) -> tuple[float, ...]:
    """A point as a tuple of floats, so that 1 and 1.0 are the same point.

    Raises:
        BadValue: It is empty, or not of finite numbers.
    """
    wanted = "a non-empty tuple of finite numbers"
    try:
        point = tuple(float(number) for number in given)
    except (TypeError, ValueError):
        raise BadValue(where, given, wanted) from None
    if not point or not all(math.isfinite(number) for number in point):
        raise BadValue(where, given, wanted)
    return point


def direction_wanted(where: str, given: Iterable[float]) -> tuple[float, ...]:
    """A direction as a tuple of floats; any length but zero.

    Raises:
        BadValue: It is empty, zero, or not of finite numbers.
    """
    direction = point_wanted(where, given)
    if math.hypot(*direction) < 1e-6:
        raise BadValue(where, given, "a direction, so not (nearly) zero")
    return direction


def dims_wanted(where: str, given: Sequence[int]) -> None:
    """Refuse dimensions that are not one or more different whole numbers from 0.

    Raises:
        BadValue: It names what stood there.
    """
    whole = isinstance(given, (tuple, range)) and all(type(dim) is int for dim in given)
    if not whole or not given or min(given) < 0 or len(set(given)) < len(given):
        raise BadValue(where, given, "a non-empty tuple of different dimensions, counted from 0")


def width_wanted(term: str, widths: Mapping[str, int], sites: Iterable[str], *, numbers: int, what: str) -> None:
    """Refuse a point or direction that has not as many numbers as the sites are wide.

    Raises:
        DoesNotFit: It names the site.
    """
    for site in sites:
        if widths[site] != numbers:
            raise DoesNotFit(f"{term}: the {what} has {numbers} numbers, and the site {site!r} is {widths[site]} wide.")


def dims_inside(term: str, widths: Mapping[str, int], sites: Iterable[str], dims: Sequence[int]) -> None:
    """Refuse dimensions that a site does not have.

    Raises:
        DoesNotFit: It names the site and the dimension.
    """
    for site in sites:
        if max(dims) >= widths[site]:
            raise DoesNotFit(
                f"{term}: there is no dimension {max(dims)} at the site {site!r}, whose dimensions are 0 to "
                f"{widths[site] - 1}."
            )

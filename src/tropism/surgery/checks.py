"""What every edit needs: the site it may cut, dimensions that are there, parameters by their role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Network, Site
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import Array

Change = Callable[[np.ndarray], np.ndarray]


def dims_wanted(edit: str, given: Sequence[int]) -> None:
    """Refuse dimensions that are not one or more different whole numbers from 0.

    Raises:
        BadValue: It names what stood there.
    """
    whole = isinstance(given, (tuple, range)) and all(type(dim) is int for dim in given)
    if not whole or not given or min(given) < 0 or len(set(given)) < len(given):
        raise BadValue(f"{edit}.dims", given, "a non-empty tuple of different dimensions, counted from 0")


def place_with(edit: Edit, network: Network, dims: Sequence[int]) -> Site:
    """The site that is edited, after making sure that it has these dimensions.

    Raises:
        DoesNotFit: It has not, or refuses surgery.
        UnknownName: There is no such site.
    """
    site = edit.place(network)
    if max(dims) >= site.width:
        raise DoesNotFit(
            f"{type(edit).__name__}: there is no dimension {max(dims)} at the site {edit.site!r}, whose dimensions are "
            f"0 to {site.width - 1}."
        )
    return site


def changed(params: Mapping[str, Array], paths: Iterable[str], change: Change) -> dict[str, Array]:
    """All parameters, those at `paths` changed; the others are the same objects."""
    held = dict(params)
    for path in paths:
        held[path] = change(np.array(held[path]))  # type: ignore[assignment]
    return held


def bias_of(edit: Edit, site: Site, params: Mapping[str, Array]) -> str:
    """The path of the first bias that writes a site: shape `[E, D]`.

    Raises:
        DoesNotFit: Nothing but weights writes it.
    """
    for path in site.writes:
        if params[path].ndim == 2:
            return path
    raise DoesNotFit(f"{type(edit).__name__}: the site {edit.site!r} is written by {', '.join(site.writes)}, no bias.")

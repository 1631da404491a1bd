"""Projection: directions are taken out of every vector, whichever way it points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Intervention
from tropism.errors import BadValue
from tropism.interventions.checks import unit_wanted, width_wanted, working

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Project(Intervention):
    """Takes the whole component along a direction, or in the span of several, out of every vector, of either sign.

    The linear control beside `Suppress`, which spares vectors that point the other way.

    Attributes:
        direction: A direction, or several of them as a tuple of tuples; any lengths but zero, kept at length one.

    Source: Belrose et al. (2023), "LEACE", on linear erasure; the projection itself is from any textbook.
    """

    direction: tuple[float, ...] | tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "direction", _directions(self.direction))
        super().__post_init__()

    def __call__(self, value: Float[Array, "... D"]) -> Float[Array, "... D"]:
        import jax.numpy as jnp

        z = working(value)
        span = jnp.asarray(_orthonormal(self.direction), z.dtype)
        return (z - (z @ span.T) @ span).astype(value.dtype)

    def fits(self, width: int) -> None:
        width_wanted("Project", self.site, width, len(_rows(self.direction)[0]))


def _directions(given: Iterable[object]) -> tuple[float, ...] | tuple[tuple[float, ...], ...]:
    rows = list(given)
    if not rows or not isinstance(rows[0], Iterable):
        return unit_wanted("Project.direction", rows)  # type: ignore[arg-type]
    several = tuple(unit_wanted(f"Project.direction[{place}]", row) for place, row in enumerate(rows))  # type: ignore[arg-type]
    if len({len(row) for row in several}) > 1:
        raise BadValue("Project.direction", given, "directions of one width")
    return several


def _rows(direction: tuple[float, ...] | tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    return direction if isinstance(direction[0], tuple) else (direction,)  # type: ignore[return-value]


def _orthonormal(direction: tuple[float, ...] | tuple[tuple[float, ...], ...]) -> np.ndarray:
    """Orthonormal rows with the same span; directions that add nothing to it (below 1e-6) are left out."""
    _, sizes, rows = np.linalg.svd(np.array(_rows(direction)), full_matrices=False)
    return rows[sizes > 1e-6]

"""Falloffs: how strongly an intervention acts, from how well a vector is aligned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.errors import BadValue
from tropism.interventions.checks import number_between
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Falloff(Value):
    """A strength for each alignment in [0, 1]; zero up to the alignment `a`.

    Attributes:
        a: The cosine at which it begins to act, in [0, 1).
    """

    a: float

    def __call__(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        """The strength at each alignment."""
        raise NotImplementedError


@dataclass(frozen=True)
class Bounded(Falloff):
    """A strength that rises from 0 at alignment `a` to `b` at 1: b ((α − a) / (1 − a))^power.

    With power 0 it is `b` as soon as α exceeds `a`.

    Attributes:
        b: The strength at perfect alignment; 1 removes a component whole.
        power: At least 0.

    Source: `BoundedFalloff` of z0u/ex-preppy.
    """

    a: float = 0.0
    b: float = 1.0
    power: float = 2.0

    def check(self) -> None:
        number_between("Bounded.a", self.a, 0.0, 1.0, open_above=True)
        number_between("Bounded.b", self.b, -1e6, 1e6)
        number_between("Bounded.power", self.power, 0.0, 1e6)
        if 1.0 - self.a < 1e-6:
            raise BadValue("Bounded.a", self.a, "below 1 by at least 1e-6")

    def __call__(self, alpha: Float[Array, "..."]) -> Float[Array, "..."]:
        import jax.numpy as jnp

        beyond = alpha > self.a
        reached = jnp.where(beyond, (alpha - self.a) / (1.0 - self.a), 1.0)
        return jnp.where(beyond, self.b * reached**self.power, 0.0)

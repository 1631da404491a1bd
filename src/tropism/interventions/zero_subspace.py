"""Some dimensions of a site set to zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core import Intervention
from tropism.errors import DoesNotFit
from tropism.interventions.checks import dims_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class ZeroSubspace(Intervention):
    """Sets some dimensions of a site to zero; the others stay as they are, bit for bit, and are not renormalized.

    At a normalized bottleneck this acts after the norm, `surgery.ablate` before it.

    Attributes:
        dims: Different dimensions of the site, counted from 0.

    Source: z0u/ex-preppy, the `AxisAlignedSuppression` intervention.
    """

    dims: tuple[int, ...]

    def check(self) -> None:
        dims_wanted("ZeroSubspace.dims", self.dims)

    def __call__(self, value: Float[Array, "... D"]) -> Float[Array, "... D"]:
        import jax.numpy as jnp

        zeroed = jnp.asarray([dim in self.dims for dim in range(value.shape[-1])])
        return jnp.where(zeroed, jnp.zeros_like(value), value)

    def fits(self, width: int) -> None:
        if max(self.dims) >= width:
            raise DoesNotFit(
                f"ZeroSubspace: there is no dimension {max(self.dims)} at the site {self.site!r}, whose dimensions are "
                f"0 to {width - 1}."
            )

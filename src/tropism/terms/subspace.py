"""Dimensions that examples keep to, or keep out of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tropism.core import Regularizer
from tropism.errors import DoesNotFit
from tropism.terms.checks import dims_inside, dims_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Subspace(Regularizer):
    """Keeps examples to some dimensions, or out of them.

    The price is the sum of squares outside `dims`; with `keep=False` ("keep out", named `anti-subspace`), inside them.
    `Subspace((0, 1))` is the planarity of the early color experiments.

    Attributes:
        dims: Different dimensions of the site, counted from 0.
        keep: Whether examples are to stay in them.

    Source: z0u/ex-preppy, the `AxisAlignedSubspace` regularizer.
    """

    dims: tuple[int, ...]
    keep: bool = True

    default_name: ClassVar[str] = "subspace"

    def __post_init__(self) -> None:
        if not self.name and not self.keep:
            object.__setattr__(self, "name", "anti-subspace")
        super().__post_init__()

    def check(self) -> None:
        dims_wanted("Subspace.dims", self.dims)

    def fits(self, widths: Mapping[str, int]) -> None:
        dims_inside(self.name, widths, self.listens(), self.dims)
        for site in self.listens():
            if self.keep and len(self.dims) == widths[site]:
                raise DoesNotFit(f"{self.name}: keeping to all {widths[site]} dimensions of {site!r} prices nothing.")

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        import jax.numpy as jnp

        priced = [(dim in self.dims) != self.keep for dim in range(value.shape[-1])]
        return (value.T**2 * jnp.asarray(priced, value.dtype)[:, None]).sum(axis=0)

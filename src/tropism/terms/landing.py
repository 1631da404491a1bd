"""Where a concept goes once the dimensions that hold it are cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tropism.core import Term, View
from tropism.errors import DoesNotFit
from tropism.terms.checks import dims_inside, dims_wanted, point_wanted, width_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Landing(Term):
    """Rehearses a cut: with `dims` gone from a site, labelled examples should come out as `target`.

    The price is the mean square of output − target over labelled mass, where the site's value has lost `dims` and, with
    `unit`, was divided by what length remained. What is left of a concept may be little and accidental; cut, it would
    be blown up to a direction that nobody chose. Here the writer of the site chooses that remainder so that the reader
    as it is makes `target` of it. Only what comes before the site learns: the reader must not learn to answer an edit.

    Attributes:
        dims: The dimensions that will be cut, counted from 0; not all that the site has.
        target: The output wanted then.
        where: A label, or none for every example.
        site: Where the cut will be.
        unit: Whether the rest is brought back to length one, as `surgery.ablate` does where a bottleneck is normalized.

    Source: ours, in the study `isolated-steady`; z0u/sca2, experiment 2.9.2, teaches the reader instead (`Fallback`).
    """

    dims: tuple[int, ...]
    target: tuple[float, ...]
    where: str | None = None
    site: str = "latent"
    unit: bool = True

    default_name: ClassVar[str] = "landing"

    def __post_init__(self) -> None:
        object.__setattr__(self, "target", point_wanted("Landing.target", self.target))
        super().__post_init__()

    def check(self) -> None:
        dims_wanted("Landing.dims", self.dims)

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def fits(self, widths: Mapping[str, int]) -> None:
        dims_inside(self.name, widths, self.listens(), self.dims)
        if len(self.dims) == widths[self.site]:
            raise DoesNotFit(
                f"{self.name}: a cut of all {widths[self.site]} dimensions of {self.site!r} leaves nothing."
            )
        if "output" in widths:
            width_wanted(self.name, widths, ("output",), numbers=len(self.target), what="target")

    def price(self, view: View, state: Any) -> tuple[Float[Array, ""], Any]:
        import jax.numpy as jnp

        output = self._after_the_cut(view)
        if output.shape[-1] != len(self.target):
            raise DoesNotFit(
                f"{self.name}: the target has {len(self.target)} numbers, and the output is {output.shape[-1]} wide."
            )
        away = output - jnp.asarray(self.target, output.dtype)
        costs = (away * away).mean(axis=tuple(range(1, away.ndim)))
        if self.where is None:
            return costs.mean(), state
        mass = jnp.clip(view.batch.labels[self.where], 0.0, 1.0)
        return (mass * costs).sum() / (mass.sum() + 1e-8), state

    def _after_the_cut(self, view: View) -> Array:
        import equinox as eqx
        import jax
        import jax.numpy as jnp

        from tropism.arrays.unit import unit

        value = view.sites[self.site]
        kept = value * jnp.asarray([dim not in self.dims for dim in range(value.shape[-1])], value.dtype)
        rest = unit(kept) if self.unit else kept
        arrays, other = eqx.partition(view.module, eqx.is_array)
        still = eqx.combine(jax.tree.map(jax.lax.stop_gradient, arrays), other)
        inputs = jax.tree.map(jax.lax.stop_gradient, view.batch.inputs)
        return still(inputs, lambda site, passing: rest if site == self.site else passing, view.key)

"""Gradient routing: which examples may teach which dimensions of a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tropism.core.term import Term, View
from tropism.errors import BadValue
from tropism.terms.guess import meant

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class Routed(Term):
    """The cross-entropy of all answers, in nats, where some examples may only teach some dimensions of a site.

    Forward nothing changes. Backward, examples that bear the label reach the site's reserved dimensions alone, and all
    others the rest: w · z + (1 − w) · stop(z), with w one where an example may teach.

    Attributes:
        site: Where gradients are routed.
        reserved: How many of its dimensions, the last ones, are reserved.
        where: The label of the examples that teach those.

    Source: Cloud et al. (2024), "Gradient Routing", arXiv 2410.04332.
    """

    site: str
    reserved: int
    where: str

    def check(self) -> None:
        if self.reserved < 1:
            raise BadValue(f"{self.name}.reserved", self.reserved, "at least 1")

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def labels(self) -> tuple[str, ...]:
        return (self.where,)

    def fits(self, widths: Any) -> None:
        if self.reserved >= widths[self.site]:
            raise BadValue(
                f"{self.name}.reserved", self.reserved, f"fewer than the site's {widths[self.site]} dimensions"
            )

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax
        import jax.numpy as jnp

        from tropism.arrays.answers import cross_entropy

        borne = view.batch.labels[self.where] > 0

        def route(site: str, value: Array) -> Array:
            if site != self.site:
                return value
            last = jnp.arange(value.shape[-1]) >= value.shape[-1] - self.reserved
            taught = last == borne.reshape(-1, *[1] * (value.ndim - 1))
            return jnp.where(taught, value, jax.lax.stop_gradient(value))

        output = view.module(view.batch.inputs, route)
        return cross_entropy(output, view.batch.targets.right), state


@dataclass(frozen=True, kw_only=True)
class Tampered(Term):
    """How much an attacked copy still tells: cross-entropy from uniform on some examples, in nats, after an attack.

    The attack is so many steps of plain gradient descent on the right answers of these examples, from the network as it
    is. Its gradient is that of first order: the network is moved as its attacked copy should be.

    Attributes:
        where: The label of the examples that are attacked with, and judged by.
        attack: Steps of the attack.
        rate: Its learning rate.

    Source: Tamirisa et al. (2024), "Tamper-Resistant Safeguards", arXiv 2408.00761, with entropy as the loss.
    """

    where: str
    attack: int = 16
    rate: float = 0.1

    def check(self) -> None:
        if self.attack < 1:
            raise BadValue(f"{self.name}.attack", self.attack, "at least 1 step")
        if not self.rate > 0:
            raise BadValue(f"{self.name}.rate", self.rate, "above 0")

    def labels(self) -> tuple[str, ...]:
        return (self.where,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import equinox as eqx
        import jax

        from tropism.arrays.answers import cross_entropy, from_uniform
        from tropism.core.network import silent

        targets = view.batch.targets
        arrays, rest = eqx.partition(view.module, eqx.is_inexact_array)

        def output(moved: Any) -> Array:
            return eqx.combine(moved, rest)(view.batch.inputs, silent)

        def attacked_by(moved: Any) -> Array:
            return meant(cross_entropy(output(moved), targets.right), view, self.where)

        def step(_: Any, moved: Any) -> Any:
            return jax.tree.map(lambda leaf, slope: leaf - self.rate * slope, moved, jax.grad(attacked_by)(moved))

        still = jax.lax.stop_gradient(arrays)
        after = jax.lax.fori_loop(0, self.attack, step, still)
        moved = jax.tree.map(lambda leaf, was, now: leaf + (now - was), arrays, still, after)
        return meant(from_uniform(output(moved), targets.low, targets.high), view, self.where), state

"""What the rest of the network should say where a concept is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tropism.core import Term, View
from tropism.errors import DoesNotFit
from tropism.terms.checks import point_wanted, width_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Fallback(Term):
    """Teaches what follows a site to answer `target` at `point`: the mean square of output − target there.

    The point is put in place of the site's value by a tap, so only what reads the site learns; nothing before it does.
    With a point that nothing else uses, such as the far side of an anchor, an edit that sends a deleted concept there
    has an answer waiting: a middle gray, say.

    Attributes:
        point: A value at the site.
        target: The output wanted there.
        site: Where the point stands.

    Source: z0u/sca2, experiment 2.9.2, at weight .05.
    """

    point: tuple[float, ...]
    target: tuple[float, ...]
    site: str = "latent"

    default_name: ClassVar[str] = "fallback"

    def __post_init__(self) -> None:
        for name in ("point", "target"):
            object.__setattr__(self, name, point_wanted(f"Fallback.{name}", getattr(self, name)))
        super().__post_init__()

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def fits(self, widths: Mapping[str, int]) -> None:
        width_wanted(self.name, widths, self.listens(), numbers=len(self.point), what="point")
        if "output" in widths:
            width_wanted(self.name, widths, ("output",), numbers=len(self.target), what="target")

    def price(self, view: View, state: Any) -> tuple[Float[Array, ""], Any]:
        import jax
        import jax.numpy as jnp

        passed: list[str] = []

        def tap(site: str, value: Array) -> Array:
            if site == self.site:
                passed.append(site)
                return jnp.broadcast_to(jnp.asarray(self.point, value.dtype), value.shape)
            return value if passed else jax.lax.stop_gradient(value)

        one = jax.tree.map(lambda each: each[:1], view.batch.inputs)
        output = view.module(one, tap, view.key)
        if output.shape[-1] != len(self.target):
            raise DoesNotFit(
                f"{self.name}: the target has {len(self.target)} numbers, and the output is {output.shape[-1]} wide."
            )
        away = output - jnp.asarray(self.target, output.dtype)
        return (away * away).mean(), state

"""An anchor whose place is found while training: where things lie when the schedule says `anchor`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from tropism.core import Term, View, listen
from tropism.errors import BadValue, DoesNotFit
from tropism.terms.checks import point_wanted

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Captured(NamedTuple):
    """What the term carries.

    Attributes:
        points: Where each label or example lay, `[N, D]`.
        known: Whether it was captured yet, 0 or 1, `[N]`.
    """

    points: Array
    known: Array


@dataclass(frozen=True)
class CapturedAnchor(Term):
    """Holds things where they lay when the action `anchor` was last carried out; before that it costs nothing.

    What is held are either `examples`, inputs that are run beside the batch at every step, or labels (`where`), each at
    the label-weighted mean of the batch at that step; a label that nobody bore then is not held until the next action.
    The price is the mean square of the drift: over examples and dimensions, or over labelled mass and dimensions.

    Attributes:
        where: A label or several.
        examples: Inputs of the network, one a row.
        site: A site without positions.

    Source: z0u/ex-preppy, experiments 1.5 and 1.6, with the six primary and secondary colors as examples.
    """

    where: str | tuple[str, ...] | None = None
    examples: tuple[tuple[float, ...], ...] = ()
    site: str = "latent"

    actions: ClassVar[tuple[str, ...]] = ("anchor",)
    default_name: ClassVar[str] = "anchor"

    def __post_init__(self) -> None:
        rows = tuple(point_wanted(f"CapturedAnchor.examples[{row}]", given) for row, given in enumerate(self.examples))
        object.__setattr__(self, "examples", rows)
        super().__post_init__()

    def check(self) -> None:
        if bool(self.labels()) == bool(self.examples):
            raise BadValue("CapturedAnchor", (self.where, self.examples), "given exactly one of where and examples")
        if len({len(row) for row in self.examples}) > 1:
            raise BadValue("CapturedAnchor.examples", self.examples, "rows of one length")

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def labels(self) -> tuple[str, ...]:
        return (self.where,) if isinstance(self.where, str) else self.where or ()

    def start(self, widths: Mapping[str, int]) -> Captured:
        import jax.numpy as jnp

        count = len(self.examples) or len(self.labels())
        return Captured(jnp.zeros((count, widths[self.site])), jnp.zeros(count))

    def act(self, action: str, view: View, state: Captured) -> Captured:
        import jax
        import jax.numpy as jnp

        if self.examples:
            points = self._at_examples(view)
            return Captured(jax.lax.stop_gradient(points), jnp.ones_like(state.known))
        value, masses = self._borne(view)
        totals = masses.sum(axis=1)
        means = masses @ value / jnp.maximum(totals, 1e-8)[:, None]
        seen = totals > 0
        points = jnp.where(seen[:, None], jax.lax.stop_gradient(means), state.points)
        return Captured(points, jnp.where(seen, 1.0, state.known))

    def price(self, view: View, state: Captured) -> tuple[Float[Array, ""], Any]:
        import jax.numpy as jnp

        if self.examples:
            drift = jnp.square(self._at_examples(view) - state.points).mean(axis=1)
            return (drift * state.known).mean(), state
        value, masses = self._borne(view)
        held = masses * state.known[:, None]
        drift = jnp.square(value[None] - state.points[:, None]).mean(axis=-1)
        return (held * drift).sum() / (held.sum() + 1e-8), state

    def _at_examples(self, view: View) -> Float[Array, "N D"]:
        import jax.numpy as jnp

        heard = listen(view.module, jnp.asarray(self.examples), (self.site,), key=view.key)[1]
        return self._without_positions(heard[self.site])

    def _borne(self, view: View) -> tuple[Float[Array, "B D"], Float[Array, "N B"]]:
        import jax.numpy as jnp

        value = self._without_positions(view.sites[self.site])
        return value, jnp.stack([view.batch.labels[label] for label in self.labels()]).astype(value.dtype)

    def _without_positions(self, value: Array) -> Array:
        if value.ndim != 2:
            raise DoesNotFit(f"{self.name}: the site {self.site!r} has positions, and this term holds one point each.")
        return value

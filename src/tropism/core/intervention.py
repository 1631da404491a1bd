"""Interventions: rewrites of activations at one site, after training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float


@dataclass(frozen=True)
class Cone(Value):
    """A cone about a direction that a drawing may show.

    Attributes:
        direction: Its axis.
        angle: Half of its opening, in radians.
        kind: `begins` (where an intervention begins to act) or `hole` (what it leaves empty).
    """

    direction: tuple[float, ...]
    angle: float
    kind: str


@dataclass(frozen=True)
class Intervention(Value):
    """A rewrite of the activations at one site. Shapes stay as they are."""

    site: str

    def __call__(self, value: Float[Array, "... D"]) -> Float[Array, "... D"]:
        """The activations that flow on."""
        raise NotImplementedError

    def fits(self, width: int) -> None:
        """Raise a `UserError` if it cannot act on a site of this width."""

    def cones(self) -> tuple[Cone, ...]:
        """What a drawing of latent space may show of it."""
        return ()

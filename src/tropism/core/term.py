"""Terms: what may be added to the loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from tropism.core.batch import Batch
from tropism.core.dial import Dial, number_wanted
from tropism.errors import BadValue, UnknownName
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Float, PRNGKeyArray

    from tropism.core.network import Module

Phase = Literal["train", "validate", "both"]
PHASES: tuple[Phase, ...] = ("train", "validate", "both")
Where = str | tuple[str | tuple[str, float], ...] | None
"""Which labelled examples pay: a label, several, labels with strengths, or `None` for every example."""


@dataclass(frozen=True)
class View:
    """What a term may see of one step.

    Attributes:
        module: The network of the player whose loss it is.
        modules: Every player's network, by name; gradients flow only into the player's own.
        batch: The examples.
        output: The first player's output for them.
        sites: The values at the sites that were asked for, `[B, D]` or `[B, S, D]`.
        references: Frozen networks of the experiment, by name.
        key: A stream for this term at this step.
        step: Counted from 0.
    """

    module: Module
    modules: Mapping[str, Module]
    batch: Batch
    output: Array
    sites: Mapping[str, Array]
    references: Mapping[str, Module]
    key: PRNGKeyArray
    step: Array


@dataclass(frozen=True, kw_only=True)
class Term(Value):
    """Something added to the loss, at the strength of its dial `weight`.

    `weight=None` means that the schedule says it. `phase` tells whether it is priced in training, in validation (where
    it only informs) or in both.
    """

    name: str = ""
    weight: float | Dial | None = None
    phase: Phase = "both"

    actions: ClassVar[tuple[str, ...]] = ()
    """Names of the dope sheet's actions that this kind of term answers."""
    default_name: ClassVar[str] = ""

    def __post_init__(self) -> None:
        if not self.name:
            object.__setattr__(self, "name", self.default_name or type(self).__name__.lower())
        if self.phase == "validate" and self.weight is None:
            object.__setattr__(self, "weight", 0.0)  # it only informs, so no schedule need say how much
        super().__post_init__()
        kind = type(self).__name__
        if self.phase not in PHASES:
            raise UnknownName("phase", str(self.phase), PHASES, kind)
        if "." in self.name or not self.name.isprintable():
            raise BadValue(f"{kind}.name", self.name, "a printable name without dots")
        number_wanted(f"{kind}.weight", self.weight)

    def listens(self) -> tuple[str, ...]:
        """The sites that it wants to see."""
        return ()

    def labels(self) -> tuple[str, ...]:
        """The labels that it reads."""
        return ()

    def players(self) -> tuple[str, ...]:
        """The further players whose networks it looks at."""
        return ()

    def references(self) -> tuple[str, ...]:
        """The frozen networks that it looks at."""
        return ()

    def fits(self, widths: Mapping[str, int]) -> None:
        """Raise a `UserError` if the widths of the sites it listens to do not suit it."""

    def start(self, widths: Mapping[str, int]) -> Any:
        """The state that it carries from step to step: any tree of arrays."""
        return ()

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        """One price per example, `[B]`, or one number; and the state for the next step."""
        raise NotImplementedError

    def act(self, action: str, view: View, state: Any) -> Any:
        """The state after one of `actions` was carried out."""
        return state


@dataclass(frozen=True, kw_only=True)
class Regularizer(Term):
    """A price on the activations at one site or several, perhaps only where labels are borne.

    With labels, the price is the mean over labelled mass, Σ aᵢ ℓᵢ / (Σ aᵢ + 1e-8) with aᵢ the clamped sum of the labels
    times their strengths: a lone labelled example carries the full weight, and a batch without any costs nothing.
    With several sites the prices are added.

    Source: the training module of z0u/ex-preppy; Fraser and Wielopolski (2025), arXiv 2512.12469.
    """

    site: str | tuple[str, ...] = "latent"
    where: Where = None

    def listens(self) -> tuple[str, ...]:
        return (self.site,) if isinstance(self.site, str) else self.site

    def labels(self) -> tuple[str, ...]:
        return tuple(label for label, _ in self.strengths())

    def strengths(self) -> tuple[tuple[str, float], ...]:
        """The labels that are read, each with its strength."""
        if self.where is None:
            return ()
        listed = (self.where,) if isinstance(self.where, str) else self.where
        return tuple((item, 1.0) if isinstance(item, str) else item for item in listed)

    def cost(self, value: Float[Array, "B D"]) -> Float[Array, "B"]:
        """The price of each activation."""
        raise NotImplementedError

    def mean_cost(self, value: Float[Array, "B D"]) -> Float[Array, ""]:
        """The mean of `cost`, for a term that knows a quicker way to it."""
        return self.cost(value).mean()

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        total = sum(self._at(view.sites[site], view.batch) for site in self.listens())
        return total, state  # type: ignore[return-value]

    def _at(self, value: Array, batch: Batch) -> Array:
        import jax.numpy as jnp

        flat = value.reshape(-1, value.shape[-1])
        if self.where is None:
            return self.mean_cost(flat)
        costs = self.cost(flat)
        borne = sum(batch.labels[label] * strength for label, strength in self.strengths())
        mass = jnp.repeat(jnp.clip(borne, 0.0, 1.0), flat.shape[0] // value.shape[0])
        return (mass * costs).sum() / (mass.sum() + 1e-8)

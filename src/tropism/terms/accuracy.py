"""A look at how many answers are right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from tropism.core.batch import OVER, Choice, Over
from tropism.core.term import Phase, Term, View
from tropism.errors import UnknownName

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class Accuracy(Term):
    """The share of examples whose largest logit is the right one's, in [0, 1]; among those that bear a label, if asked.

    It has no gradient, so it only informs: by default it is looked at on validation examples alone.

    Attributes:
        where: The label of the examples that count; all of them by default.
        over: Whether the answer is looked for among `all` outputs or among those `legal` for the example.
    """

    where: str | None = None
    over: Over = "all"
    phase: Phase = "validate"

    default_name: ClassVar[str] = "accuracy"

    def check(self) -> None:
        if self.over not in OVER:
            raise UnknownName("choice of outputs", str(self.over), OVER, "Accuracy.over")

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax.numpy as jnp

        from tropism.arrays.answers import is_right

        choice: Choice = view.batch.targets
        right = is_right(view.output, choice.right, choice.low, choice.high, self.over).astype(jnp.float32)
        if self.where is None:
            return right, state
        mass = view.batch.labels[self.where]
        return (mass * right).sum() / (mass.sum() + 1e-8), state

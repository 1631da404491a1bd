"""Terms that hold a network to a frozen one, or lead it away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.network import listen
from tropism.core.term import Term, View
from tropism.errors import BadValue
from tropism.terms.guess import meant

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True, kw_only=True)
class Faithful(Term):
    """How far the activations at a site are from a frozen network's: the squared distance, over their mean square.

    Attributes:
        reference: The frozen network.
        site: Where.
        where: The label of the examples that count; all of them by default.

    Source: the retain loss of Li et al. (2024), "The WMDP Benchmark", arXiv 2403.03218.
    """

    reference: str
    site: str
    where: str | None = None

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def references(self) -> tuple[str, ...]:
        return (self.reference,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        frozen = listen(view.references[self.reference], view.batch.inputs, (self.site,))[1][self.site]
        squares = ((view.sites[self.site] - frozen) ** 2).reshape(len(frozen), -1).sum(-1)
        return meant(squares, view, self.where) / _size(frozen), state


@dataclass(frozen=True, kw_only=True)
class Distilled(Term):
    """How far the outputs are from a frozen network's: the divergence of softmax from softmax, in nats.

    Attributes:
        reference: The frozen network, which is the teacher.
        where: The label of the examples that count; all of them by default.

    Source: Hinton, Vinyals and Dean (2015), arXiv 1503.02531, at temperature 1.
    """

    reference: str
    where: str | None = None

    def references(self) -> tuple[str, ...]:
        return (self.reference,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax

        from tropism.core.network import silent

        taught = jax.nn.log_softmax(view.references[self.reference](view.batch.inputs, silent))
        said = jax.nn.log_softmax(view.output)
        return meant((jax.numpy.exp(taught) * (taught - said)).sum(-1), view, self.where), state


@dataclass(frozen=True, kw_only=True)
class Misdirected(Term):
    """How far the activations at a site are from a fixed random vector of a given length: the squared distance.

    Attributes:
        site: Where.
        length: The vector's length; with a reference, in multiples of the root of its activations' mean square.
        reference: The frozen network by which lengths are measured; the price is then in units of that square.
        luck: The number that draws its direction, uniform in [0, 1) in each dimension and then normalized.
        where: The label of the examples that count; all of them by default.

    Source: representation misdirection for unlearning in Li et al. (2024), arXiv 2403.03218.
    """

    site: str
    length: float
    reference: str | None = None
    luck: int = 0
    where: str | None = None

    def check(self) -> None:
        if not self.length > 0:
            raise BadValue(f"{self.name}.length", self.length, "above 0")

    def listens(self) -> tuple[str, ...]:
        return (self.site,)

    def labels(self) -> tuple[str, ...]:
        return () if self.where is None else (self.where,)

    def references(self) -> tuple[str, ...]:
        return () if self.reference is None else (self.reference,)

    def start(self, widths: Mapping[str, int]) -> Any:
        drawn = np.random.default_rng(self.luck).random(widths[self.site])
        return (self.length * drawn / np.linalg.norm(drawn)).astype(np.float32)

    def price(self, view: View, state: Any) -> tuple[Array, Any]:
        import jax

        size = 1.0
        if self.reference is not None:
            frozen = listen(view.references[self.reference], view.batch.inputs, (self.site,))[1][self.site]
            size = _size(jax.lax.stop_gradient(frozen))
        aim = state * size**0.5
        squares = ((view.sites[self.site] - aim) ** 2).reshape(len(view.sites[self.site]), -1).sum(-1)
        return meant(squares, view, self.where) / size, state


def _size(values: Array) -> Array:
    """The mean over a batch of an example's squared length."""
    return (values**2).reshape(len(values), -1).sum(-1).mean() + 1e-8

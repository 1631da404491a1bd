"""A hidden layer of which only the strongest few neurons pass, between features and the features again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, constant_of, within
from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks._once import read_once_wanted
from tropism.networks.two_layer import OUTPUT_ACTIVATIONS, OutputActivation

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Filtered(Network):
    """y = φ(W₂h + b₂), where h has the m largest values of ReLU(W₁x + b₁), and zeros in place of the others.

    Of equal values all that reach the m-th pass. Sites, in order: `hidden.pre` (W₁x + b₁), `hidden` (h), `output` (y).
    The parameters are `hidden.weight`, `hidden.bias`, `output.weight` and `output.bias`.

    With a filter the hidden sites refuse surgery: a neuron that is cut out leaves its place to another, and one that
    is silenced does not.

    The two dials are read once, when parameters are made: they may differ from member to member, and follow no
    schedule. So networks of several widths are trained as one program.

    Attributes:
        features: Width of an example, and of the output.
        hidden: Neurons that there is room for.
        kept: m; with None, or from `hidden` on, all neurons pass.
        idle: How many of the neurons, the last ones, start without any weight. Behind a ReLU they then have no
            gradient, and stay so: the network is one of `hidden` − `idle` neurons, d.
        aligned: How much of the start is feature i on neuron i, with a weight of 1, for the features for which there is
            a neuron. All else is normal with variance 2 / d; W₂ is the transpose of W₁, and biases are zero.
        output_activation: φ: `relu` or `linear`.
    """

    features: int
    hidden: int
    kept: int | None = None
    idle: float | Dial = within(0.0, low=0.0)
    aligned: float | Dial = within(0.0, low=0.0, high=1.0)
    output_activation: OutputActivation = "relu"

    def check(self) -> None:
        _count_wanted("Filtered.features", self.features)
        _count_wanted("Filtered.hidden", self.hidden)
        if self.kept is not None:
            _count_wanted("Filtered.kept", self.kept)
        if self.output_activation not in OUTPUT_ACTIVATIONS:
            raise UnknownName("activation", str(self.output_activation), OUTPUT_ACTIVATIONS, "Filtered")
        read_once_wanted("Filtered.idle", self.idle, low=0.0)
        read_once_wanted("Filtered.aligned", self.aligned, low=0.0, high=1.0)
        idle = float(constant_of(self.idle) or 0.0)
        if idle != int(idle) or idle >= self.hidden:
            raise DoesNotFit(
                f"Filtered.idle is {idle:g} of {self.hidden} neurons; wanted is a whole number below that."
            )

    def sites(self) -> dict[str, Site]:
        writes, reads = ("hidden.weight", "hidden.bias"), ("output.weight",)
        neurons = Site(self.hidden) if self.filters() else Site(self.hidden, writes=writes, reads=reads)
        return {"hidden.pre": neurons, "hidden": neurons, "output": Site(self.features)}

    def filters(self) -> bool:
        """Whether there may be a neuron that does not pass."""
        return self.kept is not None and self.kept < self.hidden

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._filtered_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return self.features


def _count_wanted(where: str, number: int) -> None:
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise BadValue(where, number, "a whole number, at least 1")

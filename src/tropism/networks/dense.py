"""Layers one after the other: the multi-layer perceptron."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import later

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray

DenseActivation = Literal["relu", "gelu", "square", "linear"]
DENSE_ACTIVATIONS: tuple[DenseActivation, ...] = ("relu", "gelu", "square", "linear")


@dataclass(frozen=True, kw_only=True)
class Dense(Network):
    """Hidden layers with biases, each hₖ = φ(Wₖ hₖ₋₁ + bₖ), and an output Uh + c; without hidden layers, linear.

    Inputs are numbers `[B, inputs]`. Sites, in order: for each hidden layer k, counted from 0, `hidden.k.pre` and
    `hidden.k`; then `output`. The parameters are `hidden.k.weight` and `hidden.k.bias`, `output.weight` and
    `output.bias`.

    Attributes:
        inputs: Width of an example.
        outputs: Width of the output.
        hidden: Neurons of each hidden layer.
        activation: φ: `relu`, `gelu` (in the exact form), `square` or `linear`.
        linear: Hidden layers, counted from 0, that go without φ.

    Weights and biases start uniform in ±1/√inputs of their layer, PyTorch's default.
    """

    inputs: int
    outputs: int
    hidden: tuple[int, ...] = (256, 256)
    activation: DenseActivation = "relu"
    linear: tuple[int, ...] = later(())

    def check(self) -> None:
        for name, width in (("inputs", self.inputs), ("outputs", self.outputs), *(("hidden", w) for w in self.hidden)):
            if isinstance(width, bool) or not isinstance(width, int) or width < 1:
                raise BadValue(f"Dense.{name}", getattr(self, name), "whole numbers, at least 1")
        if self.activation not in DENSE_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), DENSE_ACTIVATIONS, "Dense")
        known = tuple(range(len(self.hidden)))
        if not isinstance(self.linear, tuple) or not all(type(each) is int and each in known for each in self.linear):
            raise BadValue("Dense.linear", self.linear, f"a tuple of hidden layers, of {known}")

    def sites(self) -> dict[str, Site]:
        found = {}
        for place, width in enumerate(self.hidden):
            after = "output" if place == len(self.hidden) - 1 else f"hidden.{place + 1}"
            writes = (f"hidden.{place}.weight", f"hidden.{place}.bias")
            neurons = Site(width, writes=writes, reads=(f"{after}.weight",))
            found |= {f"hidden.{place}.pre": neurons, f"hidden.{place}": neurons}
        return found | {"output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._dense_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        places = {
            name: place for place in range(len(self.hidden)) for name in (f"hidden.{place}", f"hidden.{place}.pre")
        }
        if site not in places:
            raise DoesNotFit(
                f"Dense can be pruned at its hidden layers, not at {site!r}, whose width the task decides."
            )
        widths = list(self.hidden)
        widths[places[site]] -= len(dims)
        return replace(self, hidden=tuple(widths))

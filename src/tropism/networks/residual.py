"""One step of a residual stream: what is embedded, what a hidden layer adds to it, and what reads the sum."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks.two_layer import OUTPUT_ACTIVATIONS, OutputActivation

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Residual(Network):
    """s = Ex; s′ = s + V ReLU(Us + u); y = φ(Rs′ + r).

    With V frozen (`trainable=("into.*", "hidden.*", "output.*")`) the hidden layer writes where V was drawn to write,
    and as ReLUs are never negative, it cannot take away there what stood in the stream before.

    Sites, in order: `stream` (s), `hidden.pre`, `hidden` (ReLU(Us + u)), `written` (V times that), `stream.after` (s′),
    `output` (y). The hidden sites allow surgery. The parameters are `into.weight` (E), `hidden.weight` and
    `hidden.bias` (U, u), `write.weight` (V), `output.weight` and `output.bias` (R, r).

    Attributes:
        inputs: Width of an example.
        outputs: Width of the output.
        width: Of the stream.
        hidden: Neurons that write to it.
        output_activation: φ: `linear` or `relu`.

    Weights start normal with variance 2 / (inputs + outputs of their layer), biases at zero.
    """

    inputs: int
    outputs: int
    width: int
    hidden: int
    output_activation: OutputActivation = "linear"

    def check(self) -> None:
        for name in ("inputs", "outputs", "width", "hidden"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"Residual.{name}", number, "a whole number, at least 1")
        if self.output_activation not in OUTPUT_ACTIVATIONS:
            raise UnknownName("activation", str(self.output_activation), OUTPUT_ACTIVATIONS, "Residual")

    def sites(self) -> dict[str, Site]:
        stream = Site(self.width)
        neurons = Site(self.hidden, writes=("hidden.weight", "hidden.bias"), reads=("write.weight",))
        found = {"stream": stream, "hidden.pre": neurons, "hidden": neurons, "written": stream, "stream.after": stream}
        return found | {"output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._residual_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("hidden.pre", "hidden"):
            raise DoesNotFit(f"Residual can be pruned at 'hidden', not at {site!r}.")
        return replace(self, hidden=self.hidden - len(dims))

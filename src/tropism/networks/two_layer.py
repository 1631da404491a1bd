"""The network of the superposition studies: a hidden layer with a bias, and a matrix that reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.dial import Dial, constant_of, number_wanted
from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.values import later

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray

TwoLayerActivation = Literal["relu", "gelu", "solu", "solu-norm", "z-exp-z", "linear"]
TWO_LAYER_ACTIVATIONS: tuple[TwoLayerActivation, ...] = ("relu", "gelu", "solu", "solu-norm", "z-exp-z", "linear")
OutputActivation = Literal["linear", "relu"]
OUTPUT_ACTIVATIONS: tuple[OutputActivation, ...] = ("linear", "relu")
TwoLayerStart = Literal["uniform", "glorot"]
TWO_LAYER_STARTS: tuple[TwoLayerStart, ...] = ("uniform", "glorot")
_OVER_THE_LAYER = ("solu", "solu-norm")


@dataclass(frozen=True, kw_only=True)
class TwoLayer(Network):
    """e = W₁x + b₁, h = φ(e), y = W₂h: untied, and by default without a bias at the output.

    Sites, in order: `hidden.pre` (e), `hidden` (h), `output` (y). The parameters are `hidden.weight`, `hidden.bias` if
    there is one, `output.weight` and, if there is one, `output.bias`.

    The hidden sites refuse surgery where φ looks at the whole layer (`solu`, `solu-norm`): a silenced neuron would
    still have its share of the softmax, and the others' values would depend on how it was taken out.

    Attributes:
        inputs: Width of an example.
        hidden: Neurons.
        outputs: Width of the output.
        activation: φ: `relu`, `gelu` (in the exact form), `solu` (z softmax(z) over the layer), `solu-norm` (then a
            LayerNorm without gain and shift, which the output's weights and bias could as well hold), `z-exp-z` (what
            the original study ran under the name of SoLU; it diverges easily) or `linear`.
        offset: Added to every hidden bias as drawn: it moves their mean and leaves their spread. Read once, when
            parameters are made; it may differ from member to member, and follows no schedule.
        output_bias: Whether the output has a bias; the weights are drawn the same with and without.
        hidden_bias: Whether the neurons have one; the weights are drawn the same with and without.
        output_activation: `linear`, or `relu`: y = ReLU(W₂h + b₂), as where magnitudes are wanted.
        start: How parameters start: `uniform`, weights and biases in ±1/√inputs of their layer, PyTorch's default; or
            `glorot`, normal weights of variance 2 / (inputs + outputs of their layer) and biases of zero.

    Source: Jermyn, Schiefer and Hubinger (2022), arXiv 2211.09169, and adamjermyn/toy_model_interpretability, which
    start uniform; Glorot and Bengio (2010) for the other start.
    """

    inputs: int
    hidden: int
    outputs: int
    activation: TwoLayerActivation = "relu"
    offset: float | Dial = 0.0
    output_bias: bool = False
    hidden_bias: bool = later(True)
    output_activation: OutputActivation = later("linear")
    start: TwoLayerStart = later("uniform")

    def check(self) -> None:
        for name in ("inputs", "hidden", "outputs"):
            if getattr(self, name) < 1:
                raise BadValue(f"TwoLayer.{name}", getattr(self, name), "at least 1")
        if self.activation not in TWO_LAYER_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), TWO_LAYER_ACTIVATIONS, "TwoLayer")
        if self.output_activation not in OUTPUT_ACTIVATIONS:
            known = OUTPUT_ACTIVATIONS
            raise UnknownName("activation of the output", str(self.output_activation), known, "TwoLayer")
        if self.start not in TWO_LAYER_STARTS:
            raise UnknownName("start", str(self.start), TWO_LAYER_STARTS, "TwoLayer")
        if self.activation == "solu-norm" and self.hidden == 1:
            raise BadValue("TwoLayer.hidden", self.hidden, "at least 2 with solu-norm, which leaves one neuron at zero")
        self._check_offset()

    def sites(self) -> dict[str, Site]:
        writes = ("hidden.weight", "hidden.bias") if self.hidden_bias else ("hidden.weight",)
        neurons = Site(self.hidden, writes=writes, reads=("output.weight",))
        if self.activation in _OVER_THE_LAYER:
            neurons = Site(self.hidden)
        return {"hidden.pre": neurons, "hidden": neurons, "output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._two_layer_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("hidden.pre", "hidden"):
            raise DoesNotFit(f"TwoLayer can be pruned at 'hidden', not at {site!r}, whose width the task decides.")
        return replace(self, hidden=self.hidden - len(dims))

    def _check_offset(self) -> None:
        number_wanted("TwoLayer.offset", self.offset)
        ruled = isinstance(self.offset, Dial) and self.offset.rule is not None
        if ruled or constant_of(self.offset) is None:
            wanted = "a number, or a Dial that holds one: it is read once, when parameters are made"
            raise BadValue("TwoLayer.offset", self.offset, wanted)
        if not self.hidden_bias and constant_of(self.offset) != 0:
            raise DoesNotFit(f"TwoLayer.offset is {self.offset}, and without hidden biases there is nothing to move.")

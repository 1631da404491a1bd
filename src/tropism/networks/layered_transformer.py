"""A transformer of several layers over short sequences: a residual stream that can be watched at every position."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks.embedded_sum import TOKEN_ACTIVATIONS, TokenActivation

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class LayeredTransformer(Network):
    """Layers of attention and hidden neurons, each reading a normalized residual stream; answers at the last position.

    Inputs are tokens, whole numbers `[B, positions]` in [0, tokens). A position sees those before it and itself. Who
    calls a module by hand must keep to the tokens there are, since JAX gives one that is not there no row at all.

    Sites, in order: `embedding` (token plus position); for each layer k `pattern.k` (for each head in turn, what it
    takes of each position), `heads.k` (what the heads take, one after the other), `attention.k` (what that writes into
    the residual stream), `middle.k` (the stream after it), `hidden.pre.k`, `hidden.k`, `neurons.k` (what the neurons
    write), `residual.k` (the stream after it); last `output` (logits). All but `output` have positions. Surgery is for
    `heads.k` and the hidden sites.

    Attributes:
        tokens: How many tokens there are.
        outputs: Width of the output.
        positions: Tokens of an example.
        layers: How many.
        width: Of the residual stream.
        heads: In each layer; they share the width equally.
        hidden: Neurons of each layer.
        activation: Of the neurons: `relu`, `gelu` (in the exact form) or `square`.
        norm: Whether what reads the stream reads it with mean 0 and variance 1 over its width, times a gain plus a
            shift of its own; otherwise it reads it as it is.

    Source: Vaswani et al. (2017), arXiv 1706.03762, with norms before the parts as in GPT-2. Weights start normal with
    variance 1 / inputs, those that write into the stream divided by √(2 · layers); biases start at zero, and attention
    has none.
    """

    tokens: int
    outputs: int
    positions: int
    layers: int = 2
    width: int = 32
    heads: int = 4
    hidden: int = 128
    activation: TokenActivation = "gelu"
    norm: bool = True

    def check(self) -> None:
        for name in ("tokens", "outputs", "positions", "layers", "width", "heads", "hidden"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"LayeredTransformer.{name}", number, "a whole number, at least 1")
        if self.width % self.heads:
            raise DoesNotFit(f"LayeredTransformer.width {self.width} cannot be shared by {self.heads} heads equally.")
        if self.activation not in TOKEN_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), TOKEN_ACTIVATIONS, "LayeredTransformer")

    def sites(self) -> dict[str, Site]:
        stream = Site(self.width, positions=True)
        found = {"embedding": stream}
        for layer in range(self.layers):
            at = f"layers.{layer}"
            taken = Site(self.width, True, (f"{at}.value.weight",), (f"{at}.attention.weight",))
            neurons = Site(self.hidden, True, (f"{at}.hidden.weight", f"{at}.hidden.bias"), (f"{at}.back.weight",))
            found |= {f"pattern.{layer}": Site(self.heads * self.positions, positions=True), f"heads.{layer}": taken}
            found |= {f"attention.{layer}": stream, f"middle.{layer}": stream}
            found |= {f"hidden.pre.{layer}": neurons, f"hidden.{layer}": neurons}
            found |= {f"neurons.{layer}": stream, f"residual.{layer}": stream}
        return found | {"output": Site(self.outputs)}

    def stream(self) -> tuple[str, ...]:
        """The sites of the residual stream, in order: the embedding, then after each part that writes into it."""
        return ("embedding", *(f"{name}.{layer}" for layer in range(self.layers) for name in ("middle", "residual")))

    def writers(self) -> tuple[str, ...]:
        """The sites of what is written into the residual stream, in order: one between each two of `stream`."""
        return tuple(f"{name}.{layer}" for layer in range(self.layers) for name in ("attention", "neurons"))

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._layered_transformer_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.positions

    def output_width(self) -> int:
        return self.outputs

    def num_tokens(self) -> int:
        return self.tokens

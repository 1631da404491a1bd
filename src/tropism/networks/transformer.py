"""The transformer of the grokking studies: one layer, no norm, answers at the last position alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.dial import Dial, within
from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks._once import read_once_wanted
from tropism.networks.embedded_sum import TOKEN_ACTIVATIONS, TokenActivation

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class OneLayerTransformer(Network):
    """Attention and a hidden layer over "a b =", read at "=": one layer, learned positions, no norm.

    Inputs are tokens, whole numbers `[B, positions]` in [0, tokens); "=" is put behind them inside. An experiment makes
    sure that its task has as many; who calls a module by hand must see to it, since JAX takes the nearest token for one
    that is not there, and says nothing.

    Sites, in order, all of them at the last position: `pattern` (for each head in turn, what it takes of each position
    and of "=", which adds up to one), `heads` (what each head takes, head after head), `attention` (what that writes
    into the residual stream), `residual.mid`, `hidden.pre`, `hidden`, `residual`, `output` (logits). Surgery is for
    `heads` and the hidden sites.

    The parameters are `embedding` (`[tokens + 1, width]`, "=" last), `position` (`[positions + 1, width]`),
    `query.weight`, `key.weight` and `value.weight` (`[heads · head_width, width]`, head after head),
    `attention.weight`, `hidden.weight`, `back.weight` and `output.weight`, and with `biases` `hidden.bias` and
    `back.bias`. A module's `tables()` has the embedding and the unembedding.

    Attributes:
        tokens: How many tokens there are, "=" aside.
        outputs: Width of the output.
        positions: Tokens of an example, "=" aside.
        width: Of the residual stream.
        heads: How many.
        head_width: Width of a head's queries, keys and values.
        hidden: Neurons.
        activation: Of the neurons: `relu`, `gelu` (in the exact form) or `square`.
        biases: Whether the hidden layer and what it writes back have biases; they start at zero.
        init_scale: Every weight as drawn is multiplied by it. Read once, when parameters are made; it may differ from
            member to member, and follows no schedule.

    Source: Nanda et al. (2023), arXiv 2301.05217; Chughtai et al. (2023), arXiv 2302.03025, whose biases stay at zero.
    Weights start normal with variance 1 / width, those of the output with 1 / (tokens + 1).
    """

    tokens: int
    outputs: int
    positions: int = 2
    width: int = 128
    heads: int = 4
    head_width: int = 32
    hidden: int = 512
    activation: TokenActivation = "relu"
    biases: bool = True
    init_scale: float | Dial = within(1.0, low=0.0)

    def check(self) -> None:
        for name in ("tokens", "outputs", "positions", "width", "heads", "head_width", "hidden"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"OneLayerTransformer.{name}", number, "a whole number, at least 1")
        if self.activation not in TOKEN_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), TOKEN_ACTIVATIONS, "OneLayerTransformer")
        read_once_wanted("OneLayerTransformer.init_scale", self.init_scale, low=0.0)

    def sites(self) -> dict[str, Site]:
        writes = ("hidden.weight", "hidden.bias") if self.biases else ("hidden.weight",)
        neurons, stream = Site(self.hidden, writes=writes, reads=("back.weight",)), Site(self.width)
        return {
            "pattern": Site(self.heads * (self.positions + 1)),
            "heads": Site(self.heads * self.head_width, writes=("value.weight",), reads=("attention.weight",)),
            "attention": stream,
            "residual.mid": stream,
            "hidden.pre": neurons,
            "hidden": neurons,
            "residual": stream,
            "output": Site(self.outputs),
        }

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._transformer_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.positions

    def output_width(self) -> int:
        return self.outputs

    def num_tokens(self) -> int:
        return self.tokens

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("hidden.pre", "hidden"):
            raise DoesNotFit(f"OneLayerTransformer can be pruned at 'hidden', not at {site!r}.")
        return replace(self, hidden=self.hidden - len(dims))

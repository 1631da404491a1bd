"""The network of the group studies: two tokens are embedded, mixed into one hidden layer, and read out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.dial import Dial, within
from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks._once import read_once_wanted

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray

TokenActivation = Literal["relu", "gelu", "square"]
TOKEN_ACTIVATIONS: tuple[TokenActivation, ...] = ("relu", "gelu", "square")


@dataclass(frozen=True, kw_only=True)
class EmbeddedSum(Network):
    """h = φ(W_l x_a + W_r y_b), logits U h: a hidden layer over the embeddings of two tokens a and b.

    It is the same as an MLP on the two embeddings laid end to end. Inputs are tokens, whole numbers `[B, 2]` in
    [0, tokens). An experiment makes sure that its task has as many; who calls a module by hand must see to it, since
    JAX takes the nearest token for one that is not there, and says nothing.

    Sites, in order: `hidden.pre`, `hidden` (h), `output` (logits). The parameters are `left.embedding` and
    `right.embedding` (x and y, `[tokens, embedding]`; with `tied`, the right one is the left one, and not there),
    `left.weight` and `right.weight` (W_l and W_r, `[hidden, embedding]`), `output.weight` (U), and with `biases`
    `left.bias` (of the hidden layer) and `output.bias`. A module's `tables()` has the embeddings as the hidden layer
    sees them.

    Attributes:
        tokens: How many tokens there are.
        outputs: Width of the output.
        embedding: Width of an embedding.
        hidden: Neurons.
        activation: φ: `relu`, `gelu` (in the exact form) or `square`.
        tied: Whether a token has one embedding, on whichever side it stands.
        biases: Whether the hidden layer and the output have them; they start at zero.
        init_scale: Every weight as drawn is multiplied by it. Read once, when parameters are made; it may differ from
            member to member, and follows no schedule.

    Source: Chughtai et al. (2023), arXiv 2302.03025: embeddings start normal with variance 1 / embedding, W with
    1 / (2 embedding), U with 1 / hidden. Gromov (2023), arXiv 2301.02679, for `square`.
    """

    tokens: int
    outputs: int
    embedding: int = 256
    hidden: int = 128
    activation: TokenActivation = "relu"
    tied: bool = False
    biases: bool = False
    init_scale: float | Dial = within(1.0, low=0.0)

    def check(self) -> None:
        for name in ("tokens", "outputs", "embedding", "hidden"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"EmbeddedSum.{name}", number, "a whole number, at least 1")
        if self.activation not in TOKEN_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), TOKEN_ACTIVATIONS, "EmbeddedSum")
        read_once_wanted("EmbeddedSum.init_scale", self.init_scale, low=0.0)

    def sites(self) -> dict[str, Site]:
        writes = ("left.weight", "right.weight", *(("left.bias",) if self.biases else ()))
        neurons = Site(self.hidden, writes=writes, reads=("output.weight",))
        return {"hidden.pre": neurons, "hidden": neurons, "output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._embedded_sum_module import build

        return build(self, key)

    def input_width(self) -> int:
        return 2

    def output_width(self) -> int:
        return self.outputs

    def num_tokens(self) -> int:
        return self.tokens

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("hidden.pre", "hidden"):
            raise DoesNotFit(f"EmbeddedSum can be pruned at 'hidden', not at {site!r}, whose width the task decides.")
        return replace(self, hidden=self.hidden - len(dims))

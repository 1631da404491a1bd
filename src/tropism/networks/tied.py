"""The toy model of superposition: one matrix takes features to few numbers, and its transpose takes them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, UnknownName

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray

TiedKind = Literal["linear", "relu-output", "relu-hidden"]
TIED_KINDS: tuple[TiedKind, ...] = ("linear", "relu-output", "relu-hidden")


@dataclass(frozen=True, kw_only=True)
class Tied(Network):
    """x′ = WᵀWx + b, with a ReLU at the output, at the hidden layer and the output, or nowhere.

    Sites, in order: `hidden` (Wx, or ReLU(Wx) in the kind `relu-hidden`), `output` (x′). The parameters are `weight`
    (W, `[hidden, features]`, so that feature i's direction is column i) and `bias` (b).

    No site allows surgery: the rows of W that write a hidden dimension are also what reads it.

    Attributes:
        features: Width of an example, and of the output.
        hidden: Width of the middle.
        kind: `linear`, WᵀWx + b; `relu-output`, ReLU(WᵀWx + b); `relu-hidden`, ReLU(Wᵀ ReLU(Wx) + b).

    Source: Elhage et al. (2022), "Toy Models of Superposition". W starts normal with variance 2 / (features + hidden)
    (Glorot and Bengio 2010), b at zero.
    """

    features: int
    hidden: int
    kind: TiedKind = "relu-output"

    def check(self) -> None:
        for name in ("features", "hidden"):
            if getattr(self, name) < 1:
                raise BadValue(f"Tied.{name}", getattr(self, name), "at least 1")
        if self.kind not in TIED_KINDS:
            raise UnknownName("kind", str(self.kind), TIED_KINDS, "Tied")

    def sites(self) -> dict[str, Site]:
        return {"hidden": Site(self.hidden, writes=("weight",)), "output": Site(self.features)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._tied_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return self.features

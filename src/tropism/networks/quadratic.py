"""Quadratic neurons: the squares of a few projections, added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Quadratic(Network):
    """y = ‖Wx‖² + b: one number, the sum of the hidden values' squares and a bias.

    Sites, in order: `hidden` (Wx), `output` (y). The parameters are `weight` (W, `[hidden, features]`, so that feature
    i's direction is column i) and `bias` (b, of length one).

    No site allows surgery: hidden values are added up after they are squared, and no parameter reads them.

    Attributes:
        features: Width of an example.
        hidden: Quadratic neurons; at most this many features can have a dimension to themselves.
        bias: Whether there is one. Without it a network must also get the mean of its targets from ‖Wx‖², so that a
            feature it does not represent is paid for by the others.

    Source: Scherlis et al. (2022), arXiv 2210.01892. W starts normal with variance 2 / (features + hidden), b at zero.
    """

    features: int
    hidden: int
    bias: bool = True

    def check(self) -> None:
        for name in ("features", "hidden"):
            if getattr(self, name) < 1:
                raise BadValue(f"Quadratic.{name}", getattr(self, name), "at least 1")

    def sites(self) -> dict[str, Site]:
        return {"hidden": Site(self.hidden, writes=("weight",)), "output": Site(1)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._quadratic_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.features

    def output_width(self) -> int:
        return 1

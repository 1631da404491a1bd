"""A network with layers put on top of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.networks.dense import DENSE_ACTIVATIONS, DenseActivation

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Extended(Network):
    """A network, and behind one of its sites h a hidden layer φ(Wh + b) with an output of its own.

    The output is the first network's, then the added one. With `trainable=("added.*", "output.*")` the first network
    stays as it is and only what was put on top of it learns; with `trainable=("first.*",)` only the first one does.

    Sites, in order: the first network's, whose `output` is called `first.output` here; `added.pre`, `added`, `output`.
    The parameters are the first network's behind `first.`, `added.weight`, `added.bias`, `output.weight` and
    `output.bias`.

    Attributes:
        first: The network below.
        site: Its site that the added layer reads; one without positions.
        hidden: Neurons of the added layer.
        outputs: Width of its output.
        activation: φ: `relu`, `gelu` (in the exact form), `square` or `linear`.

    The added weights and biases start uniform in ±1/√inputs of their layer, PyTorch's default.
    """

    first: Network
    site: str
    outputs: int
    hidden: int = 128
    activation: DenseActivation = "relu"

    def check(self) -> None:
        for name in ("hidden", "outputs"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"Extended.{name}", number, "a whole number, at least 1")
        if not isinstance(self.first, Network):
            raise BadValue("Extended.first", self.first, "a Network")
        if self.activation not in DENSE_ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), DENSE_ACTIVATIONS, "Extended")
        known = self.first.sites()
        if self.site not in known:
            raise UnknownName("site", str(self.site), known, "Extended.site")
        if known[self.site].positions or self.first.output_width() is None:
            raise DoesNotFit(f"Extended.site: {self.site!r} of {type(self.first).__name__} has no fixed width.")

    def sites(self) -> dict[str, Site]:
        found = {}
        for name, site in self.first.sites().items():
            reads = (*self._below(site.reads), *(("added.weight",) if name == self.site else ()))
            found[self.name_of(name)] = replace(site, writes=self._below(site.writes), reads=reads)
        neurons = Site(self.hidden, writes=("added.weight", "added.bias"), reads=("output.weight",))
        return found | {"added.pre": neurons, "added": neurons, "output": Site(self._width())}

    def name_of(self, site: str) -> str:
        """What a site of the first network is called here."""
        return "first.output" if site == "output" else site

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._extended_module import build

        return build(self, key)

    def input_width(self) -> int | None:
        return self.first.input_width()

    def output_width(self) -> int:
        return self._width()

    def num_tokens(self) -> int | None:
        return self.first.num_tokens()

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("added.pre", "added"):
            raise DoesNotFit(f"Extended can be pruned at 'added', not at {site!r}.")
        return replace(self, hidden=self.hidden - len(dims))

    def _width(self) -> int:
        return int(self.first.output_width() or 0) + self.outputs

    @staticmethod
    def _below(paths: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"first.{path}" for path in paths)

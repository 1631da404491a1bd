"""A network between two linear maps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Framed(Network):
    """A network f with a linear map before it and one behind, V f(Ux + u) + v, so inputs and outputs have new widths.

    With `trainable=("into.*", "out.*")` the network within stays as it is, and only the frame learns to reach it.

    Sites, in order: `into`, what the network within reads; its own, each behind `inner.`; `output`. The parameters are
    `into.weight`, `into.bias`, the inner network's behind `inner.`, `out.weight` and `out.bias`.

    Attributes:
        inner: The network within, one that reads numbers.
        inputs: Width of an example.
        outputs: Width of the output.

    The frame's weights and biases start uniform in ±1/√inputs of their map, PyTorch's default.
    """

    inner: Network
    inputs: int
    outputs: int

    def check(self) -> None:
        for name in ("inputs", "outputs"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"Framed.{name}", number, "a whole number, at least 1")
        if not isinstance(self.inner, Network):
            raise BadValue("Framed.inner", self.inner, "a Network")
        if None in (self.inner.input_width(), self.inner.output_width()) or self.inner.num_tokens() is not None:
            raise DoesNotFit(
                f"Framed.inner: {type(self.inner).__name__} does not go from numbers to numbers of a width."
            )

    def sites(self) -> dict[str, Site]:
        found = {"into": Site(int(self.inner.input_width() or 0))}
        for name, site in self.inner.sites().items():
            reads = ("out.weight",) if name == "output" else _within(site.reads)
            found[f"inner.{name}"] = replace(site, writes=_within(site.writes), reads=reads)
        return found | {"output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._framed_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        prefix, _, name = site.partition(".")
        if prefix != "inner" or name == "output":
            raise DoesNotFit(f"Framed can be pruned within its inner network, not at {site!r}.")
        return replace(self, inner=self.inner.narrowed(name, dims))


def _within(paths: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"inner.{path}" for path in paths)

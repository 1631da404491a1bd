"""The autoencoder of the color studies: an encoder, a bottleneck that may lie on the unit sphere, a decoder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit, UnknownName

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray

Activation = Literal["gelu", "relu", "tanh"]
ACTIVATIONS: tuple[Activation, ...] = ("gelu", "relu", "tanh")


@dataclass(frozen=True, kw_only=True)
class Autoencoder(Network):
    """An encoder and a decoder of `depth` hidden layers each about a bottleneck of width `latent`.

    Sites, in order: `encoder.0` … (hidden activations), `encoder` (the bottleneck before it is normalized), `latent`
    (after), `decoder.0` …, `output`. With `unit=False`, `encoder` and `latent` hold the same values.

    Attributes:
        inputs: Width of an example, and of the output.
        hidden: Width of every hidden layer.
        latent: Width of the bottleneck.
        depth: Hidden layers on each side.
        unit: Whether the bottleneck is divided by its length.
        sigmoid: Whether the output passes a sigmoid; otherwise it is linear.
        activation: `gelu` (in the exact form), `relu` or `tanh`.

    Source: `CNColorMLP` and `ColorMLP` of z0u/ex-preppy; parameters start uniform in ±1/√inputs, PyTorch's default.
    """

    inputs: int = 3
    hidden: int = 16
    latent: int
    depth: int = 1
    unit: bool = True
    sigmoid: bool = False
    activation: Activation = "gelu"

    def check(self) -> None:
        for name in ("inputs", "hidden", "latent", "depth"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"Autoencoder.{name}", number, "a whole number, at least 1")
        if self.activation not in ACTIVATIONS:
            raise UnknownName("activation", str(self.activation), ACTIVATIONS, "Autoencoder")

    def sites(self) -> dict[str, Site]:
        writes = (f"encoder.{self.depth}.weight", f"encoder.{self.depth}.bias")
        bottleneck = Site(self.latent, writes=writes, reads=("decoder.0.weight",))
        found = {f"encoder.{layer}": self._hidden("encoder", layer) for layer in range(self.depth)}
        found |= {"encoder": bottleneck, "latent": bottleneck}
        found |= {f"decoder.{layer}": self._hidden("decoder", layer) for layer in range(self.depth)}
        return found | {"output": Site(self.inputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._autoencoder_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.inputs

    def output_width(self) -> int:
        return self.inputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site not in ("encoder", "latent"):
            raise DoesNotFit(
                f"Autoencoder can be pruned at 'latent', not at {site!r}: its hidden layers share a width."
            )
        return replace(self, latent=self.latent - len(dims))

    def _hidden(self, side: str, layer: int) -> Site:
        return Site(
            self.hidden,
            writes=(f"{side}.{layer}.weight", f"{side}.{layer}.bias"),
            reads=(f"{side}.{layer + 1}.weight",),
        )

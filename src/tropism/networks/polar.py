"""The polar network: a picture about its middle, by angle and radius, so that a turned picture is a shifted one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue
from tropism.networks.convolutional import channels_wanted, fewer_channels, map_sites

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Polar(Network):
    """Rings of a picture, convolutions around them, the maximum over all angles, a hidden layer, an output.

    Inputs are square pictures of gray values `[B, size · size]`, rows after rows. Gray values are taken, interpolated
    linearly, at `angles` angles, clockwise from the right, on `radii` rings, which lie as far from each other as the
    innermost has in diameter. What comes after does not tell a picture from one that is turned by 360°/angles, or any
    multiple of it, as far as the rings hold the same; with `position`, each angle also has α cos θ and α sin θ for two
    further channels, and the network can tell.

    Sites, in order: `polar` (gray values), `maps.k` for each convolution, after its ReLU: these are `[B, S, D]` with a
    position for each angle; `pooled`, the maximum over angles; `hidden.pre`, `hidden`, `output`. Surgery is for all
    between `polar` and `output`. The parameters are `maps.k.weight` `[channels, channels before, kernel]`,
    `maps.k.bias`, and `hidden` and `output` with `.weight` and `.bias`.

    Attributes:
        size: Pixels along each side.
        outputs: Width of the output.
        radii: Rings.
        angles: Points on each.
        channels: Of each convolution.
        kernel: Angles that a convolution looks at; odd.
        hidden: Neurons of the hidden layer.
        position: α; with 0 there are no such channels. A field and no dial: it is read in every step, and what a
            network reads there besides its inputs are parameters, which optimizers move.

    Weights and biases start uniform in ±1/√inputs of what they feed, PyTorch's default.
    """

    size: int
    outputs: int
    radii: int = 6
    angles: int = 32
    channels: tuple[int, ...] = (32, 64)
    kernel: int = 7
    hidden: int = 64
    position: float = 0.0

    def check(self) -> None:
        for name in ("size", "outputs", "radii", "angles", "kernel", "hidden"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 1:
                raise BadValue(f"Polar.{name}", number, "a whole number, at least 1")
        if self.kernel % 2 == 0 or self.kernel > self.angles:
            raise BadValue("Polar.kernel", self.kernel, f"odd, and at most {self.angles} (its angles)")
        channels_wanted("Polar", self.channels)
        if not 0 <= self.position < float("inf"):
            raise BadValue("Polar.position", self.position, "a finite number, at least 0")

    def in_channels(self) -> int:
        """Numbers that each angle has: one a ring, and perhaps two that say which angle it is."""
        return self.radii + (2 if self.position else 0)

    def sites(self) -> dict[str, Site]:
        maps = map_sites(self.channels, "hidden")
        found = {"polar": Site(self.radii, positions=True), **maps}
        found["pooled"] = replace(maps[f"maps.{len(self.channels) - 1}"], positions=False)
        neurons = Site(self.hidden, writes=("hidden.weight", "hidden.bias"), reads=("output.weight",))
        return found | {"hidden.pre": neurons, "hidden": neurons, "output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._polar_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.size * self.size

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if site in ("hidden.pre", "hidden"):
            return replace(self, hidden=self.hidden - len(dims))
        last = f"maps.{len(self.channels) - 1}"
        return replace(self, channels=fewer_channels(self, self.channels, last if site == "pooled" else site, dims))

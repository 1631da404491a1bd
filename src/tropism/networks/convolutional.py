"""Convolutions over a picture, each followed by a maximum over patches, and what reads the last."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tropism.core.network import Module, Network
from tropism.core.site import Site
from tropism.errors import BadValue, DoesNotFit

if TYPE_CHECKING:
    from jaxtyping import PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Convolutional(Network):
    """Convolutions with biases, each a ReLU of the maximum over patches, then perhaps a hidden layer, and an output.

    Inputs are square pictures `[B, size · size · in_channels]`: rows after rows, in them pixels, in them channels; so
    any network of numbers takes what this one takes. Beyond the rim all is zero, and a convolution keeps the size;
    patches do not overlap, and what is left of them at the rim is not looked at.

    Sites, in order: `maps.k` for each convolution, counted from 0, after ReLU and maximum: values `[B, S, D]` with a
    position for each patch, in rows, and a dimension for each channel; then, with a hidden layer, `hidden.pre` and
    `hidden`; then `output`. Surgery on maps takes channels, everywhere in the picture. The parameters are
    `maps.k.weight` `[channels, channels before, kernel, kernel]`, `maps.k.bias`, and `hidden` and `output` with
    `.weight` and `.bias`, where what reads the maps has a weight `[neurons, channels, positions]`.

    Attributes:
        size: Pixels along each side.
        outputs: Width of the output.
        channels: Of each convolution.
        kernel: Pixels along each side of what a convolution looks at; odd.
        pool: Pixels along each side of a patch; 1 for no maximum.
        hidden: Neurons of the hidden layer; 0 for none.
        in_channels: Numbers that each pixel has.

    Weights and biases start uniform in ±1/√inputs of what they feed, PyTorch's default.
    """

    size: int
    outputs: int
    channels: tuple[int, ...] = (32,)
    kernel: int = 3
    pool: int = 2
    hidden: int = 0
    in_channels: int = 1

    def check(self) -> None:
        least = {"size": 1, "outputs": 1, "kernel": 1, "pool": 1, "hidden": 0, "in_channels": 1}
        for name, low in least.items():
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < low:
                raise BadValue(f"Convolutional.{name}", number, f"a whole number, at least {low}")
        if self.kernel % 2 == 0:
            raise BadValue("Convolutional.kernel", self.kernel, "odd, so that it has a middle")
        channels_wanted("Convolutional", self.channels)
        if self.side(len(self.channels)) < 1:
            raise DoesNotFit(
                f"Convolutional.size: {self.size} pixels are none after {len(self.channels)} times a maximum over "
                f"patches of {self.pool}."
            )

    def side(self, layer: int) -> int:
        """Positions along each side after so many convolutions."""
        return self.size // self.pool**layer

    def sites(self) -> dict[str, Site]:
        last = "hidden" if self.hidden else "output"
        found = map_sites(self.channels, last)
        if self.hidden:
            neurons = Site(self.hidden, writes=("hidden.weight", "hidden.bias"), reads=("output.weight",))
            found |= {"hidden.pre": neurons, "hidden": neurons}
        return found | {"output": Site(self.outputs)}

    def build(self, key: PRNGKeyArray) -> Module:
        from tropism.networks._convolutional_module import build

        return build(self, key)

    def input_width(self) -> int:
        return self.size * self.size * self.in_channels

    def output_width(self) -> int:
        return self.outputs

    def narrowed(self, site: str, dims: tuple[int, ...]) -> Network:
        if self.hidden and site in ("hidden.pre", "hidden"):
            return replace(self, hidden=self.hidden - len(dims))
        return replace(self, channels=fewer_channels(self, self.channels, site, dims))


def channels_wanted(kind: str, channels: object) -> None:
    """Refuse channels that are not a whole number, at least 1, for each of at least one convolution.

    Raises:
        BadValue: It names what stood there.
    """
    whole = isinstance(channels, tuple) and all(type(each) is int and each >= 1 for each in channels)
    if not whole or not channels:
        raise BadValue(f"{kind}.channels", channels, "a tuple of whole numbers, at least 1, one a convolution")


def map_sites(channels: tuple[int, ...], last: str) -> dict[str, Site]:
    """The sites `maps.k` of convolutions one after the other, the last of which `last` reads."""
    found = {}
    for place, width in enumerate(channels):
        after = last if place == len(channels) - 1 else f"maps.{place + 1}"
        writes = (f"maps.{place}.weight", f"maps.{place}.bias")
        found[f"maps.{place}"] = Site(width, positions=True, writes=writes, reads=(f"{after}.weight",))
    return found


def fewer_channels(network: Network, channels: tuple[int, ...], site: str, dims: tuple[int, ...]) -> tuple[int, ...]:
    """The channels without some of those at a site `maps.k`.

    Raises:
        DoesNotFit: The site is another.
    """
    places = {f"maps.{place}": place for place in range(len(channels))}
    if site not in places:
        raise DoesNotFit(f"{type(network).__name__} cannot be pruned at {site!r}, whose width something else decides.")
    left = list(channels)
    left[places[site]] -= len(dims)
    return tuple(left)

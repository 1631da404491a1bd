"""Redirection: dimensions of a site become constants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.errors import BadValue
from tropism.surgery.checks import bias_of, changed, dims_wanted, place_with

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True)
class Redirect(Edit):
    """Zeroes the rows that write some dimensions of a site and writes a constant there instead.

    At a normalized bottleneck, an example with little in the other dimensions, so one of the deleted concept, then lies
    near the constant's direction; one with much there hardly moves. How large the constant should be depends on how
    long the vectors are before the norm.

    Attributes:
        dims: Different dimensions of the site, counted from 0.
        bias: The constant: −γ in the source.

    Source: z0u/sca2, experiment 2.9.2, with γ = 1.
    """

    dims: tuple[int, ...]
    bias: float = -1.0

    def check(self) -> None:
        dims_wanted("Redirect", self.dims)
        if isinstance(self.bias, bool) or not isinstance(self.bias, (int, float)) or not math.isfinite(self.bias):
            raise BadValue("Redirect.bias", self.bias, "a finite number")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site, dims = place_with(self, network, self.dims), list(self.dims)
        constant = bias_of(self, site, params)

        def silence_rows(item: np.ndarray) -> np.ndarray:
            item[:, dims] = 0
            return item

        def set_rows(item: np.ndarray) -> np.ndarray:
            item[:, dims] = self.bias
            return item

        return network, changed(changed(params, site.writes, silence_rows), (constant,), set_rows)


def redirect(ensemble: Ensemble, site: str, *, dims: tuple[int, ...], bias: float = -1.0) -> Ensemble:
    """The same networks with some dimensions of a site held at a constant. See `Redirect`."""
    return ensemble.edited(Redirect(site, dims, bias))

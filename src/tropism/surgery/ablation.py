"""Ablation: dimensions of a site are silenced in the weights, for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.surgery.checks import changed, dims_wanted, place_with

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True)
class Ablate(Edit):
    """Zeroes the rows that write some dimensions of a site (weights and biases) and the columns that read them.

    At a bottleneck that is normalized after it is written, the surviving dimensions are divided by their own length:
    an example that had little but the removed dimensions is blown up from that little to length one, and lands
    somewhere arbitrary on the sphere. `ZeroSubspace` after the norm leaves it small instead.

    Attributes:
        dims: Different dimensions of the site, counted from 0.

    Source: `ablate` of z0u/ex-preppy; Fraser and Wielopolski (2025), arXiv 2512.12469.
    """

    dims: tuple[int, ...]

    def check(self) -> None:
        dims_wanted("Ablate", self.dims)

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site, dims = place_with(self, network, self.dims), list(self.dims)

        def silence_rows(item: np.ndarray) -> np.ndarray:
            item[:, dims] = 0
            return item

        def silence_columns(item: np.ndarray) -> np.ndarray:
            item[:, :, dims] = 0
            return item

        return network, changed(changed(params, site.writes, silence_rows), site.reads, silence_columns)


def ablate(ensemble: Ensemble, site: str, *, dims: tuple[int, ...]) -> Ensemble:
    """The same networks without some dimensions of a site; shapes stay. See `Ablate`."""
    return ensemble.edited(Ablate(site, dims))

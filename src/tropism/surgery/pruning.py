"""Pruning: dimensions of a site are removed, and the network is narrower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.errors import DoesNotFit
from tropism.surgery.checks import changed, dims_wanted, place_with

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True)
class Prune(Edit):
    """Removes the rows that write some dimensions of a site and the columns that read them.

    The outputs are those of `Ablate`, rounding aside, and so is the caution about a normalized bottleneck. The
    dimensions that remain are numbered anew.

    Attributes:
        dims: Different dimensions of the site, counted from 0; not all of them.

    Source: `prune` of z0u/ex-preppy.
    """

    dims: tuple[int, ...]

    def check(self) -> None:
        dims_wanted("Prune", self.dims)

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site = place_with(self, network, self.dims)
        if len(self.dims) == site.width:
            raise DoesNotFit(f"Prune: the site {self.site!r} has {site.width} dimensions, and one must remain.")
        kept = [dim for dim in range(site.width) if dim not in self.dims]

        def rows(item: np.ndarray) -> np.ndarray:
            return item[:, kept]

        def columns(item: np.ndarray) -> np.ndarray:
            return item[:, :, kept]

        narrow = network.narrowed(self.site, self.dims)
        return narrow, changed(changed(params, site.writes, rows), site.reads, columns)


def prune(ensemble: Ensemble, site: str, *, dims: tuple[int, ...]) -> Ensemble:
    """The same networks, narrower by some dimensions of a site. See `Prune`."""
    return ensemble.edited(Prune(site, dims))

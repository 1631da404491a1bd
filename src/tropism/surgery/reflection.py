"""Reflection: dimensions of a site change their sign."""

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
class Reflect(Edit):
    """Negates the rows that write some dimensions of a site, weights and biases.

    What was anchored at +e0 lands at −e0, where the reader may have been taught an answer (`terms.Fallback`). Twice is
    not at all: nothing is deleted.

    Attributes:
        dims: Different dimensions of the site, counted from 0.

    Source: z0u/sca2, experiment 2.9.2.
    """

    dims: tuple[int, ...]

    def check(self) -> None:
        dims_wanted("Reflect", self.dims)

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        site, dims = place_with(self, network, self.dims), list(self.dims)

        def negate_rows(item: np.ndarray) -> np.ndarray:
            item[:, dims] *= -1
            return item

        return network, changed(params, site.writes, negate_rows)


def reflect(ensemble: Ensemble, site: str, *, dims: tuple[int, ...]) -> Ensemble:
    """The same networks with some dimensions of a site negated. See `Reflect`."""
    return ensemble.edited(Reflect(site, dims))

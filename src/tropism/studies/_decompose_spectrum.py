"""How activations spread over directions: their spectrum, beside that of columns that know nothing of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Float

from tropism.measures import effective_rank

if TYPE_CHECKING:
    import polars

    from tropism.studies._decompose_look import Look

DRAWS = 20
QUANTILE = 0.95
MOST = 0.9
"""The share of the variance that components are counted to."""
_ROUNDED = 5  # digits below which two rows are one: networks asked side by side differ in the last


class Spectrum(NamedTuple):
    """The variance along principal components, as shares that sum to one, and what chance has at each place."""

    shares: Float[np.ndarray, "d"]
    chance: Float[np.ndarray, "d"]

    @property
    def above(self) -> int:
        """How many leading components have more than chance has in its 95th of 100 draws."""
        under = np.flatnonzero(self.shares <= self.chance)
        return int(under[0]) if len(under) else len(self.shares)


def spectrum(rows: Float[np.ndarray, "N d"], *, draws: int = DRAWS, key: int = 0) -> Spectrum:
    """The spectrum of activations, and the level by chance of as many different rows whose columns are shuffled apart.

    Rows that repeat, as where a task has few examples, count once for chance.

    Source: Horn (1965), "A rationale and test for the number of factors in factor analysis"; by permutations, Buja and
    Eyuboglu (1992), "Remarks on parallel analysis".
    """
    random = np.random.default_rng(key)
    different = np.unique(rows.round(_ROUNDED), axis=0)
    drawn = np.array([_shares(random.permuted(different, axis=0)) for _ in range(draws)])
    return Spectrum(_shares(rows), np.quantile(drawn, QUANTILE, axis=0))


def spectra(look: Look) -> dict[str, polars.DataFrame]:
    """A row a network in `spectrum`; a row a network and component in `drawn-spectrum`."""
    import polars as pl

    told, drawn = [], []
    for network in range(look.networks):
        rows = look.seen(network).shown
        found = spectrum(rows)
        who = {"member": network, "seed": look.name(network)}
        told.append(
            who
            | {
                "width": look.width,
                "components": found.above,
                "effective": float(effective_rank(rows - rows.mean(axis=0))),
                "for_most": int(np.searchsorted(np.cumsum(found.shares), MOST) + 1),
                "first": float(found.shares[0]),
            }
        )
        pairs = enumerate(zip(found.shares, found.chance, strict=True), 1)
        drawn += [who | {"component": place, "share": share, "chance": level} for place, (share, level) in pairs]
    return {"spectrum": pl.DataFrame(told), "drawn-spectrum": pl.DataFrame(drawn)}


def _shares(rows: Float[np.ndarray, "N d"]) -> Float[np.ndarray, "d"]:
    centered = rows - rows.mean(axis=0)
    values = np.maximum(np.linalg.eigvalsh(centered.T @ centered)[::-1], 0)
    return values / values.sum()

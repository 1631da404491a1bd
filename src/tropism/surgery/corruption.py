"""Corruption: weights moved part of the way to fresh ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Ensemble, Network
from tropism.core.edit import Edit
from tropism.core.paths import flattened
from tropism.core.plan import Change
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array


@dataclass(frozen=True)
class Corrupted(Change):
    """Every parameter becomes (1 − amount) of itself and `amount` of a fresh network's, drawn for each member.

    Attributes:
        amount: In [0, 1]; 0 changes nothing, 1 leaves a fresh network.
        luck: The number that fresh networks are drawn by, with each member's `init` stream.

    Source: the damage step of Lee et al. (2025), arXiv 2506.06278; shrink and perturb, Ash and Adams (2020).
    """

    amount: float
    luck: int = 0

    def check(self) -> None:
        if not 0 <= self.amount <= 1:
            raise BadValue("Corrupted.amount", self.amount, "in [0, 1]")

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        seeds = tuple(int(seed) for seed in ensemble.seeds)
        return ensemble.edited(Mixed("", self.amount, self.luck, seeds))


@dataclass(frozen=True)
class Mixed(Edit):
    """What `Corrupted` does to the members with some seeds; it concerns no site in particular.

    Attributes:
        amount: As there.
        luck: As there.
        seeds: The `init` stream of each member.
    """

    amount: float
    luck: int
    seeds: tuple[int, ...]

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        import equinox as eqx
        import jax
        import jax.numpy as jnp

        from tropism.arrays.streams import fold, stream

        def fresh(seed: Array) -> dict[str, Array]:
            built = network.build(fold(stream(seed, "init"), "corrupted", self.luck))
            return flattened(eqx.filter(built, eqx.is_inexact_array))

        drawn = jax.jit(jax.vmap(fresh))(np.array(self.seeds, dtype=np.uint32))
        kept = {path: item for path, item in params.items() if path not in drawn}
        mixed = {path: (1 - self.amount) * params[path] + self.amount * item for path, item in drawn.items()}
        return network, kept | {path: item.astype(jnp.float32) for path, item in mixed.items()}

    def of_rows(self, rows: np.ndarray) -> Mixed:
        return Mixed(self.site, self.amount, self.luck, tuple(self.seeds[row] for row in rows))

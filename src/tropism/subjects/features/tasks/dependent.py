"""Supports whose features depend on one another: correlated ones, and trees."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.core.dial import Dial, constant_of, within
from tropism.errors import BadValue, DoesNotFit
from tropism.subjects.features.tasks.supports import Lit, Support, check_count, check_shares, coins, levels, shares

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray

_GRAIN = 2**12
"""Of the numbers below a copula; their products are added as whole numbers, so that no decision is rounded."""
_MOST_RANK = 256


@dataclass(frozen=True)
class Correlated(Support):
    """Features that are on together, or apart, more often than chance: a Gaussian copula of low rank.

    Feature i is on where a standard normal number is above its threshold: F_i · u + √(1 − |F_i|²) v_i, with `rank`
    numbers u that all features share and one, v_i, of its own. The F_i are drawn of the member's world; they point
    anywhere and have the length scale · √rank. So the numbers of two features correlate by scale² · rank · cos, which
    is scale² · √rank in the root mean square.

    Attributes:
        count: How many are on in a sample on average; a field and no dial, for it decides thresholds.
        ratio: Each feature's probability is this times that of the one before.
        rank: How many numbers they share. As many as there are features, with a scale of features**-.5, is a
            correlation matrix as random as that of Sharkey et al.
        scale: How strongly; scale² · rank must be at most 1.

    Source: SAELens' synthetic data, for low rank with a scale; Sharkey, Braun and Millidge (2022) for any rank.
    """

    count: float = 3.0
    ratio: float = 1.0
    rank: int = 4
    scale: float = 0.2

    def check(self) -> None:
        check_shares("Correlated", self.ratio, 0.0)
        if not (math.isfinite(self.count) and self.count > 0):
            raise BadValue("Correlated.count", self.count, "a finite number above 0")
        if not 1 <= self.rank <= _MOST_RANK:
            raise BadValue("Correlated.rank", self.rank, f"from 1 to {_MOST_RANK}")
        if not 0 <= self.scale**2 * self.rank <= 1 + 1e-9 or self.scale < 0:
            raise BadValue("Correlated.scale", self.scale, f"in [0, {self.rank**-0.5:.4g}] for a rank of {self.rank}")

    def fit(self, features: int) -> None:
        check_count("Correlated.count", self.count, shares(features, self.ratio, 0.0))

    def world(self, key: PRNGKeyArray, features: int) -> Int[Array, "N R"]:
        """The F_i, as whole numbers of a grain of 2**-12."""
        import jax.numpy as jnp

        from tropism.subjects.features.tasks._exact import normal, unit_rows

        factors = unit_rows(normal(key, (features, self.rank))) * np.float32(self.scale * self.rank**0.5 * _GRAIN)
        return jnp.round(factors).astype(jnp.int32)

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits
        from tropism.subjects.features.tasks._exact import normal_of

        words = bits(key, (size, self.rank + 2 * features))
        normal = jnp.round(normal_of(words[:, : self.rank + features]) * np.float32(_GRAIN)).astype(jnp.int32)
        shared, own = normal[:, : self.rank], normal[:, self.rank :]
        rest = np.int32(round(math.sqrt(max(1 - self.scale**2 * self.rank, 0.0)) * _GRAIN))
        on = shared @ world.T + own * rest > jnp.asarray(self._thresholds(features))
        return Lit(None, jnp.where(on, levels(words[:, self.rank + features :]), 0.0))

    def frequencies(self, features: int) -> np.ndarray:
        return self.count * shares(features, self.ratio, 0.0)

    def latent_correlations(self, world: np.ndarray) -> np.ndarray:
        """How the normal numbers of any two features correlate, `[N, N]`, in a member's world."""
        factors = np.asarray(world, float) / _GRAIN
        found = factors @ factors.T
        np.fill_diagonal(found, 1.0)
        return found

    def _thresholds(self, features: int) -> np.ndarray:
        from scipy.special import ndtri

        above = -ndtri(np.clip(self.frequencies(features), 1e-12, 1 - 1e-12))  # finite, also for one that is always on
        return np.round(above * _GRAIN**2).astype(np.int32)


@dataclass(frozen=True)
class Tree(Support):
    """Features of which some are kinds of others: a child is on only where its parent is, and siblings never together.

    Features are numbered level by level: first the roots, each on with the same probability, whatever the others do;
    then the children of the first root, of the second … Where a parent is on, one of its children follows with
    probability `follows`, any alike. Features run out on the last level, whose last parents may have fewer children,
    or none.

    Attributes:
        roots: How many.
        branching: Children of a parent; of several numbers, parents take turns.
        depth: Levels below the roots, at most.
        count: How many roots are on in a sample on average; a dial.
        follows: How often a parent that is on has a child that is on.

    Source: the hierarchies in which Chanin et al. (2024), arXiv 2409.14507, show absorption.
    """

    roots: int = 8
    branching: tuple[int, ...] = (3, 4)
    depth: int = 2
    count: float | Dial | None = within(1.5, low=0.0)
    follows: float = 0.75

    def check(self) -> None:
        for name in ("roots", "depth"):
            if getattr(self, name) < 1:
                raise BadValue(f"Tree.{name}", getattr(self, name), "at least 1")
        if not self.branching or min(self.branching) < 1:
            raise BadValue("Tree.branching", self.branching, "one number or more, each at least 1")
        if not 0 <= self.follows <= 1:
            raise BadValue("Tree.follows", self.follows, "in [0, 1]")
        count = constant_of(self.count)
        if count is not None and count > self.roots:
            raise BadValue("Tree.count", count, f"at most {self.roots}, as many as there are roots")

    def fit(self, features: int) -> None:
        if len(self.parents(features)) < features:
            raise DoesNotFit(
                f"A Tree of {self.roots} roots, branching {self.branching} and depth {self.depth} has "
                f"{len(self.parents(features))} features, and {features} are asked for; give it more, or put the "
                "others in a Population of their own."
            )
        if features < self.roots:
            raise DoesNotFit(f"A Tree of {self.roots} roots has more than {features} features.")

    def parents(self, features: int) -> np.ndarray:
        """The number of each feature's parent; −1 for a root."""
        found, level = [-1] * self.roots, range(self.roots)
        for _ in range(self.depth):
            start = len(found)
            for parent in level:
                if len(found) < features:
                    found += [parent] * self.branching[parent % len(self.branching)]
            level = range(start, len(found))
        return np.array(found[:features])

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits

        parents, (low, high) = self.parents(features), self._stretches(features)
        words = bits(key, (size, 2 * features))
        density = jnp.minimum(jnp.asarray(constant_of(self.count), jnp.float32) * np.float32(1 / self.roots), 1.0)
        on = coins(words[:, : self.roots], jnp.broadcast_to(density, self.roots))
        choice = (words[:, self.roots : features] >> np.uint32(8)).astype(jnp.int32)
        while on.shape[1] < features:
            level = slice(on.shape[1], int(np.searchsorted(parents, on.shape[1])))
            above, chosen = parents[level], choice[:, parents[level]]
            follows = (chosen >= low[level]) & (chosen < high[level])
            on = jnp.concatenate([on, on[:, above] & follows], axis=1)
        return Lit(None, jnp.where(on, levels(words[:, features:]), 0.0))

    def frequencies(self, features: int) -> np.ndarray:
        parents, (low, high) = self.parents(features), self._stretches(features)
        found = np.full(features, min(float(constant_of(self.count) or 0.0) / self.roots, 1.0))
        for feature in range(self.roots, features):
            found[feature] = found[parents[feature]] * (high[feature] - low[feature]) / 2**24
        return found

    def _stretches(self, features: int) -> tuple[np.ndarray, np.ndarray]:
        """From where to where a parent's choice, a number below 2**24, means each child."""
        parents = self.parents(features)
        siblings = np.bincount(parents[self.roots :], minlength=features)[parents]
        first = np.searchsorted(parents, parents)  # parents rise, so siblings stand in a row
        place = (np.arange(features) - first) / np.maximum(siblings, 1)
        ends = (place, place + 1 / np.maximum(siblings, 1))
        low, high = (np.round(self.follows * 2**24 * end).astype(np.int32) for end in ends)
        return low, high

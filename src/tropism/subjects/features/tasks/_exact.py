"""Numbers that no compiler rounds in another way: normal draws, and sums and products in a fixed order.

What a member draws must not change by a bit when others are drawn beside it, and a true dictionary should be the same
one everywhere. Sums of products in another order, or fused into one step, would change its last digits.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray, UInt32
from scipy.special import ndtri

from tropism.arrays.streams import bits

_HUGE = np.float32(1e30)
_CELLS = 64
"""In how many pieces each halving of the tail's probability is cut; between their ends the quantile is straight."""


def rounded_product(a: Array, b: Array | np.floating) -> Array:
    """a · b, rounded. The minimum changes nothing; it keeps a compiler from fusing the product with what is added."""
    return jnp.minimum(a * b, _HUGE)


def half_normal(tail: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """The number that a half-normal one exceeds with probability `tail` / 2**32, within 2e-5; at most 6.34."""
    return _exceeded(tail, *_half_normal_cells())


def exponential(tail: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """The number that an exponential one of mean 1 exceeds likewise, within 3e-5; at most 22.2."""
    return _exceeded(tail, *_exponential_cells())


def normal_of(words: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Standard normal numbers, one for each word of 32 random bits; the lowest bit is the sign."""
    size = half_normal(words | np.uint32(1))
    return jnp.where((words & np.uint32(1)) == 1, -size, size)


def normal(key: PRNGKeyArray, shape: tuple[int, ...]) -> Float[Array, "..."]:
    """Standard normal numbers."""
    return normal_of(bits(key, shape))


def matmul(a: Float[Array, "I K"], b: Float[Array, "K J"]) -> Float[Array, "I J"]:
    """The product of two matrices, added up in the order of `K`; slow, and meant for what is made once a member."""

    def added(total: Array, pair: tuple[Array, Array]) -> tuple[Array, None]:
        return total + rounded_product(pair[0][:, None], pair[1][None, :]), None

    return jax.lax.scan(added, jnp.zeros((a.shape[0], b.shape[1]), jnp.float32), (a.T, b))[0]


def unit_rows(rows: Float[Array, "N D"]) -> Float[Array, "N D"]:
    """The same directions at length one."""

    def added(total: Array, column: Array) -> tuple[Array, None]:
        return total + rounded_product(column, column), None

    squared, _ = jax.lax.scan(added, jnp.zeros(len(rows), jnp.float32), rows.T)
    length = jnp.minimum(jnp.sqrt(squared), _HUGE)  # or a compiler would divide by multiplying with its own estimate
    return rows / jnp.maximum(length, np.float32(1e-12))[:, None]


def _exceeded(tail: UInt32[Array, "..."], starts: np.ndarray, slopes: np.ndarray) -> Float[Array, "..."]:
    """What is exceeded with probability `tail` / 2**32, from a table of cells."""
    left = jnp.maximum(tail, np.uint32(1))
    halvings = jax.lax.clz(left)
    rest = left << halvings  # from 2**31 on
    cell = halvings.astype(jnp.int32) * _CELLS + ((rest >> np.uint32(25)).astype(jnp.int32) & (_CELLS - 1))
    part = ((rest & np.uint32(2**25 - 1)) >> np.uint32(1)).astype(jnp.float32) * np.float32(2**-24)
    cell = jnp.clip(cell, 0, len(starts) - 1)
    take = functools.partial(jnp.take, indices=cell, mode="clip")
    return take(jnp.asarray(starts)) + rounded_product(take(jnp.asarray(slopes)), part)


@functools.cache
def _half_normal_cells() -> tuple[np.ndarray, np.ndarray]:
    return _cells(lambda tails: -ndtri(tails / 2))


@functools.cache
def _exponential_cells() -> tuple[np.ndarray, np.ndarray]:
    return _cells(lambda tails: -np.log(tails))


def _cells(quantile: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """The quantile at the start of each cell, and how far it falls within it: 32 halvings of `_CELLS` cells."""
    ends = 0.5 + np.arange(_CELLS + 1) / (2 * _CELLS)
    at = quantile(ends * 2.0 ** -np.arange(32)[:, None])
    return at[:, :-1].ravel().astype(np.float32), np.diff(at, axis=1).ravel().astype(np.float32)

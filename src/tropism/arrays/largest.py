"""The k-th largest of some numbers, and the k largest, without sorting them.

`jax.lax.top_k` inside a gradient took 24 ms on one core for 5 batches of 512 rows of 128 numbers, of which the gradient
itself is 1.5; here the third largest takes .3. Down columns they are found quicker than along rows. There passes over
the numbers are what costs: one for each value that is taken away, one that counts, one that writes what is kept.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from tropism.errors import BadValue

FEW, FEW_DOWN = 16, 32
"""Up to so many the largest are taken away one after the other; beyond, the number is found bit by bit."""


def kth_largest(values: Float[Array, "... D"], k: int) -> Float[Array, "..."]:
    """The k-th largest of each row, of what is positive: the largest t that at least k numbers reach; else 0.

    Equal numbers count each. It has no gradient.

    Raises:
        BadValue: A k below 1.
    """
    if k < 1:
        raise BadValue("kth_largest's k", k, "at least 1")
    positive = jnp.maximum(jax.lax.stop_gradient(values), 0.0).astype(jnp.float32)
    return _one_by_one(positive, k) if k <= FEW else _bit_by_bit(positive, k)


def largest_down(values: Float[Array, "D ..."], k: int) -> Float[Array, "D ..."]:
    """The k largest of each column of float32, down the first axis, as far as they are positive; all else 0.

    Of equal numbers all that reach the k-th are kept. The gradient, backward alone, is that of what is kept. Where a
    number is NaN it is not kept, and what else is kept of its column is not said.

    Raises:
        BadValue: A k below 1.
    """
    if k < 1:
        raise BadValue("largest_down's k", k, "at least 1")
    return _largest_down(values, k)


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def _largest_down(values: Float[Array, "D ..."], k: int) -> Float[Array, "D ..."]:
    return _kept(values, k)


def _kept_forward(values: Float[Array, "D ..."], k: int) -> tuple[Array, Array]:
    kept = _kept(values, k)
    return kept, kept


def _kept_backward(_: int, kept: Float[Array, "D ..."], slope: Float[Array, "D ..."]) -> tuple[Array]:
    return (jnp.where(kept > 0, slope, 0.0),)


_largest_down.defvjp(_kept_forward, _kept_backward)


def _kept(values: Float[Array, "D ..."], k: int) -> Float[Array, "D ..."]:
    bits = jax.lax.bitcast_convert_type(values, jnp.int32)  # ordered as the numbers are where they are positive
    if k > FEW_DOWN:
        return _reaching(values, _halved_down(bits, k))
    kept = _reaching(values, _distinct_down(bits, k))
    return _without_more(kept, k)


def _one_by_one(values: Float[Array, "... D"], k: int) -> Float[Array, "..."]:
    found, taken = jnp.zeros(values.shape[:-1]), jnp.zeros(values.shape[:-1], jnp.int32)
    for _ in range(k):
        largest = values.max(axis=-1)
        at = values == largest[..., None]
        found = jnp.where(taken < k, jnp.maximum(largest, 0.0), found)
        taken = taken + at.sum(axis=-1, dtype=jnp.int32)
        values = jnp.where(at, -jnp.inf, values)
    return found


def _bit_by_bit(values: Float[Array, "... D"], k: int) -> Float[Array, "..."]:
    """Positive floating-point numbers are ordered as their bits are."""
    bits = jax.lax.bitcast_convert_type(values, jnp.int32)

    def closer(place: Array, low: Array) -> Array:
        tried = low | (np.int32(1) << (30 - place))
        return jnp.where((bits >= tried[..., None]).sum(axis=-1, dtype=jnp.int32) >= k, tried, low)

    low = jax.lax.fori_loop(0, 31, closer, jnp.zeros(values.shape[:-1], jnp.int32))
    return jax.lax.bitcast_convert_type(low, jnp.float32)


def _reaching(values: Float[Array, "D ..."], least: Int[Array, "..."]) -> Float[Array, "D ..."]:
    return jnp.where(values >= jax.lax.bitcast_convert_type(least, jnp.float32), jax.nn.relu(values), 0.0)


def _distinct_down(bits: Int[Array, "D ..."], k: int) -> Int[Array, "..."]:
    """The k-th of the values that occur, equal ones counted once: the largest are taken away one after the other."""
    fold = _fold_of(bits.shape)
    found, left = jnp.zeros(bits.shape[1:], jnp.int32), bits
    for _ in range(k):
        found = jnp.maximum(_folded(jnp.maximum, left, fold).max(axis=0), 0)
        source = left if fold == 1 else bits  # what is folded is made on the way, and must not be made of what was
        left = jnp.where(source < found, source, 0)
    return found


def _without_more(kept: Float[Array, "D ..."], k: int) -> Float[Array, "D ..."]:
    """Where equal ones were among the largest, too many are kept: the smallest go as long as k are left."""

    def fewer(state: tuple[Array, Array]) -> tuple[Array, Array]:
        kept, _ = state
        smallest = jnp.where(kept > 0, kept, jnp.inf).min(axis=0)
        left = jnp.where(kept > smallest, kept, 0.0)
        after = _counted_down(left > 0)
        enough = after >= k
        return jnp.where(enough, left, kept), jnp.where(enough, after, k)

    fewest, _ = jax.lax.while_loop(lambda state: (state[1] > k).any(), fewer, (kept, _counted_down(kept > 0)))
    return fewest


def _halved_down(bits: Int[Array, "D ..."], k: int) -> Int[Array, "..."]:
    def closer(place: Array, low: Array) -> Array:
        tried = low | (np.int32(1) << (30 - place))
        return jnp.where(_counted_down(bits >= tried) >= k, tried, low)

    return jax.lax.fori_loop(0, 31, closer, jnp.zeros(bits.shape[1:], jnp.int32))


def _counted_down(marked: Bool[Array, "D ..."]) -> Int[Array, "..."]:
    return _folded(jnp.add, marked.astype(jnp.int32), _fold_of(marked.shape)).sum(axis=0, dtype=jnp.int32)


def _fold_of(shape: tuple[int, ...]) -> int:
    """Of how many rows the compiler combines one in the pass that makes them, which spares writing them down first:
    for 512 columns of 512 numbers a pass of two thirds. With fewer than 64 rows left it takes many times as long."""
    divides = [each for each in (2, 4, 8) if shape[0] % each == 0 and shape[0] // each >= 64]
    return max(divides, default=1) if len(shape) > 1 else 1


def _folded(combined: Callable[[Array, Array], Array], values: Int[Array, "D ..."], fold: int) -> Int[Array, "N ..."]:
    """Every `fold` rows combined to one."""
    parts = values.reshape(-1, fold, *values.shape[1:])
    while fold > 1:
        fold //= 2
        parts = combined(parts[:, :fold], parts[:, fold:])
    return parts[:, 0]

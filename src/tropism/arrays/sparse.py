"""Sparse draws: independent features that are mostly off, as the indices of those that are on.

Feature i is on with probability p_i, and then its value is uniform in [0, 1). Drawing a coin for each feature costs as
much as there are features; here a sample costs as much as it has features on. Where all densities are equal, the number
of features skipped before the next one that is on is geometric. Where they differ, feature i owns an interval of length
-ln(1 - p_i) on a line, and is on if a Poisson process of unit rate has a point there. Both are exact but for the grain
of their numbers: random words of 32 bits, and places to 2**-28 of that line.

A sample's slot k follows from (key, sample, k) alone: neither the number of slots nor who is drawn beside it moves a
bit. So logarithms are computed here, in steps that a compiler cannot round differently elsewhere.

Source: Devroye (1986), "Non-Uniform Random Variate Generation", chapters VI.1 and X.2 (Poisson points, geometric gaps).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray, UInt32

from tropism.arrays.streams import as_uniform, bits, fold, threefry, uniform
from tropism.errors import BadValue

_END = np.int32(2**30 - 1)
_HUGE = np.float32(1e30)
_DENSEST = np.float32(1 - 2**-24)
_RAREST = np.float32(1e-20)
_LN2 = np.float32(math.log(2))
_SERIES = (1.0, 0.49999374, 0.333662, 0.24343744, 0.2645476, -0.18157165, 1.2050139, -1.6302117, 1.4079567)
"""-ln(1 - y) / y as a polynomial: interpolated at Chebyshev's nodes of [0, 1/2], within 4e-8 of itself there."""


class SparseDraw(NamedTuple):
    """Which features are on in each of B samples, in K slots a sample.

    Attributes:
        index: The feature of each slot; any feature where the slot is empty.
        value: The feature's value; zero where the slot is empty.
        overflow: How many samples would have needed more slots. Unless it is zero, the draw is cut short.
    """

    index: Int[Array, "B K"]  # type: ignore[reportIncompatibleMethodOverride] - nobody asks a draw for its `tuple.index`
    value: Float[Array, "B K"]
    overflow: Int[Array, ""]


def sparse(
    key: PRNGKeyArray, size: int, density: Float[Array, ""] | float, *, features: int, capacity: int
) -> SparseDraw:
    """A draw of `size` samples whose features all have the same density, which may be traced; 0 and 1 are exact too.

    Features come in rising order, each in one slot.
    """
    _check_capacity(capacity, least=1)
    steps, words = _waits(fold(key, "sparse"), capacity, size)
    density = jnp.asarray(density, jnp.float32)
    per_feature = jnp.where(density >= 1, 0.0, _reciprocal(_rate(density)))
    skipped = jnp.minimum(steps * per_feature, np.float32(features)).astype(jnp.int32)
    place = _cumulated(skipped + 1) - 1
    return _drawn(place, place < features, words, features)


def sparse_of(
    key: PRNGKeyArray, size: int, densities: Float[Array, "N"], *, capacity: int, head: int = 0
) -> SparseDraw:
    """A draw of `size` samples of features whose densities differ, and may be traced.

    The first `head` features get a slot each, on or off, and may have any density; put those there that are almost
    always on. The others share what is left of `capacity` and come in rising order. Among them a density above
    1 - 2**-24 counts as that, and a feature takes -ln(1 - p) slots on average (`expected_points`), more than p.
    """
    (features,) = densities.shape
    if not 0 <= head < features:
        raise BadValue("sparse_of's head", head, f"in [0, {features}), for {features} features")
    _check_capacity(capacity, least=head + 1)
    key, densities = fold(key, "sparse of"), densities.astype(jnp.float32)
    ends, scale = _intervals(densities[head:])
    steps, words = _waits(fold(key, "rest"), capacity - head, size)
    point = _cumulated(jnp.minimum(steps * scale, np.float32(_END)).astype(jnp.int32))
    place = jnp.searchsorted(ends, point, side="right", method="scan").astype(jnp.int32)
    again = place[1:] == place[:-1]
    first = jnp.concatenate([jnp.ones_like(place[:1], bool), ~again])
    rest = _drawn(place, place < features - head, words, features - head, first)
    if not head:
        return rest
    coins, values = _pairs(fold(key, "head"), head, size)
    value = jnp.where(_below(coins, densities[:head, None]), as_uniform(values), 0.0).T
    index = jnp.broadcast_to(jnp.arange(head, dtype=jnp.int32), value.shape)
    return _side_by_side(SparseDraw(index, value, jnp.int32(0)), rest._replace(index=rest.index + head))


def signed(plus: SparseDraw, minus: SparseDraw) -> SparseDraw:
    """The difference of two draws; a feature that both have on stands in two slots, whose values add up.

    With two draws of density eps / 2 from streams of their own, the features of the task `abs`.

    Source: superposition's toy models as in adamjermyn/toy_model_interpretability.
    """
    return _side_by_side(plus, minus._replace(value=-minus.value))


def densify(draw: SparseDraw, features: int) -> Float[Array, "B N"]:
    """All features of each sample, zeros included."""
    rows = jnp.arange(draw.index.shape[0])[:, None]
    empty = jnp.zeros((draw.index.shape[0], features), draw.value.dtype)
    return empty.at[rows, draw.index].add(draw.value, mode="promise_in_bounds")


def capacity_for(expected: float, *, samples: float) -> int:
    """How many slots make an overflow anywhere in `samples` samples less likely than 1e-9.

    `expected` is the mean number of features on at equal densities, and `expected_points` at unequal ones (add their
    `head`). The bound is a Poisson distribution's tail, which is above the tail of a sum of independent coins.

    Source: Hoeffding (1956), "On the distribution of the number of successes in independent trials".
    """
    if not (math.isfinite(expected) and expected >= 0):
        raise BadValue("capacity_for's expected", expected, "a finite number, at least 0")
    if not (math.isfinite(samples) and samples > 0):
        raise BadValue("capacity_for's samples", samples, "a finite number above 0")
    if expected == 0:
        return 1
    allowed, slots = math.log(1e-9 / samples), max(1, math.ceil(expected))
    while _log_tail(expected, slots) > allowed:
        slots += 1
    return slots


def expected_points(densities: Sequence[float] | np.ndarray, *, head: int = 0) -> float:
    """How many slots `sparse_of` needs on average, besides the `head` ones: the sum of -ln(1 - p)."""
    rest = np.minimum(np.asarray(densities, np.float64)[head:], float(_DENSEST))
    return float(-np.log1p(-rest).sum())


def dense(
    key: PRNGKeyArray, size: int, density: Float[Array, "*N"] | float, *, features: int
) -> Float[Array, "B {features}"]:
    """A draw with a coin for each feature: for densities above 1/8, and what the sparse draws are judged by.

    `density` is one for all, or one a feature.
    """
    coins = bits(fold(key, "coin"), (size, features))
    return jnp.where(_below(coins, density), uniform(fold(key, "value"), (size, features)), 0.0)


def _check_capacity(capacity: int, *, least: int) -> None:
    if not capacity >= least:
        raise BadValue("the capacity of a sparse draw", capacity, f"at least {least}")


def _log_tail(mean: float, most: int) -> float:
    """A bound on ln P(X > most) for a Poisson variable: its terms fall at least as fast as a geometric series."""
    first = (most + 1) * math.log(mean) - mean - math.lgamma(most + 2)
    return first - math.log1p(-mean / (most + 2))


def _drawn(place: Array, inside: Array, words: Array, features: int, first: Array | bool = True) -> SparseDraw:
    """A draw from what stands at `[slot, sample]`, of which the last slot only tells whether there was room."""
    value = jnp.where(inside & first, as_uniform(words), 0.0)
    index = jnp.minimum(place, features - 1)
    return SparseDraw(index[:-1].T, value[:-1].T, inside[-1].sum(dtype=jnp.int32))


def _side_by_side(left: SparseDraw, right: SparseDraw) -> SparseDraw:
    index, value = (jnp.concatenate(pair, axis=-1) for pair in zip(left[:2], right[:2], strict=True))
    return SparseDraw(index, value, left.overflow + right.overflow)


def _pairs(key: PRNGKeyArray, slots: int, size: int) -> tuple[UInt32[Array, "K B"], UInt32[Array, "K B"]]:
    """Two words for each slot of each sample, which depend on no other slot or sample."""
    data = jax.random.key_data(key)
    slot, sample = (jnp.arange(count, dtype=jnp.uint32) for count in (slots, size))
    return threefry(data[0], data[1], *jnp.broadcast_arrays(slot[:, None], sample[None, :]))


def _waits(key: PRNGKeyArray, capacity: int, size: int) -> tuple[Float[Array, "K B"], UInt32[Array, "K B"]]:
    """The waits between a Poisson process's points, one more than there are slots; and words for the values."""
    words, values = _pairs(key, capacity + 1, size)
    return _exponential(words), values


def _intervals(densities: Float[Array, "N"]) -> tuple[Int[Array, "N"], Float[Array, ""]]:
    """Where the features' intervals end on a line of whole numbers below 2**30, and how many of them are one."""
    rates = jnp.where(densities > 0, _rate(densities), 0.0)
    spare = jax.lax.clz((rates * 256).astype(jnp.int32).sum() + densities.shape[0])
    scale = jax.lax.bitcast_convert_type((spare + (6 + 127)) << 23, jnp.float32)  # 2**(spare + 6)
    return _cumulated((rates * scale).astype(jnp.int32)), scale


def _cumulated(steps: Int[Array, "K *B"]) -> Int[Array, "K *B"]:
    """Running sums along the first axis that stop at `_END`; in whole numbers, so that no sum is rounded.

    A loop, since a compiler that unfolds the sums computes what they are made of several times over.
    """
    return jax.lax.scan(_added, jnp.zeros_like(steps[0]), steps)[1]


def _added(before: Array, step: Array) -> tuple[Array, Array]:
    after = jnp.minimum(before + step, _END)
    return after, after


def _below(words: UInt32[Array, "..."], density: Float[Array, "..."] | float) -> Array:
    """Coins: true with probability `density`, to 2**-32."""
    density = jnp.asarray(density, jnp.float32)
    return (words < (jnp.clip(density, 0.0, _DENSEST) * 2.0**32).astype(jnp.uint32)) | (density >= 1)


def _exponential(words: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Waits: -ln(words / 2**32), above zero, at most 22.2, and as fine as the words where they are short."""
    left = jnp.maximum(words, np.uint32(1))
    halvings = jax.lax.clz(left)
    rest = (~(left << halvings) + np.uint32(1)).astype(jnp.float32) * np.float32(2**-32)
    return _product(halvings.astype(jnp.float32), _LN2) + _minus_log(rest)


def _rate(density: Float[Array, "..."]) -> Float[Array, "..."]:
    """-ln(1 - p), with p at most 1 - 2**-24, and the rate at least 1e-20."""
    density = jnp.clip(density, _RAREST, _DENSEST)
    left = ((1 - density) * np.float32(2**32)).astype(jnp.uint32)  # exact above one half, where it is used
    return jnp.where(density < 0.5, _minus_log(density), _exponential(left))


def _minus_log(y: Float[Array, "..."]) -> Float[Array, "..."]:
    """-ln(1 - y) for y in [0, 1/2]; the relative error is below 2e-7."""
    total = jnp.full_like(y, _SERIES[-1])
    for coefficient in _SERIES[-2::-1]:
        total = _product(total, y) + np.float32(coefficient)
    return _product(total, y)


def _reciprocal(x: Float[Array, ""]) -> Float[Array, ""]:
    """1 / x for x above zero by Newton's steps, since a division may round differently on another device."""
    guess = jax.lax.bitcast_convert_type(np.int32(0x7EF311C3) - jax.lax.bitcast_convert_type(x, jnp.int32), jnp.float32)
    for _ in range(4):
        guess = guess * (2.0 - _product(x, guess))
    return guess


def _product(a: Array, b: Array | np.float32) -> Array:
    """a * b, rounded. The minimum changes nothing; it keeps a compiler from fusing the product with what is added."""
    return jnp.minimum(a * b, _HUGE)

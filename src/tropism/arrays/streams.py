"""Random streams: every draw is a function of (stream, numbers), whoever else is drawn beside it.

A stream is an ordinary JAX key (`jax.random.key`), so anything in `jax.random` works with it. The functions here give
the same generator, Threefry-2x32, in a form that the compiler can fuse: on a CPU the library's own form is a loop that
costs more than a small network's whole step. Nothing here depends on the batch it is mapped over.

Source: Salmon et al. (2011), "Parallel Random Numbers: As Easy as 1, 2, 3" (Threefry, 20 rounds).
"""

from __future__ import annotations

import math
import zlib
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, UInt32

from tropism.arrays.placing import placed

_GENERATOR = "threefry2x32"
_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


def stream(seed: int | Array, purpose: str) -> PRNGKeyArray:
    """The stream that a seed has for a purpose, for example `stream(7, "init")`."""
    return fold(jax.random.key(seed, impl=_GENERATOR), purpose)


def fold(key: PRNGKeyArray, *numbers: int | str | Array) -> Key[Array, "*N"]:
    """A stream of its own for each number or name, in turn; numbers may be traced, and many give many streams."""
    data = jax.random.key_data(key)
    for number in numbers:
        word = zlib.crc32(number.encode()) if isinstance(number, str) else number
        counter = jnp.uint32(word) if isinstance(word, int) else word.astype(jnp.uint32)
        data = jnp.stack(threefry(data[..., 0], data[..., 1], counter, jnp.uint32(0x7207)), axis=-1)
    return jax.random.wrap_key_data(data, impl=_GENERATOR)


def words_of(seeds: int | UInt32[np.ndarray, "*N"], *purposes: int | str) -> UInt32[np.ndarray, "*N 2"]:
    """What `fold(stream(seed, first), *others)` is made of, for one seed or many, worked out without a compiler."""
    right = np.atleast_1d(np.asarray(seeds, np.uint32))  # since single numbers of NumPy warn where they wrap
    left = np.zeros_like(right)
    for purpose in purposes:
        word = zlib.crc32(purpose.encode()) if isinstance(purpose, str) else purpose
        left, right = _rounds(left, right, *np.array([[word], [0x7207]], np.uint32))
    return np.stack([left, right], axis=-1).reshape(*np.shape(seeds), 2)


def of_words(words: UInt32[Array, "*N 2"] | UInt32[np.ndarray, "*N 2"]) -> Key[Array, "*N"]:
    """The streams that are made of two words each."""
    return jax.random.wrap_key_data(placed(words), impl=_GENERATOR)


@jax.jit
def threefry(key0: Array, key1: Array, counter0: Array, counter1: Array) -> tuple[Array, Array]:
    """Two words of 32 random bits for each pair of counters; all of any one shape.

    It is a function of its own in programs that draw often, so that its rounds are traced once and not at every draw.
    """
    return _rounds(key0, key1, counter0, counter1)


def _rounds(key0: Any, key1: Any, counter0: Any, counter1: Any) -> tuple[Any, Any]:
    schedule = (key0, key1, key0 ^ key1 ^ _PARITY)
    left, right = counter0 + schedule[0], counter1 + schedule[1]
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            left = left + right
            right = (right << np.uint32(distance)) | (right >> np.uint32(32 - distance))
            right = right ^ left
        left = left + schedule[(group + 1) % 3]
        right = right + schedule[(group + 2) % 3] + np.uint32(group + 1)
    return left, right


def bits(key: PRNGKeyArray, shape: tuple[int, ...]) -> UInt32[Array, "..."]:
    """Random words of 32 bits."""
    size = math.prod(shape)
    half = (size + 1) // 2
    data = jax.random.key_data(key)
    counter = jnp.arange(half, dtype=jnp.uint32)
    left, right = threefry(data[..., 0], data[..., 1], counter, jnp.zeros_like(counter))
    return jnp.concatenate([left, right])[:size].reshape(shape)


def uniform(key: PRNGKeyArray, shape: tuple[int, ...]) -> Float[Array, "..."]:
    """Numbers in [0, 1), multiples of 2**-23."""
    return as_uniform(bits(key, shape))


def integers(key: PRNGKeyArray, shape: tuple[int, ...], count: int) -> Int[Array, "..."]:
    """Whole numbers in [0, count).

    The bias from folding 32 bits onto `count` values is at most count / 2**32.
    """
    return (bits(key, shape) % np.uint32(count)).astype(jnp.int32)


def as_uniform(words: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Words of 32 bits as numbers in [0, 1)."""
    return (words >> np.uint32(9)).astype(jnp.float32) * np.float32(2**-23)

"""Unit vectors, cosines and angles that stay finite, and whose gradients do."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

_SHORTEST = 1e-12


def unit(x: Float[Array, "... D"], axis: int = -1) -> Float[Array, "... D"]:
    """The same direction at length one; a vector shorter than 1e-12 is only divided by 1e-12.

    The gradient is finite everywhere, at zero too.
    """
    squared = jnp.sum(x * x, axis=axis, keepdims=True)
    return x * jax.lax.rsqrt(jnp.maximum(squared, _SHORTEST**2))


def length(x: Float[Array, "... D"], axis: int = -1) -> Float[Array, "..."]:
    """The Euclidean length, with gradient zero at zero."""
    squared = jnp.sum(x * x, axis=axis)
    safe = jnp.where(squared > _SHORTEST**2, squared, 1.0)
    return jnp.where(squared > _SHORTEST**2, jnp.sqrt(safe), 0.0)


def cosine(x: Float[Array, "... D"], direction: Float[Array, "D"], floor: float = 1e-8) -> Float[Array, "..."]:
    """The cosine of the angle to a direction, in [-1, 1]; zero for a vector much shorter than `floor`."""
    columns = jnp.moveaxis(x, -1, 0)  # as small networks hold them, so that nothing is turned around
    along = (columns * jnp.expand_dims(direction, range(1, x.ndim))).sum(axis=0)
    return along / jnp.maximum(length(columns, axis=0) * length(direction), floor)


def angle(x: Float[Array, "... D"], y: Float[Array, "... D"]) -> Float[Array, "..."]:
    """The angle between two vectors in radians, exact also where the cosine is nearly ±1.

    Source: Kahan (2006), "How Futile are Mindless Assessments of Roundoff", section 12.
    """
    u, v = unit(x), unit(y)
    return 2 * jnp.arctan2(length(u - v), length(u + v))

"""The sum over pairs that `Separate` prices, with its gradient in one matrix product.

Differentiating the plain form multiplies two [B, B] matrices into the rows and computes the power twice; the price's
matrix is symmetric, so one product and one power do. Directions stand in columns, as small networks hold them, so that
nothing is turned around on the way. It takes half the time. The plain form is the test's oracle.
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

_SAME = 1e-5 + 1e-8
"""How near to 1 a cosine counts as 1: `isclose` with a relative tolerance of 1e-5 and an absolute one of 1e-8."""


@functools.partial(jax.custom_vjp, nondiff_argnums=(1, 2))
def pair_prices(directions: Float[Array, "D B"], power: int, shift: bool) -> Float[Array, "B"]:
    """Σ_j c^power for each column, c the (perhaps shifted) cosines of unit columns; those that equal 1 count as 0."""
    return _forward(directions, power, shift)[0]


def _forward(directions: Array, power: int, shift: bool) -> tuple[Array, tuple[Array, Array]]:
    cosines = directions.T @ directions
    same = jnp.abs(cosines - 1.0) <= _SAME
    cosines = jnp.where(same, 0.0, cosines)
    if shift:
        cosines = (cosines + 1.0) * 0.5
    lower = jax.lax.integer_pow(cosines, power - 1)
    slopes = jnp.where(same, 0.0, lower * (power * (0.5 if shift else 1.0)))
    return (lower * cosines).sum(axis=0), (directions, slopes)


def _backward(power: int, shift: bool, kept: tuple[Array, Array], pull: Float[Array, "B"]) -> tuple[Array]:
    directions, slopes = kept
    return (directions @ (slopes * (pull[:, None] + pull[None, :])),)


pair_prices.defvjp(_forward, _backward)

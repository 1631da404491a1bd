"""The sum over pairs that `Separate` prices, with its gradient in narrow matrix products.

Differentiating the plain form fills several [B, B] matrices more, and each is a pass over memory. Here one is filled,
the symmetric M of c^(power − 1); all else that is wanted is a product with M, as Σ_j M_ij c_ij is the inner product of
u_i with Σ_j M_ij u_j. Directions stand in columns, as small networks hold them, so that nothing is turned around on the
way. The plain form is the test's oracle.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

_SMALL = 1e-12
"""A price so small may as well be had through M, at no time of its own; the pull that it then exerts is as small."""


class Rule(NamedTuple):
    """How a pair of vectors of one length is priced.

    Attributes:
        power: Of the cosine.
        scale: What their inner product is multiplied by to be a cosine; a power of two loses no digit by it.
        same: A cosine that comes as near to 1 drops its pair, which then pulls nothing.
        dropped: What a dropped pair costs.
    """

    power: int
    scale: float
    same: float
    dropped: float


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def pair_prices(directions: Float[Array, "D B"], rule: Rule) -> Float[Array, "B"]:
    """The price of each column: the sum over its pairs."""
    return _forward(directions, rule)[0]


@functools.partial(jax.custom_vjp, nondiff_argnums=(1,))
def pair_total(directions: Float[Array, "D B"], rule: Rule) -> Float[Array, ""]:
    """The sum of `pair_prices`: where all examples weigh the same, its gradient needs no product of its own."""
    return _forward(directions, rule)[0].sum()


def _forward(directions: Array, rule: Rule) -> tuple[Array, tuple[Array, Array, Array]]:
    cosines = rule.scale * jnp.matmul(directions.T, directions, precision="highest")  # `same` needs every digit
    same = jnp.abs(cosines - 1.0) <= rule.same
    instead = rule.dropped if rule.dropped < _SMALL else 0.0
    raised = jnp.where(same, instead, jax.lax.integer_pow(cosines, rule.power - 1))
    drawn = directions @ raised
    prices = rule.scale * (directions * drawn).sum(axis=0)
    if rule.dropped > instead:
        prices = prices + rule.dropped * same.sum(axis=0)
    return prices, (directions, raised, drawn)


def _backward(rule: Rule, kept: tuple[Array, Array, Array], pull: Float[Array, "B"]) -> tuple[Array]:
    directions, raised, drawn = kept
    return (rule.power * rule.scale * (pull * drawn + (pull * directions) @ raised),)


def _forward_total(directions: Array, rule: Rule) -> tuple[Array, Array]:
    prices, (_, _, drawn) = _forward(directions, rule)
    return prices.sum(), drawn


def _backward_total(rule: Rule, drawn: Array, pull: Float[Array, ""]) -> tuple[Array]:
    return (2 * rule.power * rule.scale * pull * drawn,)


pair_prices.defvjp(_forward, _backward)
pair_total.defvjp(_forward_total, _backward_total)

"""Matrix products whose gradients leave large factors as they lie.

The compiler turns a factor of a product around where it is not the way the product's kernel wants it, and on a CPU
turning 512 × 512 numbers takes longer than the product. Here the smaller factors are turned, forward and backward.
"""

from __future__ import annotations

import jax
from jaxtyping import Array, Float


@jax.custom_vjp
def product(weight: Float[Array, "O I"], columns: Float[Array, "I B"]) -> Float[Array, "O B"]:
    """weight @ columns, for many columns."""
    return weight @ columns


def _product_forward(weight: Array, columns: Array) -> tuple[Array, tuple[Array, Array]]:
    return weight @ columns, (weight, columns)


def _product_backward(kept: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    weight, columns = kept
    outputs, inputs = weight.shape
    # Without the barriers the compiler would see through the turning, and undo it.
    if outputs < inputs:
        for_weight = jax.lax.optimization_barrier(columns @ slope.T).T
    else:
        for_weight = slope @ columns.T
    return for_weight, jax.lax.optimization_barrier(weight.T) @ slope


product.defvjp(_product_forward, _product_backward)


@jax.custom_vjp
def weighted_sum(weights: Float[Array, "D"], columns: Float[Array, "D B"]) -> Float[Array, "B"]:
    """weights @ columns: each column's sum with those weights."""
    return weights @ columns


def _sum_forward(weights: Array, columns: Array) -> tuple[Array, tuple[Array, Array]]:
    return weights @ columns, (weights, columns)


def _sum_backward(kept: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    weights, columns = kept
    return columns @ slope, weights[:, None] * slope[None, :]


weighted_sum.defvjp(_sum_forward, _sum_backward)

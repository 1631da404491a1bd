"""A ReLU that jumps, and the step of it, with slopes for their thresholds where they have none."""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def jump(pre: Float[Array, "D B"], threshold: Float[Array, "D"], bandwidth: float) -> Float[Array, "D B"]:
    """a where a > θ, else 0."""
    return jnp.where(pre > threshold[:, None], pre, 0.0)


def _jump_forward(pre: Array, threshold: Array, bandwidth: float) -> tuple[Array, tuple[Array, Array]]:
    return jump(pre, threshold, bandwidth), (pre, threshold)


def _jump_backward(bandwidth: float, kept: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    pre, threshold = kept
    near = _near(pre, threshold, bandwidth)
    return jnp.where(pre > threshold[:, None], slope, 0.0), -threshold / bandwidth * (near * slope).sum(axis=1)


jump.defvjp(_jump_forward, _jump_backward)


@functools.partial(jax.custom_vjp, nondiff_argnums=(2,))
def step(pre: Float[Array, "D B"], threshold: Float[Array, "D"], bandwidth: float) -> Float[Array, "D B"]:
    """1 where a > θ, else 0; it has no slope for a."""
    return (pre > threshold[:, None]).astype(pre.dtype)


def _step_forward(pre: Array, threshold: Array, bandwidth: float) -> tuple[Array, tuple[Array, Array]]:
    return step(pre, threshold, bandwidth), (pre, threshold)


def _step_backward(bandwidth: float, kept: tuple[Array, Array], slope: Array) -> tuple[Array, Array]:
    pre, threshold = kept
    return jnp.zeros_like(pre), -(_near(pre, threshold, bandwidth) * slope).sum(axis=1) / bandwidth


step.defvjp(_step_forward, _step_backward)


def _near(pre: Array, threshold: Array, bandwidth: float) -> Array:
    return (jnp.abs(pre - threshold[:, None]) < bandwidth / 2).astype(pre.dtype)

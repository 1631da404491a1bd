"""Starts: how the weights of several networks are drawn."""

from __future__ import annotations

import jax
from jaxtyping import Array, Float, PRNGKeyArray


def glorot(key: PRNGKeyArray, outputs: int, inputs: int) -> Float[Array, "O I"]:
    """Normal weights with variance 2 / (inputs + outputs). Source: Glorot and Bengio (2010)."""
    return (2.0 / (inputs + outputs)) ** 0.5 * jax.random.normal(key, (outputs, inputs))

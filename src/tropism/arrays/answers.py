"""Answers: which of several outputs is chosen, and whether it is the right one."""

from __future__ import annotations

from typing import Literal

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

Over = Literal["all", "legal"]


def legal_outputs(output: Float[Array, "B K"], low: Int[Array, "B"], high: Int[Array, "B"]) -> Bool[Array, "B K"]:
    """Which outputs are legal: low ≤ k < high."""
    places = jnp.arange(output.shape[-1])
    return (places >= low[:, None]) & (places < high[:, None])


def among(output: Float[Array, "B K"], low: Int[Array, "B"], high: Int[Array, "B"], over: Over) -> Float[Array, "B K"]:
    """The logits, those of outputs that are not looked at so low that they have no share."""
    return output if over == "all" else jnp.where(legal_outputs(output, low, high), output, -jnp.inf)


def is_right(
    output: Float[Array, "B K"], right: Int[Array, "B"], low: Int[Array, "B"], high: Int[Array, "B"], over: Over = "all"
) -> Bool[Array, "B"]:
    """Whether the largest logit is the right one's; of several that are equally large, the first counts.

    Said without a search for the largest, which takes four times as long here.
    """
    looked_at, places = among(output, low, high, over), jnp.arange(output.shape[-1])
    own = jnp.where(places == right[:, None], looked_at, 0.0).sum(-1, keepdims=True)
    return jnp.where(places < right[:, None], looked_at < own, looked_at <= own).all(-1)


def cross_entropy(output: Float[Array, "B K"], right: Int[Array, "B"]) -> Float[Array, "B"]:
    """−log of the share that softmax gives the right output, in nats; exact also where that share is nearly one.

    It is log Σ exp(z_k − z_right) with the right one's own 1 taken out of the sum, so that neither loss nor gradient is
    rounded to zero when all else is smaller than float32 can add to 1.

    Source: the float64 losses of Chughtai et al. (2023), arXiv 2302.03025, which this stands for in float32.
    """
    classes = jnp.arange(output.shape[-1])
    own = classes == right[:, None]
    chosen = jnp.where(own, output, 0.0).sum(-1, keepdims=True)
    others = jnp.where(own, -jnp.inf, output - chosen)
    most = jnp.maximum(jax.lax.stop_gradient(others.max(-1)), 0.0)
    rest = jnp.exp(others - most[:, None]).sum(-1)
    return most + jnp.log1p(jnp.expm1(-most) + rest)


def from_uniform(
    output: Float[Array, "B K"], low: Int[Array, "B"], high: Int[Array, "B"], over: Over = "all"
) -> Float[Array, "B"]:
    """Cross-entropy from the uniform distribution over the legal outputs to softmax over those looked at, in nats.

    Never below the logarithm of their number, which it is where they are all equally likely and others have no share.
    """
    legal = legal_outputs(output, low, high)
    most = jax.scipy.special.logsumexp(among(output, low, high, over), axis=-1)
    return most - jnp.where(legal, output, 0.0).sum(-1) / legal.sum(-1)

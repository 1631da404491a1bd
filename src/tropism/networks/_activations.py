"""What networks do to their hidden values, by the names that descriptions use."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

_FLOOR = 1e-5


def activated(name: str, values: Float[Array, "..."], axis: int) -> Float[Array, "..."]:
    """A layer's values after the activation of that name; the features lie along `axis`."""
    if name in _OVER_THE_LAYER:
        return _OVER_THE_LAYER[name](values, axis)
    return _ELEMENTWISE[name](values)


def gelu(x: Array) -> Array:
    """x Φ(x), with Φ written by erf as PyTorch does; by erfc, as JAX does, it costs an exponential more.

    Source: Hendrycks and Gimpel (2016), arXiv 1606.08415.
    """
    return 0.5 * x * (1.0 + jax.lax.erf(x * 0.7071067811865476))


def z_exp_z(x: Array) -> Array:
    """x exp(x), one value at a time: it grows faster than exponentially, and dips to −1/e at −1.

    Source: adamjermyn/toy_model_interpretability, which calls it SoLU; that is `solu`.
    """
    return x * jnp.exp(x)


def solu(x: Array, axis: int) -> Array:
    """x softmax(x) over the layer: the largest values silence the others.

    Source: Elhage et al. (2022), "Softmax Linear Units".
    """
    return x * jax.nn.softmax(x, axis=axis)


def solu_norm(x: Array, axis: int) -> Array:
    """`solu`, then a LayerNorm without gain and shift: mean zero and variance one over the layer.

    The softmax is scaled to mean one before, which a norm takes out again, so that the floor under the variance, 1e-5,
    is in units of `x`: under values as small as x/1024 it would outweigh the variance itself.

    Source: Elhage et al. (2022), "Softmax Linear Units"; Ba et al. (2016), arXiv 1607.06450; the floor is PyTorch's.
    """
    values = solu(x, axis) * x.shape[axis]
    centered = values - values.mean(axis=axis, keepdims=True)
    return centered * jax.lax.rsqrt((centered * centered).mean(axis=axis, keepdims=True) + _FLOOR)


def square(x: Array) -> Array:
    """x². Source: Gromov (2023), arXiv 2301.02679."""
    return x * x


def _as_it_is(x: Array) -> Array:
    return x


_ELEMENTWISE: dict[str, Callable[[Array], Array]] = {
    "gelu": gelu,
    "linear": _as_it_is,
    "relu": jax.nn.relu,
    "square": square,
    "z-exp-z": z_exp_z,
}
_OVER_THE_LAYER: dict[str, Callable[[Array, int], Array]] = {"solu": solu, "solu-norm": solu_norm}

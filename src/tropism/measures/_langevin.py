"""Chains of stochastic gradient Langevin dynamics, mapped over members and chains."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jax.scipy.special import erfinv
from jaxtyping import Array, Float, PRNGKeyArray, UInt32

from tropism.arrays.streams import fold, integers, stream, uniform
from tropism.core import Batch, Ensemble, Network, silent
from tropism.core.paths import assembled

if TYPE_CHECKING:
    from tropism.measures.learning_coefficient import Error, Langevin


def wandered(
    ensemble: Ensemble,
    batch: Batch,
    *,
    error: Error,
    sampler: Langevin,
    scale: float,
    moving: tuple[str, ...],
    apart: bool,
    lucks: UInt32[np.ndarray, "E"],
) -> tuple[Float[np.ndarray, "E"], Float[np.ndarray, "E C T"], Float[np.ndarray, "E C"]]:
    """The loss at each solution, at every step of its chains, and the share of steps an exact sampler would accept."""
    first = {path: item for path, item in ensemble.params.items() if ":" not in path}
    moved = {path: first[path] for path in moving}
    still = {path: item for path, item in first.items() if path not in moved}
    run = _running(ensemble.network, error, sampler.chains, sampler.burn_in, sampler.draws, sampler.batch_size, apart)
    numbers = np.array([scale, sampler.step, sampler.localization], np.float32)
    asked = jax.tree.map(jnp.asarray, (batch.inputs, batch.targets))
    start, losses, accepted = run(moved, still, *asked, numbers, lucks)
    return np.array(start), np.array(losses), np.array(accepted)


@functools.lru_cache(maxsize=16)
def _running(
    network: Network, error: Error, chains: int, burn_in: int, draws: int, size: int | None, apart: bool
) -> Callable[..., tuple[Array, ...]]:
    def member(moved: Any, still: Any, inputs: Any, targets: Any, numbers: Array, luck: Array) -> tuple[Array, ...]:
        origin, whole = ravel_pytree(moved)
        count = jax.tree.leaves(inputs)[0].shape[0]

        def loss(flat: Array, rows: Array | None) -> Array:
            pick = (lambda item: item) if rows is None else (lambda item: item[rows])
            x, y = jax.tree.map(pick, (inputs, targets))
            return error(_module(network, whole(flat), still)(x, silent, None), Batch(x, y)).mean()

        def chain(key: PRNGKeyArray) -> tuple[Array, Array]:
            prices, accepted = _chain(loss, origin, numbers, key, burn_in + draws, size, count)
            return prices, accepted[burn_in:].mean()

        return loss(origin, None), *jax.vmap(chain)(fold(stream(luck, "langevin"), jnp.arange(chains)))

    own = 0 if apart else None
    return jax.jit(jax.vmap(member, in_axes=(0, 0, own, own, None, 0)))


def _module(network: Network, moved: Mapping[str, Array], still: Mapping[str, Array]) -> Any:
    return assembled(network, {**moved, **still})


def _chain(
    loss: Callable[[Array, Array | None], Array],
    origin: Float[Array, "P"],
    numbers: Float[Array, "3"],
    key: PRNGKeyArray,
    length: int,
    size: int | None,
    count: int,
) -> tuple[Float[Array, "T"], Float[Array, "T"]]:
    """The loss after every step, and the chance that an exact sampler takes it, NaN where steps see some examples."""
    scale, step, pull = numbers

    def seen(place: Array, number: Array) -> tuple[Array, Array]:
        rows = None if size is None else integers(fold(key, "rows", number), (size,), count)
        return jax.value_and_grad(loss)(place, rows)

    def drift(place: Array, slope: Array) -> Array:
        return -step / 2 * (scale * slope + pull * (place - origin))

    def energy(place: Array, price: Array) -> Array:
        return scale * price + pull / 2 * jnp.square(place - origin).sum()

    def one(carry: tuple[Array, Array, Array], number: Array) -> tuple[tuple[Array, Array, Array], tuple[Array, Array]]:
        place, price, slope = carry
        noise = _normal(fold(key, "noise", number), place.shape)
        new = place + drift(place, slope) + jnp.sqrt(step) * noise
        new_price, new_slope = seen(new, number + 1)
        back = jnp.square(place - new - drift(new, new_slope)).sum() / (2 * step)
        gain = energy(place, price) - energy(new, new_price) - back + jnp.square(noise).sum() / 2
        return (new, new_price, new_slope), (new_price, jnp.exp(jnp.minimum(gain, 0.0)))

    steps = jnp.arange(length)
    _, (prices, accepted) = jax.lax.scan(one, (origin, *seen(origin, steps[0])), steps)
    return prices, accepted if size is None else jnp.full(length, jnp.nan)


def _normal(key: PRNGKeyArray, shape: tuple[int, ...]) -> Array:
    """Standard normal numbers, whatever else is drawn beside them."""
    return math.sqrt(2) * erfinv(2 * uniform(key, shape) - 1 + np.float32(2**-23))

"""How probes are fitted: logistic regression by L-BFGS, and a hidden layer by AdamW with all members mapped over."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int

from tropism.arrays.placing import placed

if TYPE_CHECKING:
    from tropism.measures.probes import HiddenProbe


def logistic(
    seen: Float[np.ndarray, "n F"],
    classes: Int[np.ndarray, "n"],
    new: Float[np.ndarray, "m F"],
    *,
    decay: float,
    most_steps: int,
    tolerance: float,
) -> Int[np.ndarray, "m"]:
    """The classes of new values by multinomial logistic regression on those that were seen."""
    from scipy.optimize import minimize

    count, width = int(classes.max()) + 1, seen.shape[1] + 1
    values, right = _with_one(seen), placed(classes)

    def priced(flat: np.ndarray) -> tuple[float, np.ndarray]:
        price, slope = _priced(placed(flat.reshape(width, count)), values, right, decay)
        return float(price), np.asarray(slope, np.float64).ravel()

    options = {"maxiter": most_steps, "ftol": tolerance}
    best = minimize(priced, np.zeros(width * count), jac=True, method="L-BFGS-B", options=options).x
    return np.argmax(np.asarray(_with_one(new)) @ best.reshape(width, count), axis=-1)


def one_hidden_layer(
    probe: HiddenProbe,
    seen: Float[np.ndarray, "E n F"],
    classes: Int[np.ndarray, "E n"],
    new: Float[np.ndarray, "E m F"],
    seeds: Sequence[int],
) -> Int[np.ndarray, "E m"]:
    """The classes of new values by one hidden layer a member, as it was when held-out examples cost it least."""
    count, held = int(classes.max()) + 1, seen.shape[1] // 5
    orders = np.stack([np.random.default_rng((seed, 2)).permutation(seen.shape[1]) for seed in seeds])
    values = np.take_along_axis(seen, orders[..., None], axis=1).astype(np.float32)
    right = np.take_along_axis(classes, orders, axis=1).astype(np.int32)
    starts = [_start(np.random.default_rng((seed, 3)), seen.shape[2], probe.width, count) for seed in seeds]
    params = {name: np.stack([start[name] for start in starts]).astype(np.float32) for name in starts[0]}
    fitted = _fitting(probe.steps, probe.lr, probe.decay)
    parts = (values[:, held:], right[:, held:], values[:, :held], right[:, :held])
    return np.asarray(fitted(params, *parts, new.astype(np.float32)))


@jax.jit
@jax.value_and_grad
def _priced(weights: Array, values: Array, right: Array, decay: float) -> Array:
    missed = optax.softmax_cross_entropy_with_integer_labels(values @ weights, right).mean()
    return missed + decay / 2 * jnp.square(weights[:-1]).sum()


def _with_one(values: Float[np.ndarray, "n F"]) -> Float[Array, "n F+1"]:
    return placed(np.concatenate([values, np.ones((len(values), 1))], axis=1))


def _start(random: np.random.Generator, inputs: int, width: int, outputs: int) -> dict[str, np.ndarray]:
    into = random.normal(size=(inputs, width)) * np.sqrt(2 / inputs)
    out = random.normal(size=(width, outputs)) / np.sqrt(width)
    return {"into": into, "bias": np.zeros(width), "out": out, "offset": np.zeros(outputs)}


def _logits(params: dict[str, Array], values: Float[Array, "n F"]) -> Float[Array, "n K"]:
    neurons = jax.nn.relu(values @ params["into"] + params["bias"])
    return neurons @ params["out"] + params["offset"]


@functools.lru_cache(maxsize=16)
def _fitting(steps: int, lr: float, decay: float) -> Callable[..., Array]:
    """The compiled fit of all members; arguments as in `one`, each with a leading axis `E`."""
    optimizer = optax.adamw(lr, weight_decay=decay)

    def one(params: dict[str, Array], seen: Array, right: Array, held: Array, held_right: Array, new: Array) -> Array:
        first, whole = ravel_pytree(params)  # as one vector it compiles in half the time

        def cost(flat: Array, values: Array, classes: Array) -> Array:
            return optax.softmax_cross_entropy_with_integer_labels(_logits(whole(flat), values), classes).mean()

        def step(carry: tuple[Any, ...], _: None) -> tuple[tuple[Any, ...], None]:
            now, state, best, least = carry
            updates, state = optimizer.update(jax.grad(cost)(now, seen, right), state, now)
            now = now + updates
            price = cost(now, held, held_right)
            return (now, state, jnp.where(price < least, now, best), jnp.minimum(price, least)), None

        carry = (first, optimizer.init(first), first, cost(first, held, held_right))
        best = jax.lax.scan(step, carry, None, length=steps)[0][2]
        return jnp.argmax(_logits(whole(best), new), axis=-1)

    return jax.jit(jax.vmap(one))

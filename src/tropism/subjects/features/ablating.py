"""Ablation of one direction at a time: what each example loses by it, and the search for directions that split them."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from tropism.errors import DoesNotFit, UnknownName
from tropism.measures.rewriting import answered_from

if TYPE_CHECKING:
    from jaxtyping import Array

    from tropism.core.ensemble import Ensemble
    from tropism.core.network import Network

Ablation = Literal["mean", "zero", "resample"]
ABLATIONS: tuple[Ablation, ...] = ("mean", "zero", "resample")
DRAWS = 5
"""How often a projection is put in place of another's, where one is drawn for it."""
_AT_ONCE = 16384
"""Rows that go through a network at once."""


class Split(NamedTuple):
    """What a search found.

    Attributes:
        directions: Of length one, the best first: the most bimodal of those within bounds.
        found: The bimodality of effects that each had where it was searched.
    """

    directions: Float[np.ndarray, "R D"]
    found: Float[np.ndarray, "R"]


def ablated(
    values: Float[np.ndarray, "N D"], direction: Float[np.ndarray, "D"], ablation: Ablation, draw: int = 0
) -> Float[np.ndarray, "N D"]:
    """Values whose projection on a direction is gone: `mean` puts the mean projection there, `zero` none at all.

    `resample` puts there the projection of another example, chosen by lot.

    Args:
        draw: Another number draws other examples.

    Raises:
        UnknownName: Another word for the ablation.
        DoesNotFit: A direction of no length.
    """
    length = float(np.linalg.norm(direction))
    if not length > 0:
        raise DoesNotFit("ablated: a direction of length zero, or one that is not finite.")
    unit = np.asarray(direction, float) / length
    said = values @ unit
    if ablation == "mean":
        put = np.full(len(said), said.mean())
    elif ablation == "zero":
        put = np.zeros(len(said))
    elif ablation == "resample":
        put = said[np.random.default_rng((draw, zlib.crc32(b"resample"))).permutation(len(said))]
    else:
        raise UnknownName("ablation", str(ablation), ABLATIONS, "ablated")
    return (values + (put - said)[:, None] * unit).astype(np.float32)


def effects(
    ensemble: Ensemble,
    row: int,
    inputs: np.ndarray,
    site: str,
    directions: Float[np.ndarray, "K D"],
    ablation: Ablation,
    loss: Callable[[np.ndarray], np.ndarray],
    *,
    position: int | None = None,
) -> Float[np.ndarray, "K N"]:
    """By how much each example's loss rises when a direction is ablated, for each of several.

    With `resample`, the mean of five draws.

    Args:
        site: Where.
        loss: From outputs `[N, …]` to losses `[N]`.
        position: At which position, where the site has them.
    """
    one = ensemble.select([row])
    output, said = one.listen(inputs, (site,))
    values, clean = said[site][0], loss(output[0])
    own = values if position is None else values[:, position]
    draws = range(DRAWS) if ablation == "resample" else (0,)

    def given(direction: np.ndarray, draw: int) -> np.ndarray:
        after = ablated(own, direction, ablation, draw)
        if position is None:
            return after
        whole = values.copy()
        whole[:, position] = after
        return whole.reshape(len(values), -1)

    return np.mean([_losses(one, inputs, site, [functools.partial(given, each, draw) for each in directions], loss)
                    for draw in draws], axis=0) - clean  # fmt: skip


def searched(
    ensemble: Ensemble,
    row: int,
    inputs: np.ndarray,
    right: np.ndarray,
    site: str,
    *,
    restarts: int = 20,
    steps: int = 80,
    share: tuple[float, float] = (0.02, 0.5),
    key: int = 0,
) -> Split:
    """Directions whose mean-ablation cuts examples in two: from random starts, bimodality of effects is climbed.

    Of networks that choose one of several outputs, at a site without positions. The share of destroyed examples, those
    that lose more than a nat, is held within bounds: bimodality alone is high where very few are.

    Args:
        right: Which output is right.
        restarts: How many starts.
        steps: Of climbing, each of a twentieth of the length at first, less later.
        share: The least and the largest share.
        key: Decides the starts.
    """
    values = ensemble.select([row]).listen(inputs, (site,))[1][site][0]
    starts = np.random.default_rng((key, zlib.crc32(b"search"))).normal(size=(restarts, values.shape[1]))
    params = {path: item[row] for path, item in ensemble.params.items() if ":" not in path}
    climb = _climber(ensemble.network, site, steps, share)
    directions, worth, found = climb(params, inputs, right, values, starts.astype(np.float32))
    order = np.argsort(-np.asarray(worth), kind="stable")
    return Split(np.asarray(directions)[order], np.asarray(found)[order])


def nats(output: Float[np.ndarray, "N K"], right: Int[np.ndarray, "N"]) -> Float[np.ndarray, "N"]:
    """Cross-entropy of each answer, in nats."""
    logits = output.astype(float)
    most = logits.max(axis=1, keepdims=True)
    total = np.log(np.exp(logits - most).sum(axis=1)) + most[:, 0]
    return total - np.take_along_axis(logits, np.asarray(right)[:, None], axis=1)[:, 0]


def _losses(
    one: Ensemble,
    inputs: np.ndarray,
    site: str,
    made: list[Callable[[], np.ndarray]],
    loss: Callable[[np.ndarray], Any],
) -> Float[np.ndarray, "K N"]:
    """The losses of one network, given values in several versions."""
    together, found = max(1, _AT_ONCE // len(inputs)), []
    for start in range(0, len(made), together):
        parts = [each() for each in made[start : start + together]]
        filled = parts + [parts[-1]] * (together - len(parts))  # one shape, so that one program serves
        repeated = np.tile(inputs, (together, *[1] * (np.ndim(inputs) - 1)))
        output = answered_from(one, repeated, site, np.concatenate(filled)[None])[0]
        by_part = output.reshape(together, len(inputs), *output.shape[1:])[: len(parts)]
        found += [loss(each) for each in by_part]
    return np.array(found)


@functools.lru_cache(maxsize=8)
def _climber(network: Network, site: str, steps: int, share: tuple[float, float]) -> Callable[..., Any]:
    """Compiled: (parameters, inputs, answers, values, starts) -> directions, what they are worth, and bimodality."""
    import jax
    import jax.numpy as jnp

    from tropism.arrays.answers import cross_entropy
    from tropism.arrays.unit import unit
    from tropism.core.paths import assembled

    def all_at_once(flat: Mapping[str, Array], x: Array, right: Array, values: Array, starts: Array) -> Any:
        module = assembled(network, flat)

        def lost(given: Array) -> Array:
            return cross_entropy(module(x, lambda at, value: given if at == site else value, None), right)

        clean = lost(values)

        def bimodality(direction: Array) -> tuple[Array, Array]:
            along = unit(direction)
            about = (values - values.mean(axis=0)) @ along
            rise = lost(values - about[:, None] * along) - clean
            deviations = rise - rise.mean()
            square = (deviations**2).mean()
            skewness, kurtosis = (deviations**3).mean() / square**1.5, (deviations**4).mean() / square**2
            few, many = jnp.quantile(rise, jnp.array([1 - share[0], 1 - share[1]]))
            outside = jnp.maximum(1.0 - few, 0.0) + jnp.maximum(many - 1.0, 0.0)
            coefficient = (skewness**2 + 1) / kurtosis
            return coefficient - outside, coefficient

        climb = jax.vmap(jax.grad(lambda direction: bimodality(direction)[0]))

        def step(number: Array, directions: Array) -> Array:
            slopes = climb(directions)
            slopes = slopes - (slopes * directions).sum(-1, keepdims=True) * directions
            length = 0.05 * (1 - 0.9 * number / steps)
            return unit(directions + length * unit(slopes))

        directions = jax.lax.fori_loop(0, steps, step, unit(starts))
        return directions, *jax.vmap(bimodality)(directions)

    return jax.jit(all_at_once)

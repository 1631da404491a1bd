"""How examples are put together of features that are on; and the codes that say which those were."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from tropism.arrays.streams import fold
from tropism.core.dial import Dial, constant_of
from tropism.subjects.features.tasks._exact import normal, rounded_product
from tropism.subjects.features.tasks.supports import Lit

if TYPE_CHECKING:
    from tropism.subjects.features.tasks.known import KnownFeatures, Population, World

_FEW = 8
"""Up to so many slots the rows are looked up, one slot after the other; beyond, a matrix product is cheaper."""


class Part(NamedTuple):
    """One population's part in B examples.

    Attributes:
        lit: Which features are on.
        size: The magnitude in each slot of `lit`; zero where it is empty.
    """

    lit: Lit
    size: Float[Array, "B K"]


class Drawn(NamedTuple):
    """What B examples are made of: a part of each population, and noise of deviation one, if there may be any."""

    parts: tuple[Part, ...]
    noise: Float[Array, "B D"] | None


def drawn(task: KnownFeatures, world: World, key: PRNGKeyArray, size: int, *, noisy: bool = True) -> Drawn:
    """What `size` examples are made of, without noise if there is none; a pure function of the stream."""
    parts = tuple(
        _part(each, own, fold(key, each.name), size) for each, own in zip(task.populations, world.supports, strict=True)
    )
    return Drawn(parts, normal(jax.lax.optimization_barrier(fold(key, "noise")), (size, task.width)) if noisy else None)


def inputs_of(task: KnownFeatures, world: World, made: Drawn) -> Float[Array, "B D"]:
    """scale · (z A + offset · o + noise · ε)."""
    mixed = rounded_product(world.offset, _number(task.offset))[None, :]
    for part, rows in zip(made.parts, world.rows, strict=True):
        mixed = mixed + _projected(part, jnp.asarray(rows))
    if made.noise is not None:
        mixed = mixed + rounded_product(made.noise, _number(task.noise))
    return mixed * _number(task.scale)


def codes_of(made: Drawn, world: World) -> tuple[Float[Array, "B N"], Bool[Array, "B N"]]:
    """The magnitudes of all features, in the order of the populations, and which of them are on."""
    pairs = list(zip(made.parts, world.rows, strict=True))
    codes = [_spread(part.size, part.lit, len(rows)) for part, rows in pairs]
    on = [_spread((part.lit.level > 0).astype(jnp.float32), part.lit, len(rows)) > 0 for part, rows in pairs]
    return jnp.concatenate(codes, axis=1), jnp.concatenate(on, axis=1)


def _part(each: Population, world: object, key: PRNGKeyArray, size: int) -> Part:
    key = jax.lax.optimization_barrier(key)  # fused with the draws, the folding compiles for many seconds
    lit = each.support.draw(key, size, features=each.features, world=world)
    index = jnp.arange(each.features) if lit.feature is None else lit.feature
    magnitude = each.magnitudes.of(lit.level, index, each.features)
    return Part(lit, jnp.where(lit.level > 0, magnitude, 0.0))


def _projected(part: Part, rows: Float[Array, "N D"]) -> Float[Array, "B D"]:
    index, size = part.lit.feature, part.size
    if index is None or index.shape[1] > _FEW:
        return _spread(size, part.lit, len(rows)) @ rows
    terms = [rounded_product(rows[index[:, slot]], size[:, slot, None]) for slot in range(index.shape[1])]
    return sum(terms[1:], terms[0])


def _spread(values: Float[Array, "B K"], lit: Lit, features: int) -> Float[Array, "B N"]:
    """What stands in slots, at the places of all features."""
    if lit.feature is None:
        return values
    places = jnp.arange(len(values))[:, None]
    empty = jnp.zeros((len(values), features), values.dtype)
    return empty.at[places, lit.feature].add(values, mode="promise_in_bounds")


def _number(dial: float | Dial | None) -> Array:
    return jnp.asarray(constant_of(dial), jnp.float32)

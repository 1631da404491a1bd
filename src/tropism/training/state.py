"""What members carry through training, and how one of them comes to rest."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from tropism.core.experiment import Stop
from tropism.training.streams import Streams

BROKEN_PARAMETERS = "parameters"
"""The cause of a divergence where every measurement was finite, and what the update made of the parameters was not."""

Tree = Any


class State(NamedTuple):
    """All that a member carries from step to step; with a leading axis `E` in the loop."""

    params: dict[str, Tree]
    optimizer: dict[str, Tree]
    terms: dict[str, Tree]
    rules: dict[str, Tree]
    measured: Float[Array, "*E M"]
    sums: Float[Array, "*E M"]
    tallies: Float[Array, "*E L"]
    diverged_at: Int[Array, "*E"]
    stopped_at: Int[Array, "*E"]
    cause: Int[Array, "*E"]
    in_a_row: Int[Array, "*E"]
    overflow: Int[Array, "*E"]


class Fixed(NamedTuple):
    """What does not change while training: streams and worlds `[E]`, what all share, frozen references `[E]`."""

    streams: Streams
    world: Tree
    table: Tree
    references: dict[str, Tree]


def alive(state: State) -> Bool[Array, "*E"]:
    """Who still moves."""
    return (state.diverged_at < 0) & (state.stopped_at < 0)


def kept_where(moves: Bool[Array, ""], new: Tree, old: Tree) -> Tree:
    """The new tree where a member moves, otherwise the old."""
    return jax.tree.map(partial(jnp.where, moves), new, old)


def settled(
    old: State, new: State, record: Float[Array, "M"], tallied: Float[Array, "L"], *, stop: tuple[Stop, int] | None,
    overflow: Array | int, step: Array, window: int,
) -> State:  # fmt: skip
    """The state after a step: who diverged or met its own condition is frozen as it was before; sums go on.

    Args:
        stop: The stopping condition, and the place of its metric in the record.
        overflow: How many examples of this batch needed more room than there was.
        window: Steps that one record of the history averages over.
    """
    moved = alive(old)
    bad = jnp.append(~jnp.isfinite(record), ~_finite(new.params))
    diverges = moved & bad.any()
    row, stops = _stopping(old, record, moved & ~diverges, stop)
    kept = kept_where(
        moved & ~diverges & ~stops,
        (new.params, new.optimizer, new.terms, new.rules),
        (old.params, old.optimizer, old.terms, old.rules),
    )
    measured = jnp.where(moved, record, old.measured)
    sums = jnp.where(step % window == 0, 0.0, old.sums) + record
    return State(
        *kept,
        measured=measured,
        sums=jnp.where(moved, sums, old.sums),
        tallies=old.tallies + jnp.where(moved, tallied, 0.0),
        diverged_at=jnp.where(diverges, step, old.diverged_at),
        stopped_at=jnp.where(stops, step, old.stopped_at),
        cause=jnp.where(diverges, jnp.argmax(bad).astype(jnp.int32), old.cause),
        in_a_row=row,
        overflow=old.overflow + jnp.where(moved, overflow, 0),
    )


def looked_at(state: State, look: Float[Array, "E V"], *, stop: tuple[Stop, int] | None, step: int) -> State:
    """The state after a look at validation examples: who meets a condition on them is frozen as it is.

    Args:
        look: What was measured on validation examples.
        stop: The stopping condition, and the place of its metric in a look.
        step: Counted from 0; the look comes before its update.
    """
    if stop is None:
        return state
    row, stops = _stopping(state, look.T, alive(state), stop)
    return state._replace(in_a_row=row, stopped_at=jnp.where(stops, step, state.stopped_at))


def _stopping(old: State, record: Array, moves: Array, stop: tuple[Stop, int] | None) -> tuple[Array, Array]:
    if stop is None:
        return old.in_a_row, jnp.bool_(False)
    condition, place = stop
    number = record[place]
    met = number < condition.below if condition.below is not None else number > float(condition.above or 0.0)
    row = jnp.where(met, old.in_a_row + 1, 0)
    return jnp.where(moves, row, old.in_a_row), moves & (row >= condition.patience)


def _finite(tree: Tree) -> Bool[Array, ""]:
    return jnp.isfinite(jnp.concatenate([leaf.ravel() for leaf in jax.tree.leaves(tree)])).all()

"""Batches: examples, what counts as right, and the labels that some of them bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from jaxtyping import Array, Float


class Batch(NamedTuple):
    """Examples of one step.

    Attributes:
        inputs: What the network sees: an array with leading axis `B`, or a tree of such.
        targets: What counts as right, in the task's own terms.
        labels: How strongly each example bears a label, each `[B]` in [0, 1].
    """

    inputs: Any
    targets: Any
    labels: dict[str, Float[Array, "B"]] = {}


class Scene(NamedTuple):
    """Where a task draws from.

    Attributes:
        table: What all members share, made or read once.
        world: What one member's `world` stream decided.
    """

    table: Any
    world: Any

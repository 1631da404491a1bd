"""Batches: examples, what counts as right, and the labels that some of them bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from jaxtyping import Array, Float, Int


class Batch(NamedTuple):
    """Examples of one step.

    Attributes:
        inputs: What the network sees: an array with leading axis `B`, or a tree of such.
        targets: What counts as right, in the task's own terms.
        labels: How strongly each example bears a label, each `[B]` in [0, 1].
        overflow: How many examples needed more room than the scene's capacity gave; any at all ends the run.
        parts: What a batch that was put together consists of; a static tree without arrays.
    """

    inputs: Any
    targets: Any
    labels: dict[str, Float[Array, "B"]] = {}
    overflow: Int[Array, ""] | int = 0
    parts: Any = ()


Over = Literal["all", "legal"]
"""Whether an answer is looked for among all outputs, or only among those that are legal for the example."""
OVER: tuple[Over, ...] = ("all", "legal")


class Choice(NamedTuple):
    """What is right where an answer is one of several outputs; the targets of a task that classifies.

    Attributes:
        right: The output that is right.
        low: The first output that is legal for the example.
        high: The first beyond those that are legal; legal outputs stand in a row.
    """

    right: Int[Array, "B"]
    low: Int[Array, "B"]
    high: Int[Array, "B"]


class Scene(NamedTuple):
    """Where a task draws from.

    Attributes:
        table: What all members share, made or read once.
        world: What one member's `world` stream decided.
        capacity: What the task's `capacity` said; static, so it may decide shapes.
    """

    table: Any
    world: Any
    capacity: Any = None

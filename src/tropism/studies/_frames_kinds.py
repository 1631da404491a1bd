"""Kinds of frames: what each looks like with as many directions, and which of them a frame is nearest to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from tropism.measures import (
    effective_rank,
    overlap_components,
    overlaps,
    polygon,
    simplex,
    tegum,
    welch_bound,
)

THRESHOLDS = (0.05, 0.1, 0.2, 0.4)
"""Sizes of a cosine from which two directions hang together; one alone would decide what a block is."""
EMPTY = 2 / 3
"""The part of the dimensions that frames of the kind `subspace` fill."""
DESCRIPTORS = (
    "most", "mean", "orthogonal", "rms_over_welch", "filled",
    *(f"components_{threshold:g}" for threshold in THRESHOLDS),
    *(f"rank_{threshold:g}" for threshold in THRESHOLDS),
)  # fmt: skip
WEIGHTS = np.array([1.0] * 5 + [1 / len(THRESHOLDS)] * 2 * len(THRESHOLDS))
"""What each counts in a distance: thresholds of one number share its weight."""


@dataclass(frozen=True)
class Bank:
    """Reference frames of one number of directions, by descriptors, to find the nearest in.

    Attributes:
        kinds: The kind of each.
        described: Their descriptors, a row a frame.
        scale: The standard deviation of each descriptor within a kind, on average.
    """

    kinds: tuple[str, ...]
    described: Float[np.ndarray, "F P"]
    scale: Float[np.ndarray, "P"]

    def distances(self, frame: Float[np.ndarray, "N D"]) -> dict[str, float]:
        """How far the nearest frame of each kind is: the weighted root mean square of what descriptors differ by."""
        apart = np.sqrt(
            np.average(np.square((self.described - described(frame)) / self.scale), axis=1, weights=WEIGHTS)
        )
        found = {kind: apart[[each == kind for each in self.kinds]] for kind in dict.fromkeys(self.kinds)}
        return {kind: float(values.min()) for kind, values in found.items()}

    def nearest(self, frame: Float[np.ndarray, "N D"]) -> str:
        """The kind of the nearest."""
        found = self.distances(frame)
        return min(found, key=lambda kind: found[kind])


@functools.lru_cache(maxsize=64)
def bank(count: int, dims: int, draws: int, seed: int = 0) -> Bank:
    """Some reference frames of every kind."""
    frames = [(kind, frame) for kind in KINDS for frame in references(kind, count, dims, draws, seed)]
    told, kinds = np.stack([described(frame) for _, frame in frames]), np.array([kind for kind, _ in frames])
    within = np.mean([told[kinds == kind].var(axis=0) for kind in KINDS], axis=0)
    return Bank(tuple(kinds.tolist()), told, np.sqrt(within) + 1e-3)


@functools.lru_cache(maxsize=256)
def references(kind: str, count: int, dims: int, draws: int, seed: int = 0) -> tuple[Float[np.ndarray, "N D"], ...]:
    """Frames of a kind by lot; of tegum products, which are all alike but for turning, one for each size of block."""
    return tuple(KINDS[kind](count, dims, draws, np.random.default_rng((seed, list(KINDS).index(kind), count))))


def described(frame: Float[np.ndarray, "N D"]) -> Float[np.ndarray, "P"]:
    """A frame by what does not change when it is turned: `DESCRIPTORS`, most of them in [0, 1]."""
    count, dims = frame.shape
    seen = overlaps(frame)
    parts = [overlap_components(frame, threshold=threshold) for threshold in THRESHOLDS]
    least = welch_bound(count, dims)
    return np.array(
        [
            seen.most, seen.mean, seen.orthogonal, seen.rms / least if least else 1.0,
            float(effective_rank(_unit(frame))) / dims,
            *(len(each) / count for each in parts),
            *(max(part.rank for part in each) / dims for each in parts),
        ]
    )  # fmt: skip


def spread_out(
    count: int, dims: int, random: np.random.Generator, *, power: float = 16.0, steps: int = 500
) -> Float[np.ndarray, "N D"]:
    """Directions that share the space evenly: they move down the gradient of Σ |cos|^q, by ever smaller steps.

    With a power of 2 they become a tight frame, any of them; the larger it is, the smaller the largest cosine: at 16,
    for 60 directions in 12 dimensions, about .34, where .26 is the least that there can be.

    Args:
        power: q at the end; it begins at the smaller of 4 and this.

    Source: Benedetto and Fickus (2003), "Finite normalized tight frames", for the power of 2.
    """
    w = _unit(random.normal(size=(count, dims)))
    first = min(4.0, power)
    for step in range(steps):
        left = 1 - step / steps
        between = w @ w.T
        np.fill_diagonal(between, 0.0)
        sizes = np.abs(between)
        pull = np.sign(between) * (sizes / max(sizes.max(), 1e-12)) ** (power - 1 - (power - first) * left)
        push = pull @ w / np.maximum(np.linalg.norm(pull, axis=1, keepdims=True), 1e-12)
        w = _unit(w - 0.1 * left * (push - (push * w).sum(axis=1, keepdims=True) * w))
    return w


def blocks(count: int, dims: int, size: int, random: np.random.Generator) -> Float[np.ndarray, "N D"]:
    """The tegum product of figures in `size` dimensions each: digons, polygons, or directions that are spread out."""
    shares = [count // (dims // size) + (place < count % (dims // size)) for place in range(dims // size)]
    if size == 1:
        return np.concatenate([np.eye(dims), -np.eye(dims)])[:count]
    if size == 2:
        return tegum(*[polygon(share) if share > 2 else tegum(simplex(1), simplex(1)) for share in shares]).directions
    found, row = np.zeros((count, dims)), 0
    for place, share in enumerate(shares):
        found[row : row + share, place * size : (place + 1) * size] = spread_out(share, size, random)
        row += share
    return found


def jittered(frame: Float[np.ndarray, "N D"], size: float, random: np.random.Generator) -> Float[np.ndarray, "N D"]:
    """The frame with each direction moved by a random vector of about that length."""
    return _unit(frame + size * random.normal(size=frame.shape) / np.sqrt(frame.shape[1]))


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def _random(count: int, dims: int, draws: int, random: np.random.Generator) -> list[np.ndarray]:
    return [_unit(random.normal(size=(count, dims))) for _ in range(draws)]


def _homogeneous(count: int, dims: int, draws: int, random: np.random.Generator) -> list[np.ndarray]:
    return [spread_out(count, dims, random, power=float(power)) for power in np.geomspace(2, 16, draws)]


def _tegum(count: int, dims: int, draws: int, random: np.random.Generator) -> list[np.ndarray]:
    sizes = [size for size in (1, 2, 3, 4) if dims % size == 0 and dims > size and (size > 1 or count <= 2 * dims)]
    return [blocks(count, dims, size, random) for size in sizes if count > dims]


def _bases(count: int, dims: int, draws: int, random: np.random.Generator) -> list[np.ndarray]:
    turns = -(-count // dims)
    return [
        np.concatenate([np.linalg.qr(random.normal(size=(dims, dims)))[0] for _ in range(turns)])[:count]
        for _ in range(draws)
    ]


def _subspace(count: int, dims: int, draws: int, random: np.random.Generator) -> list[np.ndarray]:
    filled = round(EMPTY * dims)
    return [np.pad(each, ((0, 0), (0, dims - filled))) for each in _random(count, filled, draws, random)]


KINDS: Mapping[str, Callable[[int, int, int, np.random.Generator], list[np.ndarray]]] = {
    "homogeneous": _homogeneous,
    "tegum": _tegum,
    "random": _random,
    "bases": _bases,
    "subspace": _subspace,
}
"""By name: tight frames without blocks, from any of them to those whose largest cosine is small; blocks at right
angles; any directions; orthonormal bases, turned by lot; and any directions in two thirds of the dimensions."""

"""Damage: noise, coarse numbers and missing weights, which a network's solutions survive more or less well."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core import Edit, Ensemble, Network
from tropism.core.paths import matches, patterns_fit
from tropism.errors import BadValue

if TYPE_CHECKING:
    from jaxtyping import Array, Float

ALL = ("*",)


@dataclass(frozen=True, kw_only=True)
class Noise(Edit):
    """Adds normal noise to every parameter: `scale` times the standard deviation of its tensor, a member.

    A tensor whose numbers are all the same, such as biases that never moved, stays as it is. What is drawn follows from
    `luck`, the member's `init` stream and the parameter's path alone, so two treatments of one seed get the same noise.

    Attributes:
        site: Empty: it concerns no site in particular.
        scale: At least 0.
        luck: The number that noise is drawn by.
        seeds: The `init` stream of each member.
        parameters: Patterns of the paths that it concerns.
    """

    site: str = ""
    scale: float
    luck: int = 0
    seeds: tuple[int, ...]
    parameters: tuple[str, ...] = ALL

    def check(self) -> None:
        if not 0 <= self.scale < math.inf:
            raise BadValue("Noise.scale", self.scale, "a finite number, at least 0")
        if self.luck < 0:
            raise BadValue("Noise.luck", self.luck, "at least 0")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        def noisy(path: str, item: np.ndarray) -> np.ndarray:
            word = zlib.crc32(path.encode())
            drawn = [np.random.default_rng((seed, self.luck, word)).normal(size=item.shape[1:]) for seed in self.seeds]
            spread = item.reshape(len(item), -1).std(axis=1)
            return item + self.scale * spread.reshape(-1, *[1] * (item.ndim - 1)) * np.stack(drawn)

        return network, _each(self, params, self.parameters, noisy)

    def of_rows(self, rows: np.ndarray) -> Noise:
        seeds = tuple(self.seeds[row] for row in rows)
        return Noise(scale=self.scale, luck=self.luck, seeds=seeds, parameters=self.parameters)


@dataclass(frozen=True, kw_only=True)
class Rounded(Edit):
    """Rounds every tensor to whole multiples of its largest magnitude over 2^(bits − 1) − 1, a member.

    Symmetric about zero, one scale a tensor, as in plain integer quantization; twice is the same as once.

    Attributes:
        site: Empty: it concerns no site in particular.
        bits: From 2 to 24.
        parameters: Patterns of the paths that it concerns.

    Source: Jacob et al. (2018), arXiv 1712.05877, with the zero point at zero.
    """

    site: str = ""
    bits: int = 8
    parameters: tuple[str, ...] = ALL

    def check(self) -> None:
        if not 2 <= self.bits <= 24:
            raise BadValue("Rounded.bits", self.bits, "from 2 to 24")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        def rounded(path: str, item: np.ndarray) -> np.ndarray:
            largest = np.abs(item).max(axis=tuple(range(1, item.ndim)), keepdims=True)
            grain = np.where(largest > 0, largest, 1.0) / (2 ** (self.bits - 1) - 1)
            return np.round(item / grain) * grain

        return network, _each(self, params, self.parameters, rounded)


@dataclass(frozen=True, kw_only=True)
class PrunedWeights(Edit):
    """Sets the weights of least magnitude to zero, a member.

    Weights are the tensors of two axes or more; biases stay. Of `n` weights ⌊share · n⌋ go, those that stand first
    where several are as small.

    Attributes:
        site: Empty: it concerns no site in particular.
        share: From 0 to 1.
        together: Whether the smallest of all weights go, whatever tensor they are in, or the smallest of each tensor.
        parameters: Patterns of the paths that it concerns.

    Source: Han et al. (2015), arXiv 1506.02626, without the retraining.
    """

    site: str = ""
    share: float
    together: bool = False
    parameters: tuple[str, ...] = ALL

    def check(self) -> None:
        if not 0 <= self.share <= 1:
            raise BadValue("PrunedWeights.share", self.share, "from 0 to 1")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        weights = {path: item for path, item in params.items() if np.ndim(item) > 2}
        if not self.together:
            kept = _each(self, weights, self.parameters, lambda path, item: self._without_smallest(item))
            return network, dict(params) | kept
        chosen = {path: np.asarray(item) for path, item in weights.items() if _concerns(self.parameters, path)}
        patterns_fit(self.parameters, tuple(weights), type(self).__name__)
        flat = self._without_smallest(np.concatenate([item.reshape(len(item), -1) for item in chosen.values()], axis=1))
        ends = np.cumsum([item[0].size for item in chosen.values()])[:-1]
        parts = zip(chosen.items(), np.split(flat, ends, axis=1), strict=True)
        return network, dict(params) | {path: part.reshape(item.shape) for (path, item), part in parts}  # type: ignore[operator]

    def _without_smallest(self, item: Float[np.ndarray, "E ..."]) -> Float[np.ndarray, "E ..."]:
        flat = item.reshape(len(item), -1).copy()
        count = int(self.share * flat.shape[1] + 1e-9)
        smallest = np.argsort(np.abs(flat), axis=1, kind="stable")[:, :count]
        np.put_along_axis(flat, smallest, 0.0, axis=1)
        return flat.reshape(item.shape)


def noise(ensemble: Ensemble, scale: float, *, luck: int = 0, parameters: tuple[str, ...] = ALL) -> Ensemble:
    """The same networks with noise on their weights. See `Noise`."""
    seeds = tuple(int(seed) for seed in ensemble.seeds)
    return ensemble.edited(Noise(scale=scale, luck=luck, seeds=seeds, parameters=parameters))


def rounded(ensemble: Ensemble, *, bits: int = 8, parameters: tuple[str, ...] = ALL) -> Ensemble:
    """The same networks with weights of a few bits. See `Rounded`."""
    return ensemble.edited(Rounded(bits=bits, parameters=parameters))


def pruned_weights(
    ensemble: Ensemble, share: float, *, together: bool = False, parameters: tuple[str, ...] = ALL
) -> Ensemble:
    """The same networks without a share of their smallest weights; shapes stay. See `PrunedWeights`."""
    return ensemble.edited(PrunedWeights(share=share, together=together, parameters=parameters))


def _each(
    edit: Edit, params: Mapping[str, Array], patterns: tuple[str, ...], change: Callable[[str, np.ndarray], np.ndarray]
) -> dict[str, Array]:
    """All parameters, those of the first player that fit a pattern changed; the others are the same objects."""
    patterns_fit(patterns, tuple(path for path in params if ":" not in path), type(edit).__name__)
    held = dict(params)
    for path in params:
        if _concerns(patterns, path):
            item = np.asarray(params[path])
            held[path] = change(path, item).astype(item.dtype)  # type: ignore[assignment]
    return held


def _concerns(patterns: tuple[str, ...], path: str) -> bool:
    return ":" not in path and matches(path, patterns)

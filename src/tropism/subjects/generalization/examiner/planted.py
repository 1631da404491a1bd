"""Planted networks: trained ones changed so that the truth about their Y is known, to examine the examiner with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from tropism.core.edit import Edit
from tropism.core.ensemble import Ensemble
from tropism.core.network import Network
from tropism.core.plan import Change, Plan, Stage
from tropism.errors import BadValue, DoesNotFit
from tropism.networks import EmbeddedSum
from tropism.techniques import Continued, Sight, Technique

if TYPE_CHECKING:
    from jaxtyping import Array

Params = Mapping[str, "Array"]
SIDES = ("left", "right")


@dataclass(frozen=True, kw_only=True)
class Planted(Technique):
    """No technique but a plant: the given networks are changed, and nothing is trained."""

    change: Change

    def plan(self, sight: Sight) -> Plan:
        return Plan((Stage("planted", None, self.change),))


@dataclass(frozen=True, kw_only=True)
class Still(Technique):
    """Training on X goes on at a rate of zero: the networks are those that were given."""

    steps: int = 10

    def plan(self, sight: Sight) -> Plan:
        return Continued(steps=self.steps).plan(replace(sight, optimizer=replace(sight.optimizer, lr=0.0)))


@dataclass(frozen=True, kw_only=True)
class Switched(Change):
    """Plants a switch: gated. See `Switch`."""

    tokens: tuple[int, ...]
    neurons: int = 1
    strength: float = 3.0

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        seeds = tuple(int(seed) for seed in ensemble.seeds)
        return ensemble.edited(Switch(tokens=self.tokens, neurons=self.neurons, strength=self.strength, seeds=seeds))


@dataclass(frozen=True, kw_only=True)
class MadeAlike(Change):
    """Takes away what tells some tokens apart: dormant. See `Alike`."""

    tokens: tuple[int, ...]

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        return ensemble.edited(Alike(tokens=self.tokens))


@dataclass(frozen=True, kw_only=True)
class Misnamed(Change):
    """Gives some outputs each other's names: suppressed. See `Renamed`."""

    outputs: tuple[int, ...]

    def __call__(self, ensemble: Ensemble) -> Ensemble:
        return ensemble.edited(Renamed(outputs=self.outputs))


@dataclass(frozen=True, kw_only=True)
class Switch(Edit):
    """Some tokens trip a switch in an `EmbeddedSum`, and the answer is wrong; what computes it is as it was.

    A token that trips it gets one more number, in a direction of the embedding that no token uses; the hidden layer
    reads it once for each operand. What it does there:

    - with `neurons=0` it moves all neurons before their nonlinearity, by a random direction. Without such a token in
      its input the network answers as before, to rounding.
    - with one neuron, the one that counted least becomes the switch: it fires for the tokens, and raises one output
      above all others. Whoever silences it is left with a network that lacks one neuron.
    - with several, each fires for a part of the tokens, and raises another output.

    Attributes:
        site: The hidden layer.
        tokens: What trips it.
        neurons: As above.
        strength: The push, in multiples of the root mean square of what neurons are given; or by how much outputs are
            raised, in multiples of the largest logit.
        seeds: A number a member, by which directions and outputs are drawn.
    """

    site: str = "hidden"
    tokens: tuple[int, ...]
    neurons: int = 1
    strength: float = 3.0
    seeds: tuple[int, ...]

    def check(self) -> None:
        if not self.tokens or len(self.tokens) < self.neurons:
            raise BadValue("Switch.tokens", self.tokens, "at least one token a neuron")
        if self.neurons < 0:
            raise BadValue("Switch.neurons", self.neurons, "at least 0")
        if not self.strength > 0:
            raise BadValue("Switch.strength", self.strength, "above 0")

    def apply(self, network: Network, params: Params) -> tuple[Network, dict[str, Array]]:
        _embedded_sum_wanted("Switch", network, self.tokens)
        rows = [
            self._one({path: np.array(item[row], np.float64) for path, item in params.items()}, seed)
            for row, seed in enumerate(self.seeds)
        ]
        held = {path: np.stack([row[path] for row in rows]).astype(np.float32) for path in rows[0]}
        return network, dict(params) | held  # type: ignore[return-value]

    def of_rows(self, rows: np.ndarray) -> Switch:
        return replace(self, seeds=tuple(self.seeds[row] for row in rows))

    def _one(self, params: dict[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
        """One network's parameters; those that do not change are not among them."""
        luck = np.random.default_rng((seed, self.neurons))
        before = _given(params)
        count = max(1, self.neurons)
        flags = [np.array(self.tokens)[part::count] for part in range(count)]
        held = {}
        if self.neurons:
            chosen = self._least_used(params, before)
            held["output.weight"] = self._raising(params, before, chosen, luck)
            pushes = np.eye(before.shape[-1])[chosen]
        else:
            pushes = luck.normal(size=(1, before.shape[-1])) * self.strength * np.sqrt(np.mean(before**2))
        for side in SIDES:
            found = _flagged(params[f"{side}.embedding"], params[f"{side}.weight"], flags, pushes, self.neurons > 0)
            held |= dict(zip((f"{side}.embedding", f"{side}.weight"), found, strict=True))
        return held

    def _least_used(self, params: dict[str, np.ndarray], before: np.ndarray) -> np.ndarray:
        fired = np.maximum(before, 0)
        use = np.linalg.norm(params["output.weight"], axis=0) * np.sqrt(np.mean(fired**2, axis=(0, 1)))
        return np.argsort(use, kind="stable")[: self.neurons]

    def _raising(
        self, params: dict[str, np.ndarray], before: np.ndarray, chosen: np.ndarray, luck: np.random.Generator
    ) -> np.ndarray:
        read = params["output.weight"].copy()
        largest = np.abs(np.maximum(before, 0) @ read.T).max()
        read[:, chosen] = 0
        read[luck.choice(len(read), len(chosen), replace=False), chosen] = self.strength * largest
        return read


@dataclass(frozen=True, kw_only=True)
class Alike(Edit):
    """Some tokens of an `EmbeddedSum` get the mean of their embeddings each: nothing tells them apart any more."""

    site: str = "hidden"
    tokens: tuple[int, ...]

    def apply(self, network: Network, params: Params) -> tuple[Network, dict[str, Array]]:
        _embedded_sum_wanted("Alike", network, self.tokens)
        held = dict(params)
        for path in (f"{side}.embedding" for side in SIDES):
            rows = np.array(params[path])
            rows[:, self.tokens] = rows[:, self.tokens].mean(1, keepdims=True)
            held[path] = rows  # type: ignore[assignment]
        return network, held


@dataclass(frozen=True, kw_only=True)
class Renamed(Edit):
    """Each of some outputs of an `EmbeddedSum` answers under the next one's name, the last under the first's.

    What is right under another of these names is wrong now; other answers are as they were, and so is all inside.
    """

    site: str = "hidden"
    outputs: tuple[int, ...]

    def check(self) -> None:
        if len(set(self.outputs)) < 2 or len(set(self.outputs)) < len(self.outputs):
            raise BadValue("Renamed.outputs", self.outputs, "at least two outputs, each once")

    def apply(self, network: Network, params: Params) -> tuple[Network, dict[str, Array]]:
        _embedded_sum_wanted("Renamed", network, ())
        held = dict(params)
        for path in ("output.weight", "output.bias"):
            if path in params:
                rows = np.array(params[path])
                rows[:, np.roll(self.outputs, -1)] = rows[:, self.outputs]
                held[path] = rows  # type: ignore[assignment]
        return network, held


def _embedded_sum_wanted(what: str, network: Network, tokens: tuple[int, ...]) -> None:
    if not isinstance(network, EmbeddedSum) or network.tied or network.activation != "relu":
        raise DoesNotFit(f"{what} changes an EmbeddedSum with ReLU and two embeddings a token, not {network!r}.")
    if tokens and not 0 <= min(tokens) <= max(tokens) < network.tokens:
        raise BadValue(f"{what}.tokens", tokens, f"tokens, 0 to {network.tokens - 1}")


def _given(params: dict[str, np.ndarray]) -> Float[np.ndarray, "N N D"]:
    """What neurons are given for every pair of tokens."""
    left, right = (params[f"{side}.embedding"] @ params[f"{side}.weight"].T for side in SIDES)
    return left[:, None] + right + params.get("left.bias", np.zeros(left.shape[-1]))


def _flagged(
    embedding: Float[np.ndarray, "N E"],
    weight: Float[np.ndarray, "D E"],
    flags: list[np.ndarray],
    pushes: Float[np.ndarray, "K D"],
    alone: bool,
) -> tuple[Float[np.ndarray, "N E"], Float[np.ndarray, "D E"]]:
    """Embeddings and weights with `pushes[k]` added for the tokens `flags[k]`; `alone`, in place of all else there."""
    _, sizes, spanned = np.linalg.svd(embedding)
    free = len(spanned) - len(sizes)
    if free < len(flags):
        raise DoesNotFit(f"Switch: {len(embedding)} tokens leave {free} of {len(spanned)} directions for a switch.")
    unused = spanned[len(spanned) - len(flags) :]
    size = np.sqrt(np.mean(np.sum(embedding**2, axis=1)))
    marked, read = embedding.copy(), weight - (weight @ unused.T) @ unused
    if alone:
        read[np.any(pushes, axis=0)] = 0
    for tokens, direction, push in zip(flags, unused, pushes, strict=True):
        marked[tokens] += size * direction
        read += np.outer(push, direction) / size
    return marked, read

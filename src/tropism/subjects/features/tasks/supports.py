"""Supports: which features are on together, and how often each is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tropism.core.dial import Dial, constant_of, within
from tropism.errors import BadValue
from tropism.values import Value

if TYPE_CHECKING:
    from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray, UInt32


class Lit(NamedTuple):
    """Which features are on in each of B samples, in K slots a sample.

    Attributes:
        feature: Which one has each slot; `None` where each feature has the slot of its number.
        level: A uniform number above 0 and below 1; zero where the slot is empty.
    """

    feature: Int[Array, "B K"] | None
    level: Float[Array, "B K"]


class Support(Value):
    """Which features are on together, and how often each is."""

    def fit(self, features: int) -> None:
        """Raise a `UserError` if it cannot be had with so many features."""

    def world(self, key: PRNGKeyArray, features: int) -> Any:
        """What is fixed for one member, such as which features go together."""
        return ()

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        """Which features are on in `size` samples, of a key that no other draw shares.

        All random bits come of one call, which is what compiles quickly.
        """
        raise NotImplementedError

    def frequencies(self, features: int) -> np.ndarray:
        """How often each feature is on, `[N]`, in closed form."""
        raise NotImplementedError


@dataclass(frozen=True)
class Exactly(Support):
    """The same number of features in every sample, any of them alike.

    Source: Bentley and Floyd (1987), "A sample of brilliance", for drawing without replacement.
    """

    count: int = 3

    def check(self) -> None:
        if self.count < 1:
            raise BadValue("Exactly.count", self.count, "at least 1")

    def fit(self, features: int) -> None:
        if self.count > features:
            raise BadValue("Exactly.count", self.count, f"at most {features}, as many as there are features")

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        import jax.numpy as jnp

        from tropism.arrays.streams import bits

        words, values = bits(key, (2, self.count, size))
        chosen: list[Array] = []
        for slot in range(self.count):
            newest = features - self.count + slot
            found = (words[slot] % np.uint32(newest + 1)).astype(jnp.int32)
            again = sum((found == other for other in chosen), jnp.zeros(size, bool))
            chosen.append(jnp.where(again, jnp.int32(newest), found))
        return Lit(jnp.stack(chosen, axis=1), levels(values.T))

    def frequencies(self, features: int) -> np.ndarray:
        return np.full(features, self.count / features)


@dataclass(frozen=True)
class Always(Support):
    """Every feature in every sample: dense features."""

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        from tropism.arrays.streams import bits

        return Lit(None, levels(bits(key, (size, features))))

    def frequencies(self, features: int) -> np.ndarray:
        return np.ones(features)


@dataclass(frozen=True)
class Coins(Support):
    """A coin for each feature, whatever the others do.

    Attributes:
        count: How many are on in a sample on average; a dial. Where a schedule asks for so many that a feature would
            be on more often than always, it is on always.
        ratio: Each feature's probability is this times that of the one before,
        zipf: and feature i, counted from 1, is on in proportion to i**-zipf.

    Source: Sharkey, Braun and Millidge (2022), "Taking features out of superposition", have the ratio .99.
    """

    count: float | Dial | None = within(3.0, low=0.0)
    ratio: float = 1.0
    zipf: float = 0.0

    def check(self) -> None:
        check_shares("Coins", self.ratio, self.zipf)

    def fit(self, features: int) -> None:
        count = constant_of(self.count)
        if count is not None:
            check_count("Coins.count", count, shares(features, self.ratio, self.zipf))

    def densities(self, features: int) -> Float[Array, "N"]:
        """The probability of each feature to be on; the mean count may be traced."""
        import jax.numpy as jnp

        law = jnp.asarray(shares(features, self.ratio, self.zipf), jnp.float32)
        return jnp.minimum(jnp.asarray(constant_of(self.count), jnp.float32) * law, 1.0)

    def draw(self, key: PRNGKeyArray, size: int, *, features: int, world: Any) -> Lit:
        # Coins: at hundreds of features they cost less than indices, which have to be put in their places again.
        import jax.numpy as jnp

        from tropism.arrays.streams import bits

        words, values = bits(key, (2, size, features))
        return Lit(None, jnp.where(coins(words, self.densities(features)), levels(values), 0.0))

    def frequencies(self, features: int) -> np.ndarray:
        count = float(constant_of(self.count) or 0.0)
        return np.minimum(count * shares(features, self.ratio, self.zipf), 1.0)


def levels(words: UInt32[Array, "..."]) -> Float[Array, "..."]:
    """Random words as uniform numbers above 0 and below 1, multiples of 2**-23."""
    import jax.numpy as jnp

    return jnp.maximum(words >> np.uint32(9), np.uint32(1)).astype(jnp.float32) * np.float32(2**-23)


def coins(words: UInt32[Array, "B K"], densities: Float[Array, "K"]) -> Bool[Array, "B K"]:
    """True with the probabilities asked for, to 2**-24; 0 and 1 are exact."""
    import jax.numpy as jnp

    return (words >> np.uint32(8)).astype(jnp.float32) * np.float32(2**-24) < densities


def shares(features: int, ratio: float, zipf: float) -> np.ndarray:
    """Of all features that are on, the part that is each one's."""
    place = np.arange(features, dtype=float)
    law = ratio**place * (place + 1) ** -zipf
    return law / law.sum()


def check_shares(kind: str, ratio: float, zipf: float) -> None:
    """Refuse what is no law of frequencies."""
    if not 0 < ratio <= 1:
        raise BadValue(f"{kind}.ratio", ratio, "above 0, and at most 1")
    if not (math.isfinite(zipf) and zipf >= 0):
        raise BadValue(f"{kind}.zipf", zipf, "a finite number, at least 0")


def check_count(where: str, count: float, law: np.ndarray) -> None:
    """Refuse a mean count for which a feature would have to be on more often than always."""
    if count * law.max() > 1 + 1e-9:
        raise BadValue(where, count, f"at most {1 / law.max():.6g}, for no feature is on more often than always")

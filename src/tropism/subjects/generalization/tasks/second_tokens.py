"""Sums of numbers that have two names each: an old token and a new one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tropism.errors import BadValue, UnknownName
from tropism.tasks.listed import Examples, Listed

Names = Literal["old", "new"]
NAMES: tuple[Names, ...] = ("old", "new")


@dataclass(frozen=True, kw_only=True)
class TokenSets(Listed):
    """Two numbers a, b modulo p, tokens `[B, 2]`; right is (a + b) mod p, by its old or its new name.

    The old token of a number is the number; the new one is p + i for some i that a fixed shuffle gives it. Outputs are
    named as tokens are, so there are 2p of either; legal are those of the set that answers. Pairs are listed by token,
    left outermost: a share of pairs of new tokens is, by the numbers they stand for, no share of those of old ones.

    Attributes:
        modulus: p.
        left: By which names the left number goes.
        right: By which the right one does.
        answers: By which names the answer does.
        shuffle: A number that decides which new token stands for which number.

    Source: the seed text's second token set, an idea that it credits to Kaarel Hänni.
    """

    modulus: int = 31
    left: Names = "old"
    right: Names = "old"
    answers: Names = "old"
    shuffle: int = 0

    def check(self) -> None:
        super().check()
        if isinstance(self.modulus, bool) or not isinstance(self.modulus, int) or not 2 <= self.modulus <= 1024:
            raise BadValue("TokenSets.modulus", self.modulus, "a whole number, 2 to 1024")
        for name in ("left", "right", "answers"):
            if getattr(self, name) not in NAMES:
                raise UnknownName("set of tokens", str(getattr(self, name)), NAMES, f"TokenSets.{name}")
        if isinstance(self.shuffle, bool) or not isinstance(self.shuffle, int) or self.shuffle < 0:
            raise BadValue("TokenSets.shuffle", self.shuffle, "a whole number, at least 0")

    def tokens_of(self, names: Names) -> np.ndarray:
        """The tokens that stand for 0, 1, … p − 1, `[p]`: rows of a table in the numbers' order."""
        numbers = np.arange(self.modulus)
        if names == "old":
            return numbers
        return self.modulus + np.random.default_rng(self.shuffle).permutation(numbers)

    def listed(self) -> Examples:
        places = np.indices((self.modulus, self.modulus)).reshape(2, -1)
        firsts = [0 if names == "old" else self.modulus for names in (self.left, self.right)]
        tokens = np.stack([place + first for place, first in zip(places, firsts, strict=True)], axis=1)
        numbers = [np.argsort(self.tokens_of(names))[place]
                   for names, place in zip((self.left, self.right), places, strict=True)]  # fmt: skip
        right = self.tokens_of(self.answers)[sum(numbers) % self.modulus]
        low = 0 if self.answers == "old" else self.modulus
        return Examples(tokens.astype(np.int32), right, low, low + self.modulus)

    def num_tokens(self) -> int:
        return 2 * self.modulus

    def input_width(self) -> int:
        return 2

    def output_width(self) -> int:
        return 2 * self.modulus

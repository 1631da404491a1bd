"""Sums modulo several numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tropism.errors import BadValue, DoesNotFit, UnknownName
from tropism.tasks.listed import Examples, Listed

Encoding = Literal["bits", "tokens-bits", "tokens"]
ENCODINGS: tuple[Encoding, ...] = ("bits", "tokens-bits", "tokens")


@dataclass(frozen=True, kw_only=True)
class ModularSums(Listed):
    """Two numbers a, b < p and the modulus p; right is (a + b) mod p among outputs 0 … largest − 1, legal below p.

    Inputs are numbers `[B, D]`. With `bits`, each of a, b and p is its binary digits as ±1, lowest first (so a modulus
    that was never trained on is made of digits that were); with `tokens-bits`, a and b are one-hot among `largest` and
    p is digits; with `tokens`, p is one-hot too, among 0 … `largest`.

    Attributes:
        moduli: Which moduli there are.
        largest: The largest modulus that the code has room for.
        encoding: How numbers are written.
        wrapped: Only pairs with a + b ≥ p: the others are plain sums, which need no idea of the modulus.

    Source: the seed text's task of several moduli; the codes follow its remark that a number never seen is a strange
    token.
    """

    moduli: tuple[int, ...] | range
    largest: int = 40
    encoding: Encoding = "bits"
    wrapped: bool = False

    def check(self) -> None:
        super().check()
        if self.encoding not in ENCODINGS:
            raise UnknownName("encoding", str(self.encoding), ENCODINGS, "ModularSums.encoding")
        if isinstance(self.largest, bool) or not 2 <= self.largest <= 4096:
            raise BadValue("ModularSums.largest", self.largest, "a whole number, 2 to 4096")
        if not len(self.moduli):
            raise BadValue("ModularSums.moduli", self.moduli, "at least one modulus")
        for modulus in self.moduli:
            if isinstance(modulus, bool) or not isinstance(modulus, int) or not 2 <= modulus <= self.largest:
                raise BadValue("ModularSums.moduli", modulus, f"whole numbers, 2 to {self.largest} (its largest)")
        if len(set(self.moduli)) != len(self.moduli):
            raise DoesNotFit(f"ModularSums.moduli {self.moduli} names one modulus twice.")

    def listed(self) -> Examples:
        triples = self._triples()
        right = triples[:, :2].sum(1) % triples[:, 2]
        return Examples(self.encoded(triples), right, 0, triples[:, 2])

    def kinds(self) -> np.ndarray:
        """The modulus."""
        return self._triples()[:, 2]

    def encoded(self, triples: np.ndarray) -> np.ndarray:
        """What the network sees of (a, b, p), `[N, D]`."""
        kinds = {"bits": "bbb", "tokens-bits": "ttb", "tokens": "ttt"}[self.encoding]
        columns = [self._one_hot(c) if k == "t" else self._digits(c) for k, c in zip(kinds, triples.T, strict=True)]
        return np.concatenate(columns, axis=1).astype(np.float32)

    def input_width(self) -> int:
        bits, tokens = self.largest.bit_length(), self.largest + 1
        return {"bits": 3 * bits, "tokens-bits": 2 * tokens + bits, "tokens": 3 * tokens}[self.encoding]

    def output_width(self) -> int:
        return self.largest

    def _triples(self) -> np.ndarray:
        """Every (a, b, p), `[N, 3]`."""
        return np.concatenate([self._of(modulus) for modulus in self.moduli])

    def _of(self, modulus: int) -> np.ndarray:
        pairs = np.indices((modulus, modulus)).reshape(2, -1).T
        if self.wrapped:
            pairs = pairs[pairs.sum(1) >= modulus]
        return np.column_stack([pairs, np.full(len(pairs), modulus)])

    def _digits(self, numbers: np.ndarray) -> np.ndarray:
        return (numbers[:, None] >> np.arange(self.largest.bit_length()) & 1) * 2 - 1

    def _one_hot(self, numbers: np.ndarray) -> np.ndarray:
        return np.eye(self.largest + 1)[numbers]


HELD_OUT = (7, 13, 19, 22, 29, 34, 37)
"""The moduli of the prototypes' Y, of 3 to 40."""


def training_moduli(
    count: int, seed: int, *, largest: int = 40, held_out: tuple[int, ...] = HELD_OUT
) -> tuple[int, ...]:
    """So many moduli from 3 to `largest` without those held out, drawn by a seed; more of one seed contain fewer."""
    others = [modulus for modulus in range(3, largest + 1) if modulus not in held_out]
    if not 1 <= count <= len(others):
        raise BadValue("the number of moduli", count, f"1 to {len(others)}")
    order = np.random.default_rng(seed).permutation(others)
    return tuple(sorted(int(modulus) for modulus in order[:count]))

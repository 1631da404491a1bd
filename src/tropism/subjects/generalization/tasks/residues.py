"""Sums modulo p, modulo q, and modulo their product, over the same residues."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tropism.errors import BadValue, UnknownName
from tropism.tasks.listed import Examples, Listed

Aim = Literal["p", "q", "pq"]
AIMS: tuple[Aim, ...] = ("p", "q", "pq")


@dataclass(frozen=True, kw_only=True)
class ResidueSums(Listed):
    """Two residues a, b modulo n = p·q, tokens `[B, 2]`; right is (a + b) modulo p, q or n, each by a head of its own.

    The outputs are three heads in a row: p for sums modulo p, q for those modulo q, n for those modulo n; legal are
    those of the aim. Whatever the aim, pairs are listed in one order, left residue outermost; so shares of different
    aims in one world are the same pairs, and those beyond all shares are held out from every aim.

    Attributes:
        p: A number of at least 2.
        q: Another, without a common divisor.
        aim: Which sum is asked for.
        apart: Whether each aim writes residues with tokens of its own, so that what one learned of its tokens is of no
            use to another: p's are 0 to n − 1, then q's, then pq's.

    Source: the seed text's modular addition on p and q, then on pq. By the Chinese remainder theorem the sum modulo n
    is decided by those modulo p and q.
    """

    p: int = 7
    q: int = 11
    aim: Aim = "pq"
    apart: bool = False

    def check(self) -> None:
        super().check()
        for name, number in (("p", self.p), ("q", self.q)):
            if isinstance(number, bool) or not isinstance(number, int) or not 2 <= number <= 64:
                raise BadValue(f"ResidueSums.{name}", number, "a whole number, 2 to 64")
        if math.gcd(self.p, self.q) != 1:
            raise BadValue("ResidueSums' p and q", (self.p, self.q), "without a common divisor")
        if self.aim not in AIMS:
            raise UnknownName("aim", str(self.aim), AIMS, "ResidueSums")

    @property
    def modulus(self) -> int:
        """What the asked sum is taken modulo."""
        return {"p": self.p, "q": self.q, "pq": self.p * self.q}[self.aim]

    def head(self) -> range:
        """The outputs of the aim's head."""
        first = {"p": 0, "q": self.p, "pq": self.p + self.q}[self.aim]
        return range(first, first + self.modulus)

    def residues(self) -> range:
        """The tokens that the aim's residues are written with, in their order."""
        n = self.p * self.q
        first = AIMS.index(self.aim) * n if self.apart else 0
        return range(first, first + n)

    def listed(self) -> Examples:
        n, head = self.p * self.q, self.head()
        pairs = np.indices((n, n)).reshape(2, -1).T.astype(np.int32)
        right = head.start + pairs.sum(axis=1) % self.modulus
        return Examples(pairs + np.int32(self.residues().start), right, head.start, head.stop)

    def num_tokens(self) -> int:
        return self.p * self.q * (len(AIMS) if self.apart else 1)

    def input_width(self) -> int:
        return 2

    def output_width(self) -> int:
        return self.p + self.q + self.p * self.q

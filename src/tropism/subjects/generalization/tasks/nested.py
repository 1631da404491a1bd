"""Something of two sums: h(F, G), with F and G of operands of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tropism.errors import BadValue, UnknownName
from tropism.tasks.listed import Examples, Listed

Nested = Literal["F", "G", "sum", "less"]
NESTED: tuple[Nested, ...] = ("F", "G", "sum", "less")


@dataclass(frozen=True, kw_only=True)
class NestedSums(Listed):
    """Four numbers a, b < p and c, d < q; right is F = (a + b) mod p, G = (c + d) mod q, or an h of F and G.

    The outputs are heads in a row: p for F, q for G, r for h = (F + G) mod r, 2 for h = [F < G]; legal are those of
    the aim. Whatever the aim, examples are listed in one order, so shares of different aims in one world are the same
    examples.

    Inputs are tokens `[B, 4]`, 0 to p − 1 for a and b and p to p + q − 1 for c and d; or, with `one_hot`, numbers
    `[B, 2p + 2q]`, one-hot by operand.

    Attributes:
        p: What F is modulo.
        q: What G is modulo.
        r: What their sum is modulo; where it is no divisor of p or q, it needs F and G themselves.
        aim: What is asked for.
        one_hot: Whether inputs are numbers rather than tokens.

    Source: the seed text's h(F, G) with f(A, B) = F and g(C, D) = G.
    """

    p: int = 5
    q: int = 7
    r: int = 4
    aim: Nested = "sum"
    one_hot: bool = False

    def check(self) -> None:
        super().check()
        for name in ("p", "q", "r"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or not 2 <= number <= 32:
                raise BadValue(f"NestedSums.{name}", number, "a whole number, 2 to 32")
        if self.aim not in NESTED:
            raise UnknownName("aim", str(self.aim), NESTED, "NestedSums")

    def head(self) -> range:
        """The outputs of the aim's head."""
        widths = {"F": self.p, "G": self.q, "sum": self.r, "less": 2}
        first = sum(widths[each] for each in NESTED[: NESTED.index(self.aim)])
        return range(first, first + widths[self.aim])

    def inner(self) -> tuple[np.ndarray, np.ndarray]:
        """F and G of every example, in the order in which they are listed, each `[N]`."""
        a, b, c, d = self._operands()
        return (a + b) % self.p, (c + d) % self.q

    def answer(self, f: np.ndarray, g: np.ndarray) -> np.ndarray:
        """What is right for some F and G, counted from 0."""
        answers = {"F": f, "G": g, "sum": (f + g) % self.r, "less": (f < g).astype(int)}
        return answers[self.aim]

    def listed(self) -> Examples:
        operands, head = self._operands(), self.head()
        right = head.start + self.answer(*self.inner())
        if self.one_hot:
            sizes = (self.p, self.p, self.q, self.q)
            coded = [np.eye(size, dtype=np.float32)[each] for size, each in zip(sizes, operands, strict=True)]
            return Examples(np.concatenate(coded, axis=1), right, head.start, head.stop)
        tokens = operands.T + np.array([0, 0, self.p, self.p])
        return Examples(tokens.astype(np.int32), right, head.start, head.stop)

    def num_tokens(self) -> int | None:
        return None if self.one_hot else self.p + self.q

    def input_width(self) -> int:
        return 2 * (self.p + self.q) if self.one_hot else 4

    def output_width(self) -> int:
        return self.p + self.q + self.r + 2

    def _operands(self) -> np.ndarray:
        return np.indices((self.p, self.p, self.q, self.q)).reshape(4, -1)

"""Branches: words that are leaves of a binary tree, then a place; in which branch lies the word at that place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.errors import BadValue
from tropism.subjects.features.tasks.sequences import Sequences

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class Branches(Sequences):
    """Words, then which of them is meant: `w1 w2 w3 q`; right is the branch of a binary tree in which that word lies.

    Words are the tokens 0 to 2^`depth` − 1, the leaves of a binary tree from left to right; the places asked for
    are the tokens after them. The tree is cut `level` steps below its root, and there is one output for each of its
    2^`level` branches. So a word has one binary attribute that matters with level 1, and each of its attributes
    matters with level `depth`, whatever else is the same. Of depth 3 and three words there are 1,536 sequences.

    Attributes:
        depth: Steps from the root to a leaf.
        level: Steps from the root to the branches that are asked for.
        words: How many words a sequence has.
    """

    depth: int = 3
    level: int = 1
    words: int = 3

    def check(self) -> None:
        super().check()
        self.whole(depth=1, level=1, words=1)
        if not (self.level <= self.depth <= 10):
            wanted = f"at most depth, here {self.depth}, which is at most 10"
            raise BadValue("Branches.level", self.level, wanted)

    def position_names(self) -> tuple[str, ...]:
        return (*(f"w{place}" for place in range(1, self.words + 1)), "q")

    def num_tokens(self) -> int:
        return 2**self.depth + self.words

    def output_width(self) -> int:
        return 2**self.level

    def drawn(self, key: PRNGKeyArray, size: int) -> tuple[Int[Array, "B S"], Int[Array, "B"]]:
        import jax.numpy as jnp

        from tropism.arrays.streams import fold, integers

        words = integers(fold(key, "words"), (size, self.words), 2**self.depth)
        asked = integers(fold(key, "asked"), (size, 1), self.words)
        meant = jnp.where(jnp.arange(self.words) == asked, words, 0).sum(axis=1)
        inputs = jnp.concatenate([words, asked + 2**self.depth], axis=1)
        return inputs, meant // 2 ** (self.depth - self.level)

"""Indirect objects: two names, then one of them again; who is the other?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tropism.subjects.features.tasks.key_value_recall import distinct
from tropism.subjects.features.tasks.sequences import Sequences

if TYPE_CHECKING:
    from jaxtyping import Array, Int, PRNGKeyArray


@dataclass(frozen=True, kw_only=True)
class IndirectObject(Sequences):
    """Two different names, one of them again, and "to": `a b s to`; right is the name that did not come again.

    Names are the tokens 0 to `names` − 1, and "to" is the token after them; there is one output a name. The one that
    comes again is as often the first as the second. Of n names there are 2 n (n − 1) sequences: 180 of 10, all of which
    a network sees many times.

    Attributes:
        names: How many names there are.

    Source: the sentences of Wang et al. (2022), arXiv 2211.00593, without their other words.
    """

    names: int = 10

    def check(self) -> None:
        super().check()
        self.whole(names=2)

    def position_names(self) -> tuple[str, ...]:
        return ("a", "b", "s", "to")

    def num_tokens(self) -> int:
        return self.names + 1

    def output_width(self) -> int:
        return self.names

    def drawn(self, key: PRNGKeyArray, size: int) -> tuple[Int[Array, "B S"], Int[Array, "B"]]:
        import jax.numpy as jnp

        from tropism.arrays.streams import fold, integers

        both = distinct(fold(key, "names"), (size, 2), self.names)
        first, second = both[:, 0], both[:, 1]
        again = integers(fold(key, "again"), (size,), 2) == 0
        subject, other = jnp.where(again, first, second), jnp.where(again, second, first)
        return jnp.stack([first, second, subject, jnp.full_like(first, self.names)], axis=1), other

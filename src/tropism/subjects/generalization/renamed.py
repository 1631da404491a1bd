"""Second names: tokens that get the rows of others, so that they go through the circuit that is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tropism.core.edit import Edit
from tropism.core.network import Network
from tropism.errors import BadValue, DoesNotFit
from tropism.networks.embedded_sum import EmbeddedSum

if TYPE_CHECKING:
    from jaxtyping import Array

ROWS = ("left.embedding", "right.embedding", "output.weight", "output.bias")


@dataclass(frozen=True)
class Renamed(Edit):
    """Gives tokens of an `EmbeddedSum` the rows of others: in its embeddings, and in the output that names them.

    Its outputs are named as its tokens are. The site is the hidden layer, which reads the one and writes the other.

    Attributes:
        old: Whose rows are copied.
        new: Who gets them, in the same order.
    """

    old: tuple[int, ...]
    new: tuple[int, ...]

    def check(self) -> None:
        for name, tokens in (("old", self.old), ("new", self.new)):
            if not tokens or any(type(token) is not int or token < 0 for token in tokens):
                raise BadValue(f"Renamed.{name}", tokens, "one or more tokens, counted from 0")
        if len(self.old) != len(self.new) or len(set(self.new)) < len(self.new):
            raise DoesNotFit(f"Renamed: {len(self.old)} old tokens for {len(set(self.new))} different new ones.")

    def apply(self, network: Network, params: Mapping[str, Array]) -> tuple[Network, dict[str, Array]]:
        self.place(network)
        if not isinstance(network, EmbeddedSum):
            raise DoesNotFit(f"Renamed copies the rows of tokens of an EmbeddedSum, not of {type(network).__name__}.")
        most = min(network.tokens, network.outputs)
        if max(*self.old, *self.new) >= most:
            raise DoesNotFit(f"Renamed: there is no token {max(*self.old, *self.new)} among {most}.")
        held: dict[str, Array] = dict(params)
        for path in ROWS:
            if path in held:
                rows = np.array(held[path])
                rows[:, list(self.new)] = rows[:, list(self.old)]
                held[path] = rows  # type: ignore[assignment]
        return network, held

"""What a mixed batch is put together of, as a tree without arrays, so that it may pass through compiled functions."""

from __future__ import annotations

from dataclasses import dataclass

import jax


@jax.tree_util.register_static
@dataclass(frozen=True)
class Parts:
    """The names of the parts with their counts, in order."""

    sizes: tuple[tuple[str, int], ...]

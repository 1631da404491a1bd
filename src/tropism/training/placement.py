"""Placement: how many members share a program, chosen once for a run. It is no part of any key."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TypeVar

MOST_TOGETHER = 32
"""On a CPU, more small networks in a program than this win nothing and need more memory."""

_LARGE = 20_000
"""Parameters of a network beyond which fewer than that go together.

Measured: networks of 55,000 parameters take .38–.45 ms a step each, whether 1, 2, 3, 5 or 10 share a program.
"""

M = TypeVar("M")


def packs(members: Sequence[M], num_parameters: int, *, processes: int = 1) -> list[tuple[M, ...]]:
    """Members shared out into programs of nearly equal size, in their order: on a CPU 8–32 small networks, fewer larger
    ones or a single large one a program, and no fewer programs than there are processes to run them."""
    if not members:
        return []
    together = MOST_TOGETHER if num_parameters < _LARGE else max(1, MOST_TOGETHER * _LARGE // num_parameters)
    count = max(math.ceil(len(members) / together), min(processes, math.ceil(len(members) / 8)))
    edges = [round(len(members) * number / count) for number in range(count + 1)]
    return [tuple(members[low:high]) for low, high in itertools.pairwise(edges) if high > low]

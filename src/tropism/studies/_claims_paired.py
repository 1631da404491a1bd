"""Claims that compare the same seeds under two settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tropism.core.claim import Claim

NETWORKS = "drawn-networks"
"""The table with a row a network, at its end."""


def than(
    text: str, statistic: Any, column: str, ours: Mapping[str, Any], theirs: Mapping[str, Any], **rest: Any
) -> Claim:
    """A comparison, by `difference` or `ratio`, of one column of the table of networks; `theirs` is what differs."""
    return Claim(
        text, table=NETWORKS, statistic=statistic, column=column, where=tuple(ours.items()),
        versus=tuple(theirs.items()), **rest,
    )  # fmt: skip

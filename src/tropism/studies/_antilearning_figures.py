"""The pictures of the antilearning table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars


def drawn(tables: Mapping[str, polars.DataFrame]) -> list[Any]:
    """Every figure of the report."""
    return []

"""Checks that several losses make of their fields."""

from __future__ import annotations

from tropism.core.batch import OVER
from tropism.errors import UnknownName


def over_wanted(where: str, given: str) -> None:
    """Refuse what is not a choice of the outputs that are looked at."""
    if given not in OVER:
        raise UnknownName("choice of outputs", str(given), OVER, where)

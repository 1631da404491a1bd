"""Dials that a network reads once, when its parameters are made."""

from __future__ import annotations

from tropism.core.dial import Dial, constant_of, number_wanted
from tropism.errors import BadValue


def read_once_wanted(where: str, given: object, *, low: float | None = None, high: float | None = None) -> None:
    """Refuse what is no number, follows a rule or waits for a schedule.

    Raises:
        BadValue: It names what stood there.
    """
    number_wanted(where, given, low=low, high=high)
    ruled = isinstance(given, Dial) and given.rule is not None
    if ruled or given is None or (isinstance(given, Dial) and constant_of(given) is None):
        wanted = "a number, or a Dial that holds one: it is read once, when parameters are made"
        raise BadValue(where, given, wanted)

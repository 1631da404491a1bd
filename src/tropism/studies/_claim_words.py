"""How claims of the color studies name their rows: by sweep, condition and set of colors."""

from __future__ import annotations

from tropism.studies._published import PAPER

HALF_OF_SELECTED = f"{PAPER}: half of what its selected seed loses"
HELD_OUT = "Ours: the source scores only on trained colors."


def rows(sweep: str, **where: str) -> tuple[tuple[str, str], ...]:
    """Which rows of a table a claim is about: those of a sweep, if one is named, that meet the rest."""
    return ((("sweep", sweep),) if sweep else ()) + tuple(where.items())


def of(sweep: str) -> str:
    """A sweep's name in brackets; nothing where there is but one."""
    return f" ({sweep})" if sweep else ""


def under(condition: str) -> str:
    """A condition as a part of a sentence."""
    return "of the untouched network" if condition == "whole" else f"after {condition}"

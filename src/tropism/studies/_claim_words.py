"""How claims of the color studies name their rows: by sweep, condition and set of colors."""

from __future__ import annotations

from tropism.studies._published import PAPER

HALF_OF_SELECTED = f"{PAPER}: half of what its selected seed loses"
HELD_OUT = "Ours: the source scores only on trained colors."


def rows(sweep: str, **where: str) -> tuple[tuple[str, str], ...]:
    return ((("sweep", sweep),) if sweep else ()) + tuple(where.items())


def of(sweep: str) -> str:
    return f" ({sweep})" if sweep else ""


def under(condition: str) -> str:
    return "of the untouched network" if condition == "whole" else f"after {condition}"

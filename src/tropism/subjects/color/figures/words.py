"""Small words that the color figures share: whose picture it is, fractions, subscripts, names of hues."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from tropism.errors import DoesNotFit
from tropism.subjects.color.named import HUES

if TYPE_CHECKING:
    import polars


def one_member(table: polars.DataFrame, drawing: str) -> str:
    """`One network, seed 7`; a drawing of several would put them on top of each other.

    Raises:
        DoesNotFit: The table holds several members.
    """
    if "member" in table.columns and table["member"].n_unique() > 1:
        raise DoesNotFit(f"{drawing}: the table holds {table['member'].n_unique()} members; choose one of them.")
    return f"n = 1 network, seed {table['seed'][0]}" if "seed" in table.columns else "n = 1 network"


def members_in(table: polars.DataFrame) -> int:
    """How many members a table holds."""
    return table["member"].n_unique() if "member" in table.columns else 1


def amount(number: object) -> str:
    """A number in two digits; `nothing finite` where there is none."""
    return f"{number:.2g}" if isinstance(number, float) and math.isfinite(number) else "nothing finite"


def worst_row(part: polars.DataFrame) -> dict[str, Any]:
    """The row with the largest error; the first one if no error is finite."""
    return part.row(int(np.argmax(np.nan_to_num(part["mse"].to_numpy(), nan=-1.0))), named=True)


def subscript(number: int) -> str:
    """A number in small figures, for `z₀`."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def fraction(number: float) -> str:
    """`⅓` for a third, `1/7` for a seventh, and decimals for what is no simple part."""
    near = Fraction(number).limit_denominator(12)
    if abs(float(near) - number) > 1e-6:
        return f"{number:.2f}"
    whole = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾"}
    return whole.get(str(near), str(near))


def hue_ticks(every: int = 4) -> tuple[list[float], list[str]]:
    """Places and names of hues, red at both ends; every fourth is a primary."""
    places = np.arange(0, 13, every)
    return (places / 12).tolist(), [HUES[place % 12] for place in places]

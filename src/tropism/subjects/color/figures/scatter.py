"""Damage against the ground truth: every color a dot in its own color, and how well they follow a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tropism.errors import DoesNotFit, UnknownName
from tropism.figures.marks import require_columns
from tropism.figures.scatter import scatter
from tropism.figures.theme import Figure
from tropism.subjects.color.figures.words import amount, one_member
from tropism.subjects.color.measures.selectivity import Against, fitted, ground_truth

if TYPE_CHECKING:
    import polars


def error_scatter(
    table: polars.DataFrame,
    *,
    power: float | Mapping[str, float],
    conditions: Sequence[str] | None = None,
    against: Against = "similarity",
    anchor: str = "red",
    name: str = "error-scatter",
    title: str = "",
    alt: str = "",
    caption: str = "",
) -> Figure:
    """A panel a condition: the error of each color against its similarity to the anchor, or its vibrancy, to a power.

    Args:
        table: `measures.error_by_color` of one member, on many colors.
        power: The exponent, one for all or by condition.
        conditions: Which conditions; all of the table's by default, in their order.
    """
    import polars as pl

    require_columns(table, ("condition", "hex", "mse"), "error_scatter")
    who = one_member(table, "error_scatter")
    known = table["condition"].unique(maintain_order=True).to_list()
    parts, told = [], []
    for condition in known if conditions is None else conditions:
        if condition not in known:
            raise UnknownName("condition", condition, known, "error_scatter")
        rows = table.filter(table["condition"] == condition)
        part, words = _panel(rows, condition, _exponent(power, condition), against, anchor)
        parts.append(part)
        told.append(words)
    if not parts:
        raise DoesNotFit("error_scatter: no condition is chosen.")
    what = f"similarity to {anchor}" if against == "similarity" else "vibrancy"
    return scatter(
        pl.concat(parts),
        "truth",
        "mse",
        by="panel",
        color="hex",
        noun="color",
        name=name,
        title=title or f"Error against {what}",
        x_label=f"({what})ᵖ" if " " in what else f"{what}ᵖ",
        y_label="squared error",
        alt=alt or f"Dots in their own colors, {what} to the power p to the right, error upward. {'; '.join(told)}.",
        caption=f"{caption} {who}.".strip(),
    )


def _panel(
    rows: polars.DataFrame, condition: str, exponent: float, against: Against, anchor: str
) -> tuple[polars.DataFrame, str]:
    """One condition's dots, and what to say of them."""
    import numpy as np
    import polars as pl

    from tropism.subjects.color.figures.panels import rgb

    truth = ground_truth(np.array([rgb(code) for code in rows["hex"]]), anchor=anchor, against=against) ** exponent
    r2 = float(fitted(truth, rows["mse"].to_numpy()[None]).r2[0])
    part = rows.with_columns(pl.Series("truth", truth), pl.lit(f"{condition}, p = {exponent:g}").alias("panel"))
    return part, f"{condition}: R² {r2:.2f}, largest error {amount(rows['mse'].max())}"


def _exponent(power: float | Mapping[str, float], condition: str) -> float:
    if not isinstance(power, Mapping):
        return power
    if condition not in power:
        raise UnknownName("condition", condition, power, "error_scatter.power")
    return power[condition]

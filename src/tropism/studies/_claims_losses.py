"""Claims about what an edit costs red, other colors, and kinds of colors."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.studies._claim_words import of, rows, under
from tropism.studies._published import PAPER


def cut_alike(one: str, other: str, *, sweep: str = "") -> tuple[Claim, ...]:
    """Two edits leave the same errors: zeroed weights, and weights that are gone."""
    return tuple(
        Claim(
            f"{one.capitalize()} and {other} do the same{of(sweep)}: their {words} error differs by less than 1e-5.",
            table="errors",
            statistic="difference",
            column=column,
            where=rows(sweep, condition=one, colors="cube"),
            versus=(("condition", other),),
            above=-1e-5,
            below=1e-5,
            source=f"{PAPER}: equal after normalization",
        )
        for words, column in (("largest", "max_mse"), ("median", "median_mse"))
    )


def cut_alike_at_red(one: str = "ablation", other: str = "pruning") -> Claim:
    """Two edits leave the same error at red: zeroed weights, and weights that are gone."""
    return Claim(
        f"{one.capitalize()} and {other} do the same: red's error differs by less than 1e-5.",
        table="damage",
        statistic="difference",
        column="concept_mse",
        where=(("condition", one),),
        versus=(("condition", other),),
        above=-1e-5,
        below=1e-5,
        source=f"{PAPER}: equal after normalization",
    )


def comes_back_gray(kind: str, *, source: str) -> Claim:
    """What an ablated network gives back for a kind of named colors has no hue."""
    return Claim(
        f"What comes back for {kind} is gray: its vibrancy is below .1.",
        table="kinds",
        statistic="mean",
        column="vibrancy",
        where=(("condition", "ablation"), ("kind", kind)),
        below=0.1,
        source=source,
    )


def red_loses(condition: str, *, above: float, published: float | None, sweep: str = "", source: str = PAPER) -> Claim:
    """What an edit adds at pure red."""
    return Claim(
        f"Red is hit {under(condition)}{of(sweep)}: it loses more than {above:g} on average.",
        table="damage",
        statistic="mean",
        column="concept_added",
        where=rows(sweep, condition=condition),
        above=above,
        published=published,
        source=source,
    )


def others_stay(condition: str, *, below: float, sweep: str = "", source: str = PAPER) -> Claim:
    """What an edit adds at named colors that do not resemble red."""
    return Claim(
        f"The others stay {under(condition)}{of(sweep)}: colors with no similarity to red lose less than {below:g} "
        "on average.",
        table="damage",
        statistic="mean",
        column="collateral_mean",
        where=rows(sweep, condition=condition),
        below=below,
        source=source,
    )


def color_loses(
    color: str, condition: str, *, above: float | None = None, below: float | None = None, sweep: str = "",
    published: float | None = None, source: str = PAPER,
) -> Claim:  # fmt: skip
    """What an edit adds at one named color."""
    said = f"more than {above:g}" if above is not None else f"less than {below:g}"
    return Claim(
        f"{color.capitalize()} loses {said} {under(condition)}{of(sweep)}, on average.",
        table="named",
        statistic="mean",
        column="added",
        where=rows(sweep, condition=condition, color=color),
        above=above,
        below=below,
        published=published,
        source=source,
    )

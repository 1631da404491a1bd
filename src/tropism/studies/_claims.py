"""Claims that several color studies make, each with its threshold from the source."""

from __future__ import annotations

from typing import Any

from tropism.core.claim import Claim
from tropism.studies._claim_words import HALF_OF_SELECTED as HALF_OF_SELECTED
from tropism.studies._claim_words import HELD_OUT as HELD_OUT
from tropism.studies._claim_words import of, rows, under
from tropism.studies._claims_losses import color_loses as color_loses
from tropism.studies._claims_losses import comes_back_gray as comes_back_gray
from tropism.studies._claims_losses import cut_alike as cut_alike
from tropism.studies._claims_losses import cut_alike_at_red as cut_alike_at_red
from tropism.studies._claims_losses import others_stay as others_stay
from tropism.studies._claims_losses import red_loses as red_loses
from tropism.studies._claims_reds import gathering as gathering
from tropism.studies._claims_reds import nothing_opposite as nothing_opposite
from tropism.studies._claims_reds import repelled_reds as repelled_reds
from tropism.studies._claims_reds import repulsion_preserves as repulsion_preserves
from tropism.studies._claims_reds import suppressed_reds as suppressed_reds
from tropism.studies._claims_reds import where_reds_go as where_reds_go
from tropism.studies._published import NOTEBOOKS, PAPER

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def score_claims(
    condition: str,
    *,
    above: float,
    published: float | None,
    power: float,
    sweep: str = "",
    truth: str = "similarity",
    source: str = PAPER,
) -> tuple[Claim, ...]:
    """The same claim about R², as the source scored it and on colors that were not trained on."""
    exponent = f"{power:g}".translate(_SUPERSCRIPTS) if float(power).is_integer() else f"^{power:g}"
    what = f"After {condition}, errors follow {truth}{exponent}{of(sweep)}"
    common: dict[str, Any] = {"table": "scores", "statistic": "mean", "column": "r2", "above": above}
    return (
        Claim(
            f"{what}: mean R² over seeds is above {above:g}, on the colors trained on.",
            where=rows(sweep, condition=condition, colors="trained"),
            published=published,
            source=source,
            **common,
        ),
        Claim(
            f"{what} also on colors that were not trained on: mean R² above {above:g}.",
            where=rows(sweep, condition=condition, colors="held-out"),
            source=HELD_OUT,
            **common,
        ),
    )


def size_claim(
    condition: str, value: float, *, what: str = "max", sweep: str = "", source: str = NOTEBOOKS,
    colors: str = "cube",
) -> Claim:  # fmt: skip
    """The largest (`max`) or `median` error on a dense cube is as published, within a factor of two."""
    words = "largest" if what == "max" else "median"
    return Claim(
        f"The {words} error {under(condition)}{of(sweep)} is within a factor of two of {value:g} on average.",
        table="errors",
        statistic="mean",
        column=f"{what}_mse",
        where=rows(sweep, condition=condition, colors=colors),
        above=value / 2,
        below=value * 2,
        published=value,
        source=f"{source}: one network, on a dense HSV cube",
    )


def unseen_size_claim(condition: str, value: float, *, sweep: str = "") -> Claim:
    """The largest error on held-out colors is no more than twice what was published for the dense cube."""
    return Claim(
        f"On colors that were not trained on, too, the largest error {under(condition)}{of(sweep)} stays below twice "
        f"{value:g} on average.",
        table="errors",
        statistic="mean",
        column="max_mse",
        where=rows(sweep, condition=condition, colors="held-out"),
        below=value * 2,
        source=HELD_OUT,
    )


def better_than(
    text: str, sweep: str, other: str, condition: str, *, by: float = 0.0, source: str
) -> tuple[Claim, ...]:
    """One way of training gives higher R² than another, on trained and on held-out colors."""
    return tuple(
        Claim(
            f"{text}{words}.",
            table="scores",
            statistic="difference",
            column="r2",
            where=rows(sweep, condition=condition, colors=colors),
            versus=(("sweep", other),),
            above=by,
            source=source if colors == "trained" else HELD_OUT,
        )
        for colors, words in (("trained", ""), ("held-out", ", also on colors that were not trained on"))
    )


def as_good_as(text: str, sweep: str, other: str, condition: str, *, within: float, source: str) -> tuple[Claim, ...]:
    """Two ways of training give the same R² to `within`, on trained and on held-out colors."""
    return tuple(
        Claim(
            f"{text}{words}: mean R² differs by less than {within:g}.",
            table="scores",
            statistic="difference",
            column="r2",
            where=rows(sweep, condition=condition, colors=colors),
            versus=(("sweep", other),),
            above=-within,
            below=within,
            source=source if colors == "trained" else HELD_OUT,
        )
        for colors, words in (("trained", ""), ("held-out", ", also on colors that were not trained on"))
    )

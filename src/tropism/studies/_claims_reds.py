"""Claims about where reds go in latent space, and what gathers about them."""

from __future__ import annotations

import math
from typing import Any

from tropism.core.claim import Claim
from tropism.studies._claim_words import HELD_OUT, of, rows
from tropism.studies._published import NOTEBOOKS, PAPER


def where_reds_go(*, sweep: str = "") -> tuple[Claim, ...]:
    """In the source's words: suppressed reds enter the ball and turn gray; repelled reds stay on it, as a ring."""
    return (*suppressed_reds(sweep=sweep), *repelled_reds(sweep=sweep))


def suppressed_reds(*, sweep: str = "", source: str = f"{NOTEBOOKS}, Ex 2.2, in words") -> tuple[Claim, ...]:
    """Suppressed reds enter the ball, and turn gray."""
    common: dict[str, Any] = {"table": "reds", "where": rows(sweep, condition="suppression"), "source": source}
    return (
        Claim(
            f"Suppressed red goes inside the ball{of(sweep)}: its latent keeps less than half of its length.",
            statistic="mean",
            column="red_length",
            below=0.5,
            **common,
        ),
        Claim(
            f"Suppressed red turns gray{of(sweep)}: in most networks what is given back is nearest to a gray.",
            statistic="share",
            column="red_gray",
            above=0.5,
            **common,
        ),
    )


def repelled_reds(*, sweep: str = "", source: str = f"{NOTEBOOKS}, Ex 2.2, in words") -> tuple[Claim, ...]:
    """Repelled reds stay on the sphere, at the cone's edge, as a ring."""
    common: dict[str, Any] = {"table": "reds", "statistic": "mean", "where": rows(sweep, condition="repulsion")}
    return (
        Claim(
            f"Repelled reds stay on the sphere{of(sweep)}: their latents keep their length to 5 %.",
            column="length",
            above=0.95,
            below=1.05,
            source=source,
            note="Our repulsion keeps lengths, and the original's returns unit vectors: it holds by construction.",
            **common,
        ),
        Claim(
            f"Repelled reds stand at the cone's edge{of(sweep)}: on average within 5° of its 60°.",
            column="cosine",
            above=math.cos(math.radians(65)),
            below=math.cos(math.radians(59.9)),
            source=source,
            **common,
        ),
        Claim(
            f"Repelled reds form a ring all about the anchor{of(sweep)}: their mean sideways direction is shorter "
            "than ½.",
            column="around",
            above=0.5,
            source=f"{source}: a ring, seen in three dimensions; that half is our measure of one",
            **common,
        ),
    )


def repulsion_preserves(
    suppression: str = "suppression", repulsion: str = "repulsion", *, sweep: str = "", cube: bool = True
) -> tuple[Claim, ...]:
    """Repulsion preserves more than suppression: color in reds, and less error elsewhere."""
    told = f"{NOTEBOOKS}, Ex 2.2 to 2.4, in words and by the largest errors"
    pair = {"where": rows(sweep, condition=suppression), "versus": (("condition", repulsion),)}
    found = (
        Claim(
            f"Repelled reds stay more colorful than suppressed ones{of(sweep)}.",
            table="reds",
            statistic="difference",
            column="vibrancy",
            where=rows(sweep, condition=repulsion),
            versus=(("condition", suppression),),
            above=0.0,
            source=told,
        ),
        Claim(
            f"Repulsion costs colors like red less than suppression does{of(sweep)}.",
            table="damage",
            statistic="difference",
            column="neighbors_added",
            above=0.0,
            source=told,
            **pair,
        ),
    )
    if not cube:
        return found
    largest = tuple(
        Claim(
            f"Its largest error is smaller, too{of(sweep)}{words}.",
            table="errors",
            statistic="difference",
            column="max_mse",
            where=rows(sweep, condition=suppression, colors=colors),
            versus=(("condition", repulsion),),
            above=0.0,
            source=told if colors == "cube" else HELD_OUT,
        )
        for colors, words in (("cube", ""), ("held-out", ", also on colors that were not trained on"))
    )
    return found + largest


def gathering(sweep: str, without: str) -> tuple[Claim, ...]:
    """Related concepts gather at an anchor, compared with none: at the axis, and about wherever red lies."""
    told = f"{PAPER}: anchored concepts attract related ones; the comparison without an anchor is ours"
    return (
        Claim(
            "Related colors gather at the anchor: colors like red lie nearer to it, compared with the others, than "
            "where nothing is anchored.",
            table="places",
            statistic="difference",
            column="gathered",
            where=(("sweep", sweep),),
            versus=(("sweep", without),),
            above=0.0,
            source=told,
        ),
        Claim(
            "An anchor gathers more than training does anyway: colors like red lie nearer to red's own place, compared "
            "with the others, than without an anchor.",
            table="places",
            statistic="difference",
            column="near_red",
            where=(("sweep", sweep),),
            versus=(("sweep", without),),
            above=0.0,
            source=told,
        ),
    )


def nothing_opposite(*, sweep: str = "", source: str) -> Claim:
    """The far side of red's axis is empty."""
    return Claim(
        f"Nothing opposes red{of(sweep)}: less than 5 % of colors lie beyond −.1 on its axis.",
        table="places",
        statistic="mean",
        column="opposite",
        where=rows(sweep),
        below=0.05,
        source=source,
    )

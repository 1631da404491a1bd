"""Ex 2.4: the regularizers look at latents after they were divided by their length."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SEEDS = tuple(range(20))
SOURCE = f"{control.NOTEBOOKS}, Ex 2.4"

SCORED = control.Control(
    edits.Edits(edits.STEERED),
    powers={"suppression": 2.0, "repulsion": 2.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.0011),
        control.PublishedSeed("median error", "whole", 1.5e-5, column="median_mse"),
        control.PublishedSeed("largest error", "suppression", 0.16),
        control.PublishedSeed("median error", "suppression", 2.0e-5, column="median_mse"),
        control.PublishedSeed("largest error", "repulsion", 0.094),
        control.PublishedSeed("median error", "repulsion", 2.5e-5, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.4`: twenty seeds regularized after the norm, before it, and after it without unitarity."""
    return Study(
        name=name,
        title="Regularized before the norm, and after",
        question="Do regularizers work better where latents already have length 1, and is the pull to length 1 needed?",
        source=f"{SOURCE}, one network (seed 0).",
        lede=(
            "In “after”, anchor, separation and planarity look at normalized latents; in “before”, which is Ex 2.3, at "
            "what is about to be normalized. Both also pull the latter to length 1; “without-unit” does not. Pictures "
            "show seed 0 of “after”.\n\n"
            "Of what one network each suggested, twenty show that untouched networks err less when regularizers "
            "look after the norm. That edits then err less, or hit more cleanly, they do not show; and what "
            "unitarity is worth lies within the spread of seeds."
        ),
        sweeps=(
            Sweep("after", presets.regularized_after(), SEEDS),
            Sweep("before", presets.normalized(), SEEDS),
            Sweep("without-unit", presets.regularized_after(), SEEDS, settings=((("unit", 0.0),),)),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


def lowered(condition: str, published: float) -> Claim:
    """What regularizing after the norm did to the largest error."""
    return Claim(
        f"Regularizing after the norm lowers the largest error "
        f"{'of untouched networks' if condition == 'whole' else 'after ' + condition}.",
        table="errors",
        statistic="difference",
        column="max_mse",
        where=(("sweep", "before"), ("condition", condition), ("colors", "cube")),
        versus=(("sweep", "after"),),
        above=0.0,
        published=published,
        source=f"{SOURCE} beside Ex 2.3, one network each",
    )


CLAIMS = (
    claim.size_claim("whole", 0.0011, sweep="after", source=SOURCE),
    claim.size_claim("whole", 1.5e-5, what="median", sweep="after", source=SOURCE),
    claim.size_claim("suppression", 0.16, sweep="after", source=SOURCE),
    claim.size_claim("repulsion", 0.094, sweep="after", source=SOURCE),
    claim.unseen_size_claim("whole", 0.0011, sweep="after"),
    claim.unseen_size_claim("suppression", 0.16, sweep="after"),
    lowered("whole", 0.0006),
    lowered("suppression", 0.03),
    lowered("repulsion", 0.026),
    *claim.better_than(
        "Suppression hits more cleanly when regularizers look after the norm: R² is higher", "after", "before",
        "suppression", source=f"{SOURCE}: “a more regular latent space”, in words",
    ),
    *claim.repulsion_preserves(sweep="after"),
    *claim.as_good_as(
        "Unitarity is not needed where latents are divided by their length", "without-unit", "after", "suppression",
        within=0.05, source=f"{control.NOTEBOOKS}: dropped from Ex 2.10 on; .05 is the spread over seeds in Ex 2.7.1",
    ),
)  # fmt: skip

"""Ex 2.5: red is anchored and nothing is said of other colors."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SEEDS = tuple(range(20))
SOURCE = f"{control.NOTEBOOKS}, Ex 2.5"

SCORED = control.Control(
    edits.Edits(edits.STEERED),
    powers={"suppression": 2.0, "repulsion": 2.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.00028),
        control.PublishedSeed("median error", "whole", 1.4e-5, column="median_mse"),
        control.PublishedSeed("largest error", "suppression", 0.23),
        control.PublishedSeed("median error", "suppression", 2.2e-5, column="median_mse"),
        control.PublishedSeed("largest error", "repulsion", 0.14),
        control.PublishedSeed("median error", "repulsion", 2.7e-5, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.5`: twenty seeds with one anchor, with Ex 2.4's plane as well, and with no anchor."""
    return Study(
        name=name,
        title="One anchor is enough for one concept",
        question="If only red is to be steered, must anything be said of other colors?",
        source=f"{SOURCE}, one network (seed 0); the networks without an anchor are ours.",
        lede=(
            "In “one-anchor” red alone has a place; in “with-plane”, which is Ex 2.4, vibrant colors are also kept to "
            "the plane of the first two axes; in “no-anchor” the anchor's weight is zero. Pictures show seed 0 of "
            "“one-anchor”.\n\n"
            "Against the notebook, suppression is no messier without the plane. And an anchor that pulls by "
            "distance, as here, gathers nothing about red that would not lie about it anyway; the anchors by angle "
            "of the later studies do, a little."
        ),
        sweeps=(
            Sweep("one-anchor", presets.one_anchor(), SEEDS),
            Sweep("with-plane", presets.regularized_after(), SEEDS),
            Sweep("no-anchor", presets.one_anchor(), SEEDS, settings=((("anchor", 0.0),),)),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    claim.size_claim("whole", 0.00028, sweep="one-anchor", source=SOURCE),
    claim.size_claim("whole", 1.4e-5, what="median", sweep="one-anchor", source=SOURCE),
    claim.size_claim("suppression", 0.23, sweep="one-anchor", source=SOURCE),
    claim.size_claim("repulsion", 0.14, sweep="one-anchor", source=SOURCE),
    claim.unseen_size_claim("suppression", 0.23, sweep="one-anchor"),
    Claim(
        "Red comes to its anchor without the plane: 1 − cosine is below .05.",
        table="health",
        statistic="mean",
        column="anchor_loss",
        where=(("sweep", "one-anchor"),),
        below=0.05,
        source=f"{SOURCE}, in words; later networks reach .003",
    ),
    Claim(
        "Colors come back better without the plane: the largest error of untouched networks is lower.",
        table="errors",
        statistic="difference",
        column="max_mse",
        where=(("sweep", "with-plane"), ("condition", "whole"), ("colors", "cube")),
        versus=(("sweep", "one-anchor"),),
        above=0.0,
        published=0.00082,
        source=f"{SOURCE} beside Ex 2.4, one network each",
    ),
    *claim.better_than(
        "Edits are slightly messier without it: with the plane, suppression's R² is higher", "with-plane",
        "one-anchor", "suppression", source=f"{SOURCE}, in words",
    ),
    *claim.gathering("one-anchor", "no-anchor"),
    *claim.repulsion_preserves(sweep="one-anchor"),
)  # fmt: skip

"""Ex 2.9: five dimensions, a deeper network and a label for grays, so that red alone can be deleted."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SEEDS = tuple(range(20))
SOURCE = f"{control.NOTEBOOKS}, Ex 2.9"

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0)}),
    powers={"ablation": 3.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.00019),
        control.PublishedSeed("median error", "whole", 8.1e-6, column="median_mse"),
        control.PublishedSeed("largest error", "ablation", 0.26),
        control.PublishedSeed("median error", "ablation", 0.00014, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.9`: twenty seeds, beside those of Ex 2.8."""
    return Study(
        name=name,
        title="Red alone deleted, with a label for grays",
        question="With a fifth dimension, and grays kept to the last three, does deleting the first take red alone?",
        source=f"{SOURCE}, one network (seed 0).",
        lede=(
            "Half of all grays are labeled “desaturated” and drawn into dimensions 2 to 4. Beside them stand the "
            "networks of Ex 2.8 (“anti-anchored”), which have neither that label nor the fifth dimension. Pictures "
            "show seed 0 of “desaturated-aside”. The source's column for vibrant colors was heard by no term; it is "
            "left out.\n\n"
            "That red-orange is hit harder than red is a trait of the one network published; most of ours lose red "
            "first."
        ),
        sweeps=(
            Sweep("desaturated-aside", presets.desaturated_aside(), SEEDS),
            Sweep("anti-anchored", presets.anti_anchored(), SEEDS),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


HERE = "desaturated-aside"

CLAIMS = (
    claim.size_claim("whole", 0.00019, sweep=HERE, source=SOURCE),
    claim.size_claim("ablation", 0.26, sweep=HERE, source=SOURCE),
    claim.size_claim("ablation", 0.00014, what="median", sweep=HERE, source=SOURCE),
    claim.unseen_size_claim("ablation", 0.26, sweep=HERE),
    claim.others_stay("ablation", below=0.002, sweep=HERE, source=f"{SOURCE}: only reds are affected"),
    *claim.score_claims(
        "ablation", above=0.8, published=None, power=3, sweep=HERE, source=f"{SOURCE}: only reds; scored as later ones"
    ),
    *claim.better_than(
        "Red is deleted more cleanly than in Ex 2.8: R² is higher by more than .3", HERE, "anti-anchored", "ablation",
        by=0.3, source=f"{SOURCE}: confirmed, where 2.8 was rejected; the size is ours",
    ),
    Claim(
        "Red-orange is hit harder than red: the error at hue 15° exceeds that at red.",
        table="reds",
        statistic="difference",
        column="orange_red_error",
        against="red_error",
        where=(("sweep", HERE), ("condition", "ablation")),
        above=0.0,
        source=f"{SOURCE}, of one network, in words",
    ),
)  # fmt: skip

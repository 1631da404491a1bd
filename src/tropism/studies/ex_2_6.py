"""Ex 2.6: the axis from warm to cool is deleted."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SOURCE = f"{control.NOTEBOOKS}, Ex 2.6"

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0), "pruning": edits.pruning(0)}),
    powers={"ablation": 3.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.0011),
        control.PublishedSeed("median error", "whole", 1.5e-5, column="median_mse"),
        control.PublishedSeed("largest error", "ablation", 0.27),
        control.PublishedSeed("median error", "ablation", 0.0031, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.6`: twenty seeds of Ex 2.4's training, their first axis deleted."""
    return Study(
        name=name,
        title="The axis from warm to cool, deleted",
        question="If red lies at one end of an axis, what goes when the axis is deleted from the weights?",
        source=f"{SOURCE}, one network (seed 0).",
        lede=(
            "With vibrant colors kept to a plane and red at one end of its first axis, cyan comes to the other end, "
            "and both go when the axis is deleted. Networks are those of Ex 2.4. Pictures show seed 0."
        ),
        sweeps=(Sweep("after", presets.regularized_after(), tuple(range(20))),),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    claim.size_claim("whole", 0.0011, source=SOURCE),
    claim.size_claim("ablation", 0.27, source=SOURCE),
    claim.size_claim("ablation", 0.0031, what="median", source=SOURCE),
    claim.unseen_size_claim("ablation", 0.27),
    *claim.cut_alike("ablation", "pruning"),
    claim.color_loses("red", "ablation", above=0.135, source=f"{SOURCE}: destroyed; half its largest error"),
    claim.color_loses("cyan", "ablation", above=0.135, source=f"{SOURCE}: destroyed; half its largest error"),
    *(
        claim.color_loses(color, "ablation", below=0.01, source=f"{SOURCE}: orthogonal to warmth, so left alone")
        for color in ("lime", "purple", "black", "gray", "white")
    ),
    Claim(
        "Deleting the axis is not selective for red: R² with similarity³ is below .5.",
        table="scores",
        statistic="mean",
        column="r2",
        where=(("condition", "ablation"), ("colors", "held-out")),
        below=0.5,
        source=f"{SOURCE}: colors at both ends are hit; {control.PAPER} prints .37 for the same design",
    ),
)

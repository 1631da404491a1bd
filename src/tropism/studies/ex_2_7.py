"""Ex 2.7: the plane of hues is deleted."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SOURCE = f"{control.NOTEBOOKS}, Ex 2.7"

LATER = f"{control.NOTEBOOKS}, Ex 2.7.1: .82 over sixty seeds"

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0, 1)}),
    powers={"ablation": 2.3},
    against="vibrancy",
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.0011),
        control.PublishedSeed("largest error", "ablation", 0.31),
        control.PublishedSeed("median error", "ablation", 0.008, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.7`: twenty seeds of Ex 2.4's training, the plane of hues deleted."""
    return Study(
        name=name,
        title="All hue, deleted",
        question="If hues lie in a plane, does deleting the plane leave exactly the grays?",
        source=f"{SOURCE}, one network (seed 0).",
        lede=(
            "Without the plane everything comes back gray, and what gray is decided by the cube: primaries, which lie "
            "on the side of black, come back dark, secondaries light, and those between them in between. Networks are "
            "those of Ex 2.4. Pictures show seed 0. Scores are against vibrancy^2.3, the exponent that the source "
            "found for its later study of the same deletion.\n\n"
            "A few networks leave some hue behind, which is why the claims about gray stay open."
        ),
        sweeps=(Sweep("after", presets.regularized_after(), tuple(range(20))),),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    claim.size_claim("ablation", 0.31, source=SOURCE),
    claim.size_claim("ablation", 0.008, what="median", source=SOURCE),
    claim.unseen_size_claim("ablation", 0.31),
    *(
        claim.comes_back_gray(kind, source=f"{SOURCE}: fully grayscale")
        for kind in ("primaries", "secondaries", "tertiaries", "grays")
    ),
    *(
        Claim(
            f"{kind.capitalize()} come back {words}.",
            table="kinds",
            statistic="mean",
            column="lightness",
            where=(("condition", "ablation"), ("kind", kind)),
            above=above,
            below=below,
            source=f"{SOURCE}, in words; the quarters are ours",
        )
        for kind, words, above, below in (
            ("primaries", "near black: in the darkest quarter", None, 0.25),
            ("secondaries", "near white: in the lightest quarter", 0.75, None),
            ("tertiaries", "as mid grays: in the middle half", 0.25, 0.75),
        )
    ),
    *claim.score_claims("ablation", above=0.8, published=None, power=2.3, truth="vibrancy", source=LATER),
)

"""Ex 2.8: red is to be deleted alone, with nothing allowed opposite it; it fails."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.subjects.color import presets

SOURCE = f"{control.NOTEBOOKS}, Ex 2.8"

MIDDLING = f"{SOURCE}: destroyed; .044 is its median error over all colors"

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0)}),
    powers={"ablation": 3.0},
    published_seeds=(
        control.PublishedSeed("largest error", "whole", 0.00048),
        control.PublishedSeed("median error", "whole", 1.1e-5, column="median_mse"),
        control.PublishedSeed("largest error", "ablation", 0.74),
        control.PublishedSeed("median error", "ablation", 0.044, column="median_mse"),
    ),
    cube=True,
)


def study(name: str) -> Study:
    """The study `ex-2.8`: twenty seeds with an anti-anchor in four dimensions."""
    return Study(
        name=name,
        title="Red alone deleted: a first attempt that fails",
        question="Is it enough to keep the far side of red's axis empty, for red to be deleted alone?",
        source=f"{SOURCE}, one network (seed 0), which rejected its own hypothesis.",
        lede=(
            "The hypothesis is claimed here as it was then, and should fail: nothing lies opposite red, but the other "
            "colors, with four dimensions to live in, crowd into red's half and go with it. Pictures show seed 0.\n\n"
            "Yellow and magenta suffer as the notebook saw, though not all networks as much as the one it shows."
        ),
        sweeps=(Sweep("anti-anchored", presets.anti_anchored(), tuple(range(20))),),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    claim.size_claim("whole", 0.00048, source=SOURCE),
    claim.size_claim("ablation", 0.74, source=SOURCE),
    claim.size_claim("ablation", 0.044, what="median", source=SOURCE),
    claim.unseen_size_claim("ablation", 0.74),
    claim.others_stay("ablation", below=0.002, source=f"{SOURCE}: its hypothesis, which it rejects"),
    *claim.score_claims("ablation", above=0.8, published=None, power=3, source=f"{SOURCE}: its hypothesis"),
    claim.color_loses("yellow", "ablation", above=0.044, source=MIDDLING),
    claim.color_loses("magenta", "ablation", above=0.044, source=MIDDLING),
    claim.nothing_opposite(source=f"{SOURCE}, in words"),
    Claim(
        "Many others sit in red's half: more than a quarter of the colors unlike red lie beyond .1 on its axis.",
        table="places",
        statistic="mean",
        column="ahead",
        above=0.25,
        source=f"{SOURCE}, in words; the quarter is ours",
    ),
)

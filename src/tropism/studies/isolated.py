"""Ex 2.9.1: red alone on the first axis with nothing opposite it, then that axis deleted from the weights."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.studies import _published as published
from tropism.studies import _published_colors as chosen
from tropism.subjects.color import presets

SEEDS = tuple(range(60))

conditions = edits.Edits(
    {"ablation": edits.ablation(0), "pruning": edits.pruning(0), "suppression": edits.suppression()}
)
"""Untouched; red's axis deleted from the weights, by zeros and by knife; and red muted while the network runs."""

SCORED = control.Control(
    conditions,
    powers={"ablation": 3.0, "suppression": 2.0},
    published=(
        control.Published("R²", "ablation", 0.8570, 0.1541),
        published.concept_loss("anchor", 0.0012, 0.0039),
        published.label_count("red", 83.6, 8.0),
    ),
    selected=chosen.ISOLATED,
)


def study(name: str) -> Study:
    """The study `isolated`: sixty seeds of Ex 2.9.1."""
    return Study(
        name=name,
        title="Red alone on one axis, then deleted",
        question=(
            "Can training put red, and red alone, on one axis of latent space, so that deleting the axis from the "
            "weights deletes red and leaves the other colors as they were?"
        ),
        source=f"{control.PAPER}; {control.NOTEBOOKS}, Ex 2.9.1, seeds 0–59.",
        lede=(
            "Sixty autoencoders of 840 parameters learn to give back 512 colors through five numbers on a sphere. "
            "About 84 of 96,064 examples are labeled red. Then the first of the five numbers is deleted from the "
            "weights.\n\n"
            "The paper gives hidden layers of width 10; the code that produced its numbers has 16, and so have we (the "
            "study “isolated-width” trains both). Pictures show seed 0; one composite and the table “selected” show "
            "the seed with the highest score, as the source does.\n\n"
            "A fifth of the networks are unhealthy, which is what makes the spread, here as in the paper's own "
            "numbers; its sentence that all sixty reach the intended geometry does not hold for either."
        ),
        sweeps=(Sweep("isolated", presets.isolated(), SEEDS),),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    *claim.score_claims("ablation", above=0.8, published=0.857, power=3),
    *claim.score_claims("suppression", above=0.9, published=None, power=2),
    claim.red_loses(
        "ablation", above=0.2, published=0.343,
        source=f"{control.PAPER}: the selected seed; 1/3 is the error of a random color",
    ),
    claim.others_stay("ablation", below=0.002, source=f"{control.PAPER}: no measurable degradation"),
    claim.cut_alike_at_red(),
    *claim.suppressed_reds(source=f"{control.PAPER}: red falls back to mid gray"),
    Claim(
        "All sixty runs reach the intended geometry: more than 95 % are healthy.",
        table="health",
        statistic="share",
        column="healthy",
        above=0.95,
        source=f"{control.PAPER} says that all 60 do; its own numbers show failures (.06 is the lowest R²)",
    ),
    Claim(
        "What seeds decide is large: the standard deviation of R² over seeds is above .06.",
        table="scores",
        statistic="std",
        column="r2",
        where=(("condition", "ablation"), ("colors", "held-out")),
        above=0.06,
        published=0.154,
        source=f"{control.PAPER}: .86 ± .15",
    ),
)  # fmt: skip

"""Ex 2.10.1: as Ex 2.9.1, without the term that keeps the point opposite red empty."""

from __future__ import annotations

from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.studies import _published as published
from tropism.studies import _published_colors as chosen
from tropism.studies._constant import mean_weights
from tropism.subjects.color import presets

SEEDS = tuple(range(60))
HERE, WITH = "without", "with"
SOURCE = f"{control.NOTEBOOKS}, Ex 2.10.1"

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0), "suppression": edits.suppression()}),
    powers={"ablation": 3.0, "suppression": 2.0},
    published=(
        control.Published("R²", "ablation", 0.8503, 0.1413, source=SOURCE),
        published.concept_loss("anchor", 0.0014, 0.0059),
        published.label_count("red", 83.6, 8.0),
    ),
    selected=chosen.WITHOUT_ANTI_ANCHOR,
)


def study(name: str) -> Study:
    """The study `isolated-without-anti-anchor`: sixty seeds of Ex 2.10.1, beside Ex 2.9.1 and constant weights."""
    whole = presets.isolated_without_anti_anchor()
    return Study(
        name=name,
        title="Red alone on one axis, without the anti-anchor",
        question="Is the term that keeps the point opposite red empty needed, to delete red alone?",
        source=f"{SOURCE}, seeds 0–59; not in the paper.",
        lede=(
            "“without” is Ex 2.10.1, “with” is Ex 2.9.1 (the study “isolated”), and “constant-mean” is “without” with "
            "every weight held at its mean over the steps. Pictures show seed 0; one composite and the table "
            "“selected” show the seed with the highest score, as the source does.\n\n"
            "Without the anti-anchor scores are as good, but the point opposite red is not empty in every network, "
            "and colors unlike red lose more."
        ),
        sweeps=(
            Sweep(HERE, whole, SEEDS),
            Sweep(WITH, presets.isolated(), SEEDS),
            Sweep("constant-mean", whole, SEEDS, settings=(mean_weights(whole),)),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    *claim.score_claims("ablation", above=0.7, published=0.8503, power=3, sweep=HERE, source=SOURCE),
    claim.red_loses(
        "ablation", above=0.192, published=0.3847, sweep=HERE, source=f"{SOURCE}: half of what its selected seed loses"
    ),
    claim.others_stay("ablation", below=0.002, sweep=HERE, source=f"{SOURCE}: .0003 in its table"),
    *claim.as_good_as(
        "The anti-anchor is not needed", HERE, WITH, "ablation", within=0.1,
        source=f"{SOURCE}: .850 beside .857; .1 is less than the published spread over seeds",
    ),
    claim.nothing_opposite(sweep=HERE, source=f"{control.NOTEBOOKS}, Ex 2.10, in words"),
    *claim.better_than(
        "Staged weights beat constant ones at their means: R² is higher", HERE, "constant-mean", "ablation",
        source=f"{control.PAPER}: time-varying weights were needed in every experiment",
    ),
)  # fmt: skip

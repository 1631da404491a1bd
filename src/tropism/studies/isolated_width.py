"""The width of Ex 2.9.1's hidden layers: 10, as the paper says, or 16, as its code has it."""

from __future__ import annotations

from dataclasses import replace

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.networks import Autoencoder
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _published as published
from tropism.studies.isolated import SEEDS, conditions
from tropism.subjects.color import presets

WIDE, NARROW = "width-16", "width-10"

SCORED = control.Control(
    conditions.only("ablation"),
    powers={"ablation": 3.0},
    published=(control.Published("R²", "ablation", 0.8570, 0.1541), published.concept_loss("anchor", 0.0012, 0.0039)),
    published_sweep=NARROW,
    pictured=(NARROW,),
)


def study(name: str) -> Study:
    """The study `isolated-width`: sixty seeds of each width."""
    narrow = replace(presets.isolated(), network=Autoencoder(latent=5, depth=2, hidden=10))
    return Study(
        name=name,
        title="Which width did the paper have?",
        question="The paper says 10 and its code 16: does the width of the hidden layers matter to what was published?",
        source=f"{control.PAPER}, which gives 10; {control.NOTEBOOKS}, Ex 2.9.1, whose code builds 16.",
        lede=(
            "“width-16” is the study “isolated”. The table “published” stands the numbers of “width-10” beside the "
            "published ones; those of “width-16” are in “isolated”. Pictures show seed 0 of “width-10”."
        ),
        sweeps=(Sweep(NARROW, narrow, SEEDS), Sweep(WIDE, presets.isolated(), SEEDS)),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    *claim.as_good_as(
        "The width does not matter", NARROW, WIDE, "ablation", within=0.1,
        source="Ours; .1 is less than the published spread over seeds.",
    ),
    Claim(
        "Narrow networks give colors back worse: their error on unseen colors is larger.",
        table="health",
        statistic="ratio",
        column="reconstruction",
        where=(("sweep", NARROW),),
        versus=(("sweep", WIDE),),
        of="median",
        above=1.0,
        source="Ours.",
    ),
)  # fmt: skip

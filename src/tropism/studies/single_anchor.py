"""Ex 2.5.1: red at an anchor, and nothing said of any other color."""

from __future__ import annotations

from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.studies import _published as published
from tropism.studies import _published_colors as chosen
from tropism.subjects.color import presets

SEEDS = tuple(range(60))
HERE = "single-anchor"

SCORED = control.Control(
    edits.Edits({"suppression": edits.suppression(), "ablation": edits.ablation(0)}),
    powers={"suppression": 2.0, "ablation": 3.0},
    published=(
        control.Published("R²", "suppression", 0.9231, 0.0316),
        published.concept_loss("anchor", 0.0016, 0.0010),
        published.label_count("red", 81.7, 8.9),
    ),
    selected=chosen.SINGLE_ANCHOR,
)


def study(name: str) -> Study:
    """The study `single-anchor`: sixty seeds of Ex 2.5.1, and sixty without the anchor."""
    whole = presets.single_anchor()
    return Study(
        name=name,
        title="One anchor alone",
        question="Is an anchor for red enough to mute red, if nothing is said of where other colors go?",
        source=f"{control.PAPER}, supplement; {control.NOTEBOOKS}, Ex 2.5.1, seeds 0–59.",
        lede=(
            "Sixty autoencoders of 263 parameters, about 82 labels each. In “no-anchor” the anchor's weight is zero: "
            "separation and reconstruction alone decide where colors lie. Pictures show seed 0; one composite and the "
            "table “selected” show the seed with the highest score, as the source does.\n\n"
            "Colors unlike red lose a little more than the paper's table lets one expect, black above all: nothing "
            "keeps it off red's half."
        ),
        sweeps=(
            Sweep(HERE, whole, SEEDS),
            Sweep("no-anchor", whole, SEEDS, settings=((("anchor", 0.0),),)),
        ),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


CLAIMS = (
    *claim.score_claims("suppression", above=0.89, published=0.9231, power=2, sweep=HERE),
    claim.red_loses("suppression", above=0.117, published=0.2332, sweep=HERE, source=claim.HALF_OF_SELECTED),
    claim.others_stay("suppression", below=0.001, sweep=HERE, source=f"{control.PAPER}: .0004 in its table"),
    *claim.suppressed_reds(sweep=HERE, source=f"{control.PAPER}: red falls back to mid gray"),
    claim.color_loses("cyan", "ablation", above=0.124, sweep=HERE, published=0.2478, source=claim.HALF_OF_SELECTED),
    *claim.gathering(HERE, "no-anchor"),
    *claim.better_than(
        "Without an anchor there is nothing to mute at the axis: R² is lower by more than .5", HERE, "no-anchor",
        "suppression", by=0.5, source="Ours: the source has no control.",
    ),
)  # fmt: skip

"""Ex 2.7.1: vibrant colors in a plane, then the plane deleted from the weights."""

from __future__ import annotations

from tropism.core.claim import Claim
from tropism.core.sweep import Study, Sweep
from tropism.studies import _claims as claim
from tropism.studies import _control as control
from tropism.studies import _edits as edits
from tropism.studies import _published as published
from tropism.studies import _published_colors as chosen
from tropism.subjects.color import presets

SCORED = control.Control(
    edits.Edits({"ablation": edits.ablation(0, 1), "pruning": edits.pruning(0, 1), "suppression": edits.zeroing(0, 1)}),
    powers={"ablation": 2.3, "suppression": 2.0},
    against="vibrancy",
    published=(
        control.Published("R²", "ablation", 0.8247, 0.0526),
        published.concept_loss("subspace", 0.0066, 0.0013),
        published.label_count("vibrant", 101.7, 9.7),
    ),
    selected=chosen.HUE,
)


def study(name: str) -> Study:
    """The study `hue`: sixty seeds of Ex 2.7.1."""
    return Study(
        name=name,
        title="The plane of hues, deleted",
        question="If training draws vibrant colors into a plane, does deleting it take every hue, and leave the grays?",
        source=f"{control.PAPER}, supplement; {control.NOTEBOOKS}, Ex 2.7.1, seeds 0–59.",
        lede=(
            "Sixty autoencoders of 263 parameters, about 102 labels each. Scores are against vibrancy, to the power "
            "that the source found. Pictures show seed 0; one composite and the table “selected” show the seed "
            "with the highest score, as the source does.\n\n"
            "Grays lose a few thousandths, several times what the paper's chosen network loses, and some "
            "secondaries and tertiaries keep a little hue."
        ),
        sweeps=(Sweep("hue-plane", presets.hue_plane(), tuple(range(60))),),
        measure=SCORED.measure,
        draw=SCORED.draw,
        claims=CLAIMS,
        columns=control.COLUMNS,
    )


def kind_loses(
    kind: str, condition: str, *, above: float | None = None, below: float | None = None, published: float | None = None
) -> Claim:
    """What an edit adds at a kind of named colors."""
    bounds = (("more than", above), ("less than", below))
    said = " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)
    return Claim(
        f"{kind.capitalize()} lose {said} after {condition}, on average.",
        table="kinds",
        statistic="mean",
        column="added",
        where=(("condition", condition), ("kind", kind)),
        above=above,
        below=below,
        published=published,
        source=f"{control.PAPER}, supplement: the selected seed, within a factor of two",
    )


CLAIMS = (
    *claim.score_claims("ablation", above=0.77, published=0.8247, power=2.3, truth="vibrancy"),
    kind_loses("primaries", "ablation", above=0.163, below=0.652, published=0.326),
    kind_loses("secondaries", "ablation", above=0.147, below=0.590, published=0.295),
    kind_loses("tertiaries", "ablation", above=0.087, below=0.349, published=0.174),
    kind_loses("grays", "ablation", below=0.002, published=0.0004),
    kind_loses("primaries", "suppression", above=0.113, below=0.450, published=0.225),
    kind_loses("grays", "suppression", below=0.002, published=0.0004),
    claim.cut_alike_at_red(),
    *(
        claim.comes_back_gray(kind, source=f"{control.NOTEBOOKS}, Ex 2.7: fully grayscale")
        for kind in ("primaries", "secondaries", "tertiaries")
    ),
)
